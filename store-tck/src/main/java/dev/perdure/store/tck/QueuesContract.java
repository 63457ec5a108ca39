// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who comes next in a queue, and whom its limits hold back. */
public abstract class QueuesContract extends StoreContract {

    private static final Queue MAIL = Queue.named("mail");

    /** For subclasses. */
    protected QueuesContract() {
    }

    private UUID queued(String runId, Ticket ticket, long startAt) {
        NewRun plain = run(runId);
        done(start(new NewRun(runId, plain.incarnation(), plain.chain(), plain.workflow(), plain.input(),
                plain.headers(), plain.attributes(), now, startAt, null, null, ticket)));
        return plain.incarnation();
    }

    private UUID queued(String runId) {
        return queued(runId, new Ticket("mail", "", 0), now);
    }

    private UUID ofKey(String runId, String key) {
        return queued(runId, new Ticket("mail", key, 0), now);
    }

    private Store.Served serve(int limit) {
        return store.serve("mail", new Store.Claim(node, Set.of("checkout"), now, limit));
    }

    private List<String> served(int limit) {
        return serve(limit).runs().stream().map(RunRow::runId).toList();
    }

    private void define(Queue queue) {
        done(new Write.Define(queue, false));
    }

    private void finish(UUID run) {
        done(move(run).state(finished(RunStatus.COMPLETED)).write());
    }

    // ---- the order ----

    @Test
    void a_run_in_a_queue_is_handed_out_from_there_and_nowhere_else() {
        UUID run = queued("a");
        done(start(run("b")));
        assertThat(claim(10, "checkout")).extracting(RunRow::runId).containsExactly("b");
        assertThat(store.serve("other", new Store.Claim(node, Set.of("checkout"), now, 10)).runs()).isEmpty();
        assertThat(store.serve("mail", new Store.Claim(node, Set.of("refund"), now, 10)).runs()).isEmpty();
        assertThat(store.serve("mail", new Store.Claim(UUID.randomUUID(), Set.of("checkout"), now, 10)).runs())
                .as("no node").isEmpty();
        assertThat(serve(10)).isEqualTo(new Store.Served(List.of(row(run)), false, NEVER));
        assertThat(row(run).owner()).isEqualTo(node);
        assertThat(row(run).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(row(run).queue()).isEqualTo("mail");
        assertThat(store.launch(run).orElseThrow().ticket()).isEqualTo(new Ticket("mail", "", 0));
        assertThat(serve(10).runs()).as("handed out once").isEmpty();
    }

    @Test
    void a_level_of_priority_is_worth_a_minute_of_waiting() {
        queued("first", new Ticket("mail", "", 0), now - 59_999);
        queued("urgent", new Ticket("mail", "", 1), now);
        queued("old", new Ticket("mail", "", 0), now - 60_001);
        queued("later", new Ticket("mail", "", -1), now - 60_000);
        queued("not due", new Ticket("mail", "", 100), now + 1);
        assertThat(served(2)).containsExactly("old", "urgent");
        assertThat(served(9)).containsExactly("first", "later");
        now++;
        assertThat(served(9)).containsExactly("not due");
    }

    @Test
    void a_run_that_has_begun_comes_before_all_that_have_not() {
        UUID woken = queued("woken");
        UUID signalled = queued("signalled");
        UUID lost = queued("lost");
        assertThat(served(9)).hasSize(3);
        done(move(woken).state(suspend(now + 5)).write());
        done(move(signalled).state(suspend(NEVER)).write());
        assertThat(row(lost).owner()).isEqualTo(node);
        node = takeOver();
        queued("urgent", new Ticket("mail", "", 10), now);
        assertThat(store.waiting(now)).containsExactly("mail");
        assertThat(served(1)).containsExactly("lost");
        done(send("signalled", signal("s-1")));
        now += 5;
        assertThat(served(2)).containsExactlyInAnyOrder("woken", "signalled");
        assertThat(served(9)).containsExactly("urgent");
        assertThat(store.waiting(now)).isEmpty();
    }

    @Test
    void what_waits_is_known_by_queue_and_with_it_when_the_next_comes_due() {
        assertThat(store.waiting(now)).isEmpty();
        queued("a", new Ticket("mail", "", 0), now + 7);
        assertThat(store.waiting(now)).isEmpty();
        assertThat(store.nextWake(now)).isEqualTo(now + 7);
        now += 7;
        done(start(run("b")));
        assertThat(store.waiting(now)).containsExactlyInAnyOrder("", "mail");
        assertThat(store.claimable(now)).containsExactly("checkout");
        assertThat(store.look(node, now).waiting()).containsExactlyInAnyOrder("", "mail");
        assertThat(store.nextWake(now)).isEqualTo(NEVER);
    }

    // ---- limits ----

    @Test
    void no_more_than_the_limit_are_out_at_once() {
        define(MAIL.limit(3));
        List<UUID> runs = List.of(queued("a"), queued("b"), queued("c"), queued("d"), queued("e"));
        assertThat(serve(2).held()).as("there is room for one more").isFalse();
        Store.Served third = serve(9);
        assertThat(third.runs()).extracting(RunRow::runId).containsExactly("c");
        assertThat(third.held()).isTrue();
        assertThat(serve(9)).isEqualTo(new Store.Served(List.of(), true, NEVER));
        finish(runs.get(0));
        done(move(runs.get(1)).state(suspend(NEVER)).write());
        assertThat(served(9)).as("one has ended and one waits").containsExactly("d", "e");
    }

    @Test
    void a_run_that_waits_needs_a_place_again_before_it_goes_on() {
        define(MAIL.limit(1));
        UUID waiting = queued("waiting");
        queued("other");
        assertThat(served(9)).containsExactly("waiting");
        done(move(waiting).state(suspend(NEVER)).write());
        assertThat(served(9)).containsExactly("other");
        done(send("waiting", signal("s-1")));
        assertThat(serve(9)).isEqualTo(new Store.Served(List.of(), true, NEVER));
    }

    @Test
    void runs_of_a_dead_node_give_their_places_back() {
        define(MAIL.limit(1));
        queued("a");
        queued("b");
        assertThat(served(9)).containsExactly("a");
        node = takeOver();
        assertThat(served(9)).as("it has begun").containsExactly("a");
    }

    @Test
    void a_queue_with_limit_0_is_paused() {
        queued("a");
        define(MAIL.limit(0));
        assertThat(serve(9)).isEqualTo(new Store.Served(List.of(), true, NEVER));
        define(MAIL);
        assertThat(served(9)).containsExactly("a");
    }

    @Test
    void each_key_has_a_limit_of_its_own() {
        define(MAIL.limitPerKey(2));
        UUID first = ofKey("a1", "a");
        ofKey("a2", "a");
        ofKey("a3", "a");
        ofKey("b1", "b");
        queued("none");
        assertThat(served(2)).containsExactly("a1", "a2");
        Store.Served rest = serve(9);
        assertThat(rest.runs()).extracting(RunRow::runId).containsExactly("b1", "none");
        assertThat(rest.held()).isTrue();
        finish(first);
        ofKey("a4", "a");
        assertThat(served(9)).containsExactly("a3");
    }

    @Test
    void a_node_has_no_more_than_its_limit() {
        define(MAIL.limitPerNode(1));
        UUID run = queued("a");
        queued("b");
        assertThat(served(9)).containsExactly("a");
        assertThat(serve(9).held()).isTrue();
        finish(run);
        assertThat(served(9)).containsExactly("b");
    }

    @Test
    void a_rate_lets_as_many_begin_as_it_says_and_tells_when_the_next_may() {
        define(MAIL.rate(2, Duration.ofSeconds(1)));
        for (int i = 0; i < 6; i++) {
            queued("run-" + i);
        }
        Store.Served burst = serve(9);
        assertThat(burst.runs()).hasSize(2);
        assertThat(burst.held()).isFalse();
        assertThat(burst.again()).isEqualTo(now + 500);
        now += 499;
        assertThat(serve(9)).isEqualTo(new Store.Served(List.of(), false, now + 1));
        now++;
        assertThat(serve(9).runs()).hasSize(1);
        now += 60_000;
        assertThat(serve(9).runs()).as("a quiet time is worth one burst").hasSize(2);
    }

    @Test
    void a_new_rate_counts_from_when_somebody_began_and_not_from_when_somebody_asked_in_vain() {
        define(MAIL.rate(1, Duration.ofSeconds(1)));
        queued("a");
        queued("b");
        assertThat(served(9)).containsExactly("a");
        now += 500;
        assertThat(serve(9)).isEqualTo(new Store.Served(List.of(), false, now + 500));
        define(MAIL.rate(2, Duration.ofSeconds(1)));
        assertThat(served(9)).containsExactly("b");
    }

    // ---- definitions ----

    @Test
    void what_code_says_again_does_not_undo_what_was_said_since() {
        done(new Write.Define(MAIL.limit(1), true));
        assertThat(store.queues(now)).containsExactly(new QueueView(MAIL.limit(1), 0, 0, NEVER));
        define(MAIL.limit(7).limitPerKey(3));
        done(new Write.Define(MAIL.limit(1), true));
        assertThat(store.queues(now)).extracting(QueueView::queue).containsExactly(MAIL.limit(7).limitPerKey(3));
        done(new Write.Define(MAIL.limit(2).rate(5, Duration.ofMinutes(2)), true));
        assertThat(store.queues(now)).extracting(QueueView::queue)
                .containsExactly(MAIL.limit(2).rate(5, Duration.ofMinutes(2)));
        restart();
        assertThat(store.queues(now)).as("durable").extracting(QueueView::queue)
                .containsExactly(MAIL.limit(2).rate(5, Duration.ofMinutes(2)));
    }

    @Test
    void how_much_there_is_to_do_can_be_read() {
        queued("old", new Ticket("mail", "", 3), now - 9);
        queued("out");
        queued("not due", new Ticket("mail", "", 0), now + 1);
        queued("it's", new Ticket("äö'ü", "", 0), now);
        assertThat(served(1)).containsExactly("old");
        assertThat(store.queues(now)).containsExactlyInAnyOrder(new QueueView(MAIL, 1, 1, now),
                new QueueView(Queue.named("äö'ü"), 1, 0, now));
    }

    @Test
    void a_run_that_continues_another_stays_in_its_queue_and_keeps_its_place() {
        define(MAIL.limit(1));
        UUID run = queued("a", new Ticket("mail", "key", 2), now);
        queued("b");
        assertThat(served(1)).containsExactly("a");
        NewRun before = store.launch(run).orElseThrow();
        NewRun next = new NewRun("a", UUID.randomUUID(), run, "checkout", text("next"), before.headers(),
                before.attributes(), now, now, run, null, before.ticket());
        done(move(run).state(continued()).successor(next).write());
        assertThat(store.launch(next.incarnation()).orElseThrow().ticket()).isEqualTo(new Ticket("mail", "key", 2));
        assertThat(serve(9).runs()).as("it is the node's, as before").isEmpty();
        assertThat(row(next.incarnation()).queue()).isEqualTo("mail");
    }
}
