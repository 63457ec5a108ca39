// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Payload;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What happened is kept, in order, and one node alone may add to it. */
public abstract class JournalContract extends StoreContract {

    /** For subclasses. */
    protected JournalContract() {
    }

    @Test
    void units_are_read_back_in_order() {
        UUID run = owned("order-1");
        done(move(run).units(longUnit(1)).write());
        done(move(run).units(unit(4), longUnit(5)).write());
        done(move(run).units(unit(8)).write());
        assertThat(store.journal(run, 0, 10)).containsExactly(longUnit(1), unit(4), longUnit(5), unit(8));
        restart();
        assertThat(store.journal(run, 0, 10)).containsExactly(longUnit(1), unit(4), longUnit(5), unit(8));
    }

    @Test
    void a_journal_is_read_in_parts() {
        UUID run = owned("order-1");
        done(move(run).units(longUnit(1), unit(4), longUnit(5), unit(8)).write());
        assertThat(store.journal(run, 0, 2)).containsExactly(longUnit(1), unit(4));
        assertThat(store.journal(run, 4, 2)).containsExactly(longUnit(5), unit(8));
        assertThat(store.journal(run, 5, 2)).as("what begins after an entry").containsExactly(unit(8));
        assertThat(store.journal(run, 8, 2)).isEmpty();
        assertThat(store.journal(run, 0, Integer.MAX_VALUE)).hasSize(4);
    }

    @Test
    void the_last_unit_is_found() {
        UUID run = owned("order-1");
        assertThat(store.lastUnit(run)).isEmpty();
        done(move(run).units(unit(1)).write());
        done(move(run).units(longUnit(2)).write());
        assertThat(store.lastUnit(run)).contains(longUnit(2));
        assertThat(store.lastUnit(UUID.randomUUID())).isEmpty();
    }

    @Test
    void a_journal_begins_with_entry_1() {
        UUID run = owned("order-1");
        assertThat(kind(move(run).units(unit(0)).write())).isEqualTo(Kind.REFUSED);
        assertThat(kind(move(run).units(unit(2)).write())).isEqualTo(Kind.REFUSED);
        assertThat(store.journal(run, 0, 10)).isEmpty();
    }

    @Test
    void a_unit_that_leaves_a_gap_or_overlaps_is_refused_with_all_that_comes_with_it() {
        UUID run = owned("order-1");
        done(move(run).units(longUnit(1)).write());
        RunRow before = row(run);
        for (long seq : new long[] {5, 3, 2}) {
            assertThat(kind(move(run).units(unit(seq)).publish("x", text("y")).state(suspend(now)).write()))
                    .isEqualTo(Kind.REFUSED);
        }
        assertThat(store.journal(run, 0, 10)).containsExactly(longUnit(1));
        assertThat(store.published(run)).isEmpty();
        assertThat(row(run)).isEqualTo(before);
    }

    @Test
    void other_units_at_numbers_that_are_taken_are_refused() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1), unit(2)).write());
        Unit other = new Unit(2, now, new Arrival.TimerFired(at(9)), List.of());
        assertThat(kind(move(run).units(other).write())).isEqualTo(Kind.REFUSED);
        assertThat(kind(move(run).units(unit(2), unit(3)).write())).as("one old and one new").isEqualTo(Kind.REFUSED);
        assertThat(store.journal(run, 0, 10)).containsExactly(unit(1), unit(2));
    }

    @Test
    void only_the_owner_adds_to_a_journal() {
        UUID run = owned("order-1");
        assertThat(kind(new Move(UUID.randomUUID(), run).units(unit(1)).write())).isEqualTo(Kind.REFUSED);
        done(move(run).state(suspend(NEVER)).write());
        assertThat(kind(move(run).units(unit(1)).write())).as("released").isEqualTo(Kind.REFUSED);
        NewRun queued = run("order-2");
        done(start(queued));
        assertThat(kind(move(queued.incarnation()).units(unit(1)).write())).as("not claimed").isEqualTo(Kind.REFUSED);
        assertThat(kind(move(UUID.randomUUID()).units(unit(1)).write())).as("unknown").isEqualTo(Kind.REFUSED);
        assertThat(store.countEntries()).isZero();
    }

    @Test
    void journals_are_apart() {
        UUID one = owned("order-1");
        UUID two = owned("order-2");
        done(move(one).units(unit(1)).write());
        done(move(two).units(longUnit(1)).write());
        assertThat(store.journal(one, 0, 10)).containsExactly(unit(1));
        assertThat(store.journal(two, 0, 10)).containsExactly(longUnit(1));
        assertThat(store.journal(UUID.randomUUID(), 0, 10)).isEmpty();
    }

    @Test
    void entries_are_counted_over_all_journals() {
        assertThat(store.countEntries()).isZero();
        UUID one = owned("order-1");
        UUID two = owned("order-2");
        done(move(one).units(unit(1), longUnit(2)).write());
        done(move(two).units(unit(1)).write());
        assertThat(store.countEntries()).isEqualTo(5);
    }

    @Test
    void a_large_result_is_read_back() {
        byte[] megabytes = new byte[3_000_000];
        new Random(1).nextBytes(megabytes);
        UUID run = owned("order-1");
        Unit large = new Unit(1, now, new Arrival.StepCompleted(at(0), "scan", new Payload("raw", megabytes), 1),
                List.of());
        done(move(run).units(large).write());
        assertThat(store.journal(run, 0, 10)).containsExactly(large);
    }

    @Test
    void a_run_claimed_again_goes_on_where_its_journal_ends() {
        UUID run = owned("order-1");
        done(move(run).units(longUnit(1)).state(suspend(now)).write());
        assertThat(claim(1, "checkout")).hasSize(1);
        assertThat(kind(move(run).units(unit(1)).write())).isEqualTo(Kind.REFUSED);
        done(move(run).units(unit(4)).write());
        restart();
        assertThat(claim(1, "checkout")).hasSize(1);
        done(move(run).units(unit(5)).write());
        assertThat(store.journal(run, 0, 10)).containsExactly(longUnit(1), unit(4), unit(5));
    }
}
