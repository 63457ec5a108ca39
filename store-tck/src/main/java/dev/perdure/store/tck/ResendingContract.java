// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.Write;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Sending again what may or may not have landed: it is done once, and the answer does not mislead. */
public abstract class ResendingContract extends StoreContract {

    /** For subclasses. */
    protected ResendingContract() {
    }

    @Test
    void a_start_sent_again_is_done_and_changes_nothing() {
        NewRun run = run("order-1");
        Write start = start(run, signal("a"));
        done(start);
        done(start);
        claim(1, "checkout");
        done(move(run.incarnation()).units(unit(1)).heard(number(run.chain(), "a")).state(running()).write());
        assertThat(write(start)).isEqualTo(new Outcome(Kind.DONE, row(run.incarnation())));
        assertThat(inbox(run.chain())).isEmpty();
        done(move(run.incarnation()).state(finished(RunStatus.COMPLETED)).write());
        done(start);
        assertThat(row(run.incarnation()).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void a_start_sent_again_after_another_took_its_place_is_done() {
        NewRun first = run("order-1");
        done(move(first.incarnation()).creation(start(first)).state(finished(RunStatus.FAILED)).write());
        NewRun second = run("order-1");
        done(restart(second));
        assertThat(write(restart(first))).isEqualTo(new Outcome(Kind.DONE, row(first.incarnation())));
        assertThat(store.find("order-1").orElseThrow().incarnation()).isEqualTo(second.incarnation());
    }

    @Test
    void a_refused_start_sent_again_delivers_its_messages_once() {
        UUID run = suspended("order-1", NEVER);
        Write start = start(run("order-1"), signal("a"));
        assertThat(kind(start)).isEqualTo(Kind.EXISTS);
        assertThat(kind(start)).isEqualTo(Kind.EXISTS);
        assertThat(inbox(run)).containsExactly("a");
    }

    @Test
    void units_sent_again_are_done_and_appended_once() {
        UUID run = owned("order-1");
        Write one = move(run).units(unit(1), longUnit(2)).publish("x", text("1")).write();
        Write two = move(run).units(unit(5)).publish("x", text("2")).write();
        done(one);
        done(two);
        done(one);
        done(two);
        assertThat(store.journal(run, 0, 10)).containsExactly(unit(1), longUnit(2), unit(5));
        assertThat(store.published(run)).as("changes nothing the second time").containsEntry("x", text("2"));
    }

    @Test
    void units_sent_again_are_done_although_the_run_was_let_go_of_by_them() {
        UUID run = owned("order-1");
        Write release = move(run).units(unit(1)).state(suspend(now + 5)).write();
        done(release);
        done(release);
        assertThat(row(run).owner()).isNull();
        UUID other = owned("order-2");
        Write finish = move(other).units(unit(1)).state(finished(RunStatus.COMPLETED)).write();
        done(finish);
        done(finish);
        assertThat(row(other).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(store.countEntries()).isEqualTo(2);
    }

    @Test
    void a_creation_sent_again_with_its_units_is_done() {
        NewRun run = run("order-1");
        Write create = move(run.incarnation()).creation(start(run, signal("a"))).units(unit(1)).state(running())
                .write();
        done(create);
        done(move(run.incarnation()).units(unit(2)).heard(number(run.chain(), "a")).write());
        done(create);
        assertThat(store.journal(run.incarnation(), 0, 10)).containsExactly(unit(1), unit(2));
        assertThat(inbox(run.chain())).isEmpty();
    }

    @Test
    void a_creation_without_units_sent_again_is_done() {
        NewRun run = run("order-1");
        Write create = move(run.incarnation()).creation(start(run)).write();
        done(create);
        done(create);
        assertThat(row(run.incarnation()).owner()).isEqualTo(node);
    }

    @Test
    void a_succession_sent_again_is_done_once() {
        NewRun run = run("order-1");
        done(move(run.incarnation()).creation(start(run, signal("a"), signal("b"))).state(running()).write());
        NewRun next = successor(run);
        Write succeed = move(run.incarnation()).units(unit(1)).heard(number(run.chain(), "a")).state(continued())
                .successor(next, signal("a")).write();
        done(succeed);
        done(succeed);
        assertThat(inbox(run.chain())).containsExactly("a", "b");
        done(move(next.incarnation()).units(unit(1)).write());
        done(succeed);
        assertThat(row(next.incarnation()).owner()).isEqualTo(node);
    }

    @Test
    void a_state_sent_again_is_the_same_state() {
        UUID run = owned("order-1");
        Write state = move(run).state(running()).publish("x", text("1")).answered(at(1)).write();
        done(state);
        RunRow before = row(run);
        done(state);
        assertThat(row(run)).isEqualTo(before);
    }

    @Test
    void an_ended_node_is_refused_even_what_it_had_written() {
        UUID run = owned("order-1");
        Write write = move(run).units(unit(1)).write();
        done(write);
        node = takeOver();
        assertThat(kind(write)).isEqualTo(Kind.REFUSED);
        assertThat(store.journal(run, 0, 10)).hasSize(1);
    }

    @Test
    void a_message_sent_again_is_a_duplicate_and_delivered_once() {
        UUID run = owned("order-1");
        done(send("order-1", signal("a")));
        assertThat(kind(send("order-1", signal("a")))).isEqualTo(Kind.DUPLICATE);
        assertThat(inbox(run)).containsExactly("a");
    }

    @Test
    void an_order_to_stop_sent_again_is_delivered_once() {
        UUID run = owned("order-1");
        Write order = new Write.Terminate("order-1", terminate("t"));
        done(order);
        done(order);
        assertThat(inbox(run)).containsExactly("t");
        done(move(run).state(suspend(NEVER)).write());
        done(order);
        assertThat(row(run).status()).isEqualTo(RunStatus.TERMINATED);
        assertThat(kind(order)).isEqualTo(Kind.FINISHED);
    }

    @Test
    void a_whole_batch_sent_again_after_a_restart_of_the_process_does_nothing_twice() {
        UUID run = suspended("order-1", NEVER);
        NewRun other = run("order-2");
        List<Write> batch = List.of(send("order-1", signal("a")), start(other, signal("b")),
                start(run("order-1"), signal("c")), send("order-2", signal("d")));
        store.write(batch);
        restart();
        assertThat(store.write(batch)).extracting(Outcome::kind)
                .containsExactly(Kind.DUPLICATE, Kind.DONE, Kind.EXISTS, Kind.DUPLICATE);
        assertThat(inbox(run)).containsExactly("a", "c");
        assertThat(inbox(other.chain())).containsExactly("b", "d");
    }
}
