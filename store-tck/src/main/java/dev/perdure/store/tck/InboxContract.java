// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Messages: never lost, never twice, in order, and they wake whom they are for. */
public abstract class InboxContract extends StoreContract {

    /** For subclasses. */
    protected InboxContract() {
    }

    @Test
    void messages_wait_in_the_order_in_which_they_were_sent() {
        UUID run = suspended("order-1", NEVER);
        List<NewMessage> sent = List.of(signal("b"), cancel("a"), terminate("c"));
        for (NewMessage message : sent) {
            Outcome outcome = write(send("order-1", message));
            assertThat(outcome).isEqualTo(new Outcome(Kind.DONE, row(run)));
        }
        assertThat(store.inbox(run)).extracting(Message::content).containsExactlyElementsOf(sent);
        assertThat(store.inbox(run)).extracting(Message::chain).containsOnly(run);
        restart();
        assertThat(store.inbox(run)).extracting(Message::content).containsExactlyElementsOf(sent);
    }

    @Test
    void a_message_to_nobody_is_not_found() {
        assertThat(write(send("order-1", signal("a")))).isEqualTo(new Outcome(Kind.NOT_FOUND, null));
        assertThat(store.inbox(UUID.randomUUID())).isEmpty();
    }

    @Test
    void a_message_to_a_finished_run_is_refused() {
        UUID run = owned("order-1");
        done(move(run).state(finished(RunStatus.COMPLETED)).write());
        assertThat(write(send("order-1", signal("a")))).isEqualTo(new Outcome(Kind.FINISHED, row(run)));
        assertThat(inbox(run)).isEmpty();
    }

    @Test
    void a_chain_accepts_each_id_once_even_after_it_was_heard_and_after_it_has_finished() {
        UUID run = owned("order-1");
        done(send("order-1", signal("a")));
        assertThat(write(send("order-1", signal("a")))).isEqualTo(new Outcome(Kind.DUPLICATE, row(run)));
        done(move(run).units(unit(1)).heard(number(run, "a")).write());
        assertThat(kind(send("order-1", cancel("a")))).as("whatever its content").isEqualTo(Kind.DUPLICATE);
        assertThat(inbox(run)).isEmpty();
        done(move(run).state(finished(RunStatus.COMPLETED)).write());
        assertThat(kind(send("order-1", signal("a")))).isEqualTo(Kind.DUPLICATE);
    }

    @Test
    void two_runs_may_be_sent_the_same_id() {
        UUID one = owned("order-1");
        UUID two = owned("order-2");
        done(send("order-1", signal("a")));
        done(send("order-2", signal("a")));
        assertThat(inbox(one)).containsExactly("a");
        assertThat(inbox(two)).containsExactly("a");
    }

    @Test
    void what_was_heard_is_gone_and_the_rest_stays() {
        UUID run = owned("order-1");
        for (String id : List.of("a", "b", "c")) {
            done(send("order-1", signal(id)));
        }
        done(move(run).units(unit(1)).heard(number(run, "b"), number(run, "a")).write());
        assertThat(inbox(run)).containsExactly("c");
    }

    @Test
    void a_refused_advance_hears_nothing() {
        UUID run = owned("order-1");
        done(send("order-1", signal("a")));
        assertThat(kind(move(run).units(unit(7)).heard(number(run, "a")).write())).isEqualTo(Kind.REFUSED);
        assertThat(inbox(run)).containsExactly("a");
    }

    @Test
    void a_run_hears_only_its_own_messages() {
        UUID one = owned("order-1");
        UUID two = owned("order-2");
        done(send("order-2", signal("a")));
        done(move(one).units(unit(1)).heard(number(two, "a"), 4711L).write());
        assertThat(inbox(two)).containsExactly("a");
    }

    @Test
    void a_number_is_never_used_again() {
        UUID run = owned("order-1");
        done(send("order-1", signal("a")));
        long first = number(run, "a");
        done(move(run).units(unit(1)).heard(first).write());
        restart();
        done(send("order-1", signal("b")));
        assertThat(number(run, "b")).isNotEqualTo(first);
    }

    @Test
    void a_node_finds_the_messages_of_its_runs_and_of_no_others() {
        UUID one = owned("order-1");
        UUID two = owned("order-2");
        suspended("order-3", NEVER);
        done(start(run("order-4"), signal("w")));
        for (String run : List.of("order-1", "order-2", "order-3")) {
            done(send(run, signal("y")));
            done(send(run, signal("x")));
        }
        List<Message> messages = store.inboxOf(node);
        assertThat(messages).extracting(Message::chain).containsOnly(one, two);
        for (UUID run : List.of(one, two)) {
            assertThat(ids(messages.stream().filter(message -> message.chain().equals(run)).toList()))
                    .containsExactly("y", "x");
        }
        assertThat(store.inboxOf(UUID.randomUUID())).isEmpty();
        done(move(one).units(unit(1)).heard(number(one, "y"), number(one, "x")).write());
        assertThat(store.inboxOf(node)).extracting(Message::chain).containsOnly(two);
        store.leave(node);
        assertThat(store.inboxOf(node)).isEmpty();
    }

    @Test
    void the_inboxes_of_some_runs_are_read_together() {
        UUID one = owned("order-1");
        UUID two = owned("order-2");
        UUID three = owned("order-3");
        for (String run : List.of("order-1", "order-2", "order-3")) {
            done(send(run, signal("y")));
            done(send(run, signal("x")));
        }
        List<Message> messages = store.inbox(List.of(two, UUID.randomUUID(), one));
        assertThat(messages).extracting(Message::chain).containsOnly(one, two);
        for (UUID run : List.of(one, two)) {
            assertThat(messages.stream().filter(message -> message.chain().equals(run)))
                    .containsExactlyElementsOf(store.inbox(run)).hasSize(2);
        }
        assertThat(ids(store.inbox(three))).containsExactly("y", "x");
        assertThat(store.inbox(List.of())).isEmpty();
    }

    @Test
    void a_message_wakes_a_suspended_run_whatever_its_time() {
        UUID run = suspended("order-1", now + 1_000_000);
        done(send("order-1", signal("a")));
        assertThat(store.claimable(now)).containsExactly("checkout");
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
        done(move(run).units(unit(1)).heard(number(run, "a")).state(suspend(now + 1_000_000)).write());
        assertThat(claim(10, "checkout")).as("it has heard everything").isEmpty();
    }

    @Test
    void a_message_that_comes_before_the_run_lets_itself_be_released_is_not_lost() {
        UUID run = owned("order-1");
        done(send("order-1", signal("a")));
        done(move(run).units(unit(1)).state(suspend(NEVER)).write());
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
    }

    @Test
    void a_message_does_not_wake_who_must_not_move() {
        done(start(delayed(run("later"), now + 1)));
        done(move(owned("stuck")).state(stuck()).write());
        done(move(owned("paused")).state(new RunState(RunStatus.PAUSED, NEVER, "", "", 0, true, now)).write());
        for (String run : List.of("later", "stuck", "paused")) {
            done(send(run, signal("a")));
        }
        assertThat(store.claimable(now)).isEmpty();
        assertThat(claim(10, "checkout")).isEmpty();
        now++;
        assertThat(claim(10, "checkout")).extracting(RunRow::runId).containsExactly("later");
        assertThat(store.inboxOf(node)).hasSize(1);
    }

    @Test
    void a_run_without_a_start_yet_keeps_its_messages() {
        NewRun run = delayed(run("order-1"), now + 5);
        done(start(run, signal("a")));
        done(send("order-1", signal("b")));
        now += 5;
        claim(1, "checkout");
        assertThat(ids(store.inboxOf(node))).containsExactly("a", "b");
    }
}
