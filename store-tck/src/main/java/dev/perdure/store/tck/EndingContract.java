// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How runs end, get stuck, are stopped and put back. */
public abstract class EndingContract extends StoreContract {

    /** For subclasses. */
    protected EndingContract() {
    }

    @Test
    void a_finished_run_loses_its_owner_and_its_inbox_and_tells_how_many_signals_nobody_received() {
        UUID run = owned("order-1");
        done(send("order-1", signal("a")));
        done(send("order-1", signal("b")));
        done(send("order-1", cancel("c")));
        done(send("order-1", signal("d")));
        now += 5;
        done(move(run).units(unit(1)).heard(number(run, "a"))
                .state(new RunState(RunStatus.FAILED, NEVER, "", "", 3, false, now)).write());
        assertThat(row(run)).isEqualTo(new RunRow("order-1", run, run, "checkout", RunStatus.FAILED, NEVER, "", "",
                null, 0, 5, now - 5, now));
        assertThat(inbox(run)).isEmpty();
        assertThat(store.inboxOf(node)).isEmpty();
        assertThat(kind(move(run).units(unit(2)).write())).isEqualTo(Kind.REFUSED);
        assertThat(claim(10, "checkout")).isEmpty();
    }

    @Test
    void a_stuck_run_loses_its_owner_and_keeps_its_inbox() {
        UUID run = owned("order-1");
        done(send("order-1", signal("a")));
        done(move(run).state(stuck()).write());
        assertThat(row(run).owner()).isNull();
        assertThat(row(run).problem()).isEqualTo(stuck().problem());
        assertThat(inbox(run)).containsExactly("a");
        assertThat(kind(move(run).units(unit(1)).write())).isEqualTo(Kind.REFUSED);
        assertThat(claim(10, "checkout")).isEmpty();
    }

    // ---- terminating ----

    @Test
    void a_run_that_nobody_owns_is_terminated_at_once() {
        List<UUID> runs = List.of(suspended("suspended", now), owned("stuck"), owned("paused"));
        done(move(runs.get(1)).state(stuck()).write());
        done(move(runs.get(2)).state(new RunState(RunStatus.PAUSED, NEVER, "", "", 0, true, now)).write());
        NewRun queued = run("queued");
        done(start(queued, signal("a"), cancel("b"), signal("c")));
        now += 5;
        for (String name : List.of("suspended", "stuck", "paused", "queued")) {
            Outcome outcome = write(new Write.Terminate(name, terminate("t")));
            RunRow row = store.find(name).orElseThrow();
            assertThat(outcome).isEqualTo(new Outcome(Kind.DONE, row));
            assertThat(row.status()).isEqualTo(RunStatus.TERMINATED);
            assertThat(row.problem()).isEqualTo("terminated by ops: out of stock");
            assertThat(row.waiting()).isEmpty();
            assertThat(row.wakeAt()).isEqualTo(NEVER);
            assertThat(row.changedAt()).isEqualTo(now);
            assertThat(inbox(row.chain())).isEmpty();
        }
        assertThat(row(queued.incarnation()).unread()).isEqualTo(2);
        assertThat(claim(10, "checkout")).isEmpty();
    }

    @Test
    void a_run_that_is_owned_is_told_to_stop() {
        UUID run = owned("order-1");
        RunRow before = row(run);
        assertThat(write(new Write.Terminate("order-1", terminate("t")))).isEqualTo(new Outcome(Kind.DONE, before));
        assertThat(row(run)).isEqualTo(before);
        assertThat(store.inboxOf(node)).singleElement()
                .satisfies(message -> assertThat(message.content()).isEqualTo(terminate("t")));
    }

    @Test
    void a_run_that_is_not_there_or_has_finished_cannot_be_terminated() {
        assertThat(write(new Write.Terminate("order-1", terminate("t")))).isEqualTo(new Outcome(Kind.NOT_FOUND, null));
        UUID run = owned("order-1");
        done(move(run).state(finished(RunStatus.COMPLETED)).write());
        assertThat(write(new Write.Terminate("order-1", terminate("t")))).isEqualTo(new Outcome(Kind.FINISHED,
                row(run)));
        assertThat(row(run).status()).isEqualTo(RunStatus.COMPLETED);
    }

    // ---- putting back ----

    @Test
    void a_stuck_run_is_put_back() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).write());
        restart();
        claim(1, "checkout");
        done(send("order-1", signal("a")));
        done(move(run).state(stuck()).write());
        now += 5;
        Outcome outcome = write(new Write.Redrive("order-1", now));
        RunRow expected = new RunRow("order-1", run, run, "checkout", RunStatus.QUEUED, now, "", "", null, 0, 0,
                now - 5, now);
        assertThat(outcome).isEqualTo(new Outcome(Kind.DONE, expected));
        assertThat(row(run)).isEqualTo(expected);
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
        assertThat(ids(store.inboxOf(node))).containsExactly("a");
        done(move(run).units(unit(2)).write());
    }

    @Test
    void only_a_stuck_run_can_be_put_back() {
        assertThat(write(new Write.Redrive("order-1", now))).isEqualTo(new Outcome(Kind.NOT_FOUND, null));
        UUID run = owned("order-1");
        assertThat(write(new Write.Redrive("order-1", now))).isEqualTo(new Outcome(Kind.NOT_STUCK, row(run)));
        done(move(run).state(finished(RunStatus.FAILED)).write());
        assertThat(write(new Write.Redrive("order-1", now))).isEqualTo(new Outcome(Kind.NOT_STUCK, row(run)));
        assertThat(row(run).status()).isEqualTo(RunStatus.FAILED);
    }
}
