// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.store.Attempt;
import dev.perdure.store.Message;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Continuing as new: the name, the inbox and the owner go to the successor, the journal stays. */
public abstract class SuccessionContract extends StoreContract {

    /** For subclasses. */
    protected SuccessionContract() {
    }

    /** Starts a run that the node owns, and keeps what it was started with. */
    private NewRun begin() {
        NewRun run = run("order-1");
        done(move(run.incarnation()).creation(start(run)).units(unit(1)).state(running()).write());
        return run;
    }

    @Test
    void the_successor_has_the_name_and_the_owner() {
        NewRun run = begin();
        now += 5;
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).state(continued()).successor(next).write());
        assertThat(store.find("order-1")).contains(new RunRow("order-1", next.incarnation(), run.chain(), "checkout",
                RunStatus.QUEUED, now, "", "", node, 0, 0, now, now));
        assertThat(store.launch(next.incarnation())).contains(next);
        assertThat(row(run.incarnation()).status()).isEqualTo(RunStatus.CONTINUED);
        assertThat(row(run.incarnation()).owner()).isNull();
        assertThat(store.journal(run.incarnation(), 0, 10)).hasSize(2).endsWith(unit(2));
        assertThat(store.journal(next.incarnation(), 0, 10)).isEmpty();
    }

    @Test
    void the_successor_goes_on_and_its_predecessor_does_not() {
        NewRun run = begin();
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).state(continued()).successor(next).write());
        done(move(next.incarnation()).units(unit(1)).state(running()).write());
        assertThat(kind(move(run.incarnation()).units(unit(3)).write())).isEqualTo(Kind.REFUSED);
        assertThat(store.journal(next.incarnation(), 0, 10)).containsExactly(unit(1));
        restart();
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(next.incarnation());
    }

    @Test
    void what_was_not_heard_goes_along() {
        NewRun run = begin();
        done(send("order-1", signal("a")));
        done(send("order-1", signal("b")));
        done(send("order-1", signal("c")));
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).heard(number(run.chain(), "a")).state(continued()).successor(next)
                .write());
        assertThat(inbox(run.chain())).containsExactly("b", "c");
        assertThat(ids(store.inboxOf(node))).containsExactly("b", "c");
        done(move(next.incarnation()).units(unit(1)).heard(number(run.chain(), "b")).write());
        assertThat(inbox(run.chain())).containsExactly("c");
        assertThat(row(run.incarnation()).unread()).isZero();
    }

    @Test
    void what_was_heard_and_not_received_comes_before_everything_in_the_inbox() {
        NewRun run = begin();
        done(send("order-1", signal("a")));
        done(send("order-1", signal("b")));
        done(send("order-1", signal("c")));
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).heard(number(run.chain(), "a"), number(run.chain(), "b"))
                .state(continued()).successor(next, signal("b"), signal("a")).write());
        done(send("order-1", signal("d")));
        assertThat(inbox(run.chain())).containsExactly("b", "a", "c", "d");
        assertThat(store.inbox(run.chain())).extracting(Message::chain).containsOnly(run.chain());
        restart();
        assertThat(inbox(run.chain())).containsExactly("b", "a", "c", "d");
    }

    @Test
    void what_is_carried_twice_still_comes_first() {
        NewRun run = begin();
        for (String id : List.of("a", "b", "c", "d")) {
            done(send("order-1", signal(id)));
        }
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).heard(number(run.chain(), "a"), number(run.chain(), "b"))
                .state(continued()).successor(next, signal("a"), signal("b")).write());
        NewRun last = successor(next);
        done(move(next.incarnation()).units(unit(1)).heard(number(run.chain(), "a")).state(continued())
                .successor(last, signal("a")).write());
        assertThat(inbox(run.chain())).containsExactly("a", "b", "c", "d");
    }

    @Test
    void the_chain_remembers_which_messages_it_was_sent() {
        NewRun run = begin();
        done(send("order-1", signal("a")));
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).heard(number(run.chain(), "a")).state(continued())
                .successor(next, signal("carried only")).write());
        assertThat(kind(send("order-1", signal("a")))).isEqualTo(Kind.DUPLICATE);
        assertThat(kind(send("order-1", signal("carried only")))).isEqualTo(Kind.DUPLICATE);
        done(send("order-1", signal("b")));
        assertThat(inbox(run.chain())).containsExactly("carried only", "b");
        assertThat(store.inbox(next.incarnation())).as("the chain has the inbox").isEmpty();
    }

    @Test
    void attempts_and_published_values_do_not_go_along() {
        NewRun run = begin();
        Failure failure = new Failure("Oops", List.of(), null, "", null, Payload.NONE, null);
        done(move(run.incarnation()).attempt(new Attempt(at(1), "charge", 1, now, now, failure))
                .publish("total", text("5")).write());
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).state(continued()).successor(next).write());
        assertThat(store.attempts(run.incarnation())).isEmpty();
        assertThat(store.attempts(next.incarnation())).isEmpty();
        assertThat(store.published(run.incarnation())).containsOnlyKeys("total");
        assertThat(store.published(next.incarnation())).isEmpty();
    }

    @Test
    void a_chain_is_listed_once() {
        NewRun run = begin();
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).state(continued()).successor(next).write());
        assertThat(store.list(RunFilter.all(), Optional.empty(), 10)).extracting(RunRow::incarnation)
                .containsExactly(next.incarnation());
        assertThat(store.count(RunFilter.all())).isEqualTo(1);
        assertThat(store.count(RunFilter.all().status(RunStatus.CONTINUED))).isZero();
    }

    @Test
    void a_start_under_the_name_finds_the_successor() {
        NewRun run = begin();
        NewRun next = successor(run);
        done(move(run.incarnation()).units(unit(2)).state(continued()).successor(next).write());
        assertThat(write(restart(run("order-1"))).run()).isEqualTo(row(next.incarnation()));
    }

    @Test
    void a_successor_that_there_is_already_is_refused() {
        NewRun run = begin();
        UUID other = owned("order-2");
        NewRun wrong = new NewRun("order-1", other, run.chain(), "checkout", Payload.NONE, run.headers(),
                run.attributes(), now, now, run.incarnation());
        assertThat(kind(move(run.incarnation()).units(unit(2)).state(continued()).successor(wrong).write()))
                .isEqualTo(Kind.REFUSED);
        assertThat(row(run.incarnation()).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(row(other).runId()).isEqualTo("order-2");
    }
}
