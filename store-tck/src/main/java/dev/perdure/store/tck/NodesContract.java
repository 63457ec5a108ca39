// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.Sight;
import dev.perdure.store.Store;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** For stores that several nodes share: signs of life, ends from outside, and who may still write. */
public abstract class NodesContract extends StoreContract {

    /** Joins beside the others. */
    private UUID another() {
        UUID next = UUID.randomUUID();
        store.join(next, now);
        return next;
    }

    private Sight look(UUID who) {
        return store.look(who, now);
    }

    @Test
    void a_node_sees_that_it_lives_and_that_others_do() {
        assertThat(store.lease()).isPositive();
        UUID other = another();
        assertThat(look(node).alive()).isTrue();
        assertThat(look(node).pulses()).containsOnlyKeys(other);
        Sight.Pulse before = look(node).pulses().get(other);
        assertThat(before.lease()).isEqualTo(store.lease());
        assertThat(look(node).pulses().get(other)).as("silent").isEqualTo(before);
        look(other);
        assertThat(look(node).pulses().get(other)).as("has looked up").isNotEqualTo(before);
        store.leave(other);
        assertThat(look(node).pulses()).isEmpty();
        assertThat(look(other).alive()).isFalse();
    }

    @Test
    void looking_tells_the_time_and_that_nothing_was_lost() {
        long before = store.time(now);
        Sight first = look(node);
        assertThat(first.time()).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(store.time(now));
        assertThat(look(node).history()).isEqualTo(first.history());
    }

    @Test
    void x7_x31_nothing_of_an_ended_node_lands() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).write());
        UUID suspended = suspended("order-2", NEVER);
        write(send("order-2", signal("m-1")));
        store.end(node);

        assertThat(kind(move(run).units(unit(2)).write())).as("append").isEqualTo(Kind.REFUSED);
        assertThat(kind(move(run).units(unit(2)).state(finished(RunStatus.COMPLETED)).write())).as("finish")
                .isEqualTo(Kind.REFUSED);
        assertThat(kind(move(run).state(suspend(now)).write())).as("timer").isEqualTo(Kind.REFUSED);
        assertThat(kind(new Write.Release(node, run))).as("release").isEqualTo(Kind.REFUSED);
        NewRun child = run("child-1");
        assertThat(kind(move(child.incarnation()).creation(start(child)).state(running()).write())).as("start")
                .isEqualTo(Kind.REFUSED);
        assertThat(store.find("child-1")).isEmpty();
        assertThat(claim(10, "checkout")).as("claim").isEmpty();
        assertThat(row(suspended).owner()).isNull();
        assertThat(store.journal(run, 0, 10)).hasSize(1);
        assertThat(look(node).alive()).isFalse();
    }

    @Test
    void x31_what_another_node_has_taken_over_the_first_cannot_move_and_cannot_end() {
        UUID run = owned("order-1");
        UUID other = another();
        store.end(node);
        UUID first = node;
        node = other;
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
        done(move(run).units(unit(1)).write());
        node = first;
        assertThat(kind(move(run).units(unit(2)).write())).isEqualTo(Kind.REFUSED);
        store.end(first);
        assertThat(row(run).owner()).as("ended again").isEqualTo(other);
    }

    @Test
    void the_runs_of_a_dead_node_have_lost_it_once_more_and_those_of_one_that_left_have_not() {
        UUID run = owned("order-1");
        store.end(node);
        store.end(node);
        assertThat(row(run).recoveries()).isOne();
        node = another();
        claim(10, "checkout");
        store.leave(node);
        assertThat(row(run).owner()).isNull();
        assertThat(row(run).recoveries()).isOne();
        store.end(UUID.randomUUID());
        node = another();
    }

    @Test
    void x44_the_run_that_a_dead_node_has_made_last_is_free_or_was_never_made() {
        NewRun before = run("child-1");
        done(move(before.incarnation()).creation(start(before)).state(running()).write());
        store.end(node);
        NewRun after = run("child-2");
        assertThat(kind(move(after.incarnation()).creation(start(after)).state(running()).write()))
                .isEqualTo(Kind.REFUSED);
        UUID other = another();
        assertThat(look(other).ended()).isEmpty();
        node = other;
        assertThat(claim(10, "checkout")).extracting(RunRow::runId).containsExactly("child-1");
    }

    @Test
    void a_node_sees_which_of_its_runs_have_something_to_hear() {
        UUID mine = owned("order-1");
        UUID first = node;
        node = another();
        UUID others = owned("order-2");
        write(send("order-1", signal("m-1")));
        write(send("order-1", signal("m-2")));
        write(send("order-2", signal("m-3")));
        assertThat(look(first).unheard()).containsExactly(mine);
        assertThat(look(node).unheard()).containsExactly(others);
        assertThat(look(node).movable()).isFalse();
    }

    @Test
    void a_node_sees_whether_there_is_a_run_to_be_claimed_and_when_the_next_comes_due() {
        assertThat(look(node).movable()).as("nothing there").isFalse();
        assertThat(look(node).nextWake()).isEqualTo(NEVER);
        UUID later = suspended("order-1", now + 10);
        assertThat(look(node).movable()).as("not due").isFalse();
        assertThat(look(node).nextWake()).isEqualTo(now + 10);
        now += 10;
        assertThat(look(node).movable()).as("due").isTrue();
        claim(10, "checkout");
        assertThat(look(node).movable()).as("claimed").isFalse();
        done(move(later).state(suspend(NEVER)).write());
        assertThat(look(node).movable()).as("waits").isFalse();
        write(send("order-1", signal("m-1")));
        assertThat(look(node).movable()).as("has something to hear").isTrue();
        claim(10, "checkout");
        done(move(later).state(stuck()).write());
        assertThat(look(node).movable()).as("stuck").isFalse();
        UUID running = owned("order-2");
        assertThat(look(node).movable()).as("owned").isFalse();
        store.end(node);
        node = another();
        assertThat(look(node).movable()).as("its node is dead").isTrue();
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(running);
    }

    @Test
    void of_many_nodes_that_claim_at_once_each_run_is_one_nodes() throws Exception {
        Set<UUID> runs = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            runs.add(suspended("order-" + i, now));
        }
        List<UUID> claimed = new ArrayList<>();
        try (ExecutorService nodes = Executors.newFixedThreadPool(4)) {
            List<Callable<List<RunRow>>> claims = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                UUID who = another();
                claims.add(() -> claimAll(who));
            }
            for (Future<List<RunRow>> each : nodes.invokeAll(claims)) {
                each.get().forEach(row -> claimed.add(row.incarnation()));
            }
        }
        assertThat(claimed).doesNotHaveDuplicates();
        assertThat(new HashSet<>(claimed)).isEqualTo(runs);
    }

    private List<RunRow> claimAll(UUID who) {
        List<RunRow> all = new ArrayList<>();
        List<RunRow> some;
        do {
            some = store.claim(new Store.Claim(who, Set.of("checkout"), now, 7));
            all.addAll(some);
        } while (!some.isEmpty() || look(who).movable());
        return all;
    }

    @Test
    void nodes_that_are_served_at_once_never_have_more_than_the_limit() throws Exception {
        for (Queue queue : List.of(Queue.named("mail").limit(5), Queue.named("post").limitPerKey(1))) {
            done(new Write.Define(queue, false));
            Set<UUID> runs = new HashSet<>();
            for (int i = 0; i < 150; i++) {
                runs.add(queued(queue.name() + "-" + i, new Ticket(queue.name(), "key-" + i % 5, 0)));
            }
            // Stays to the end, so that whoever counts cannot begin behind it.
            RunRow oldest = store.serve(queue.name(), new Store.Claim(node, Set.of("checkout"), now, 1)).runs().get(0);
            runs.remove(oldest.incarnation());
            List<UUID> taken = new ArrayList<>();
            try (ExecutorService nodes = Executors.newFixedThreadPool(4)) {
                List<Callable<List<UUID>>> all = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    UUID who = another();
                    all.add(() -> serveAll(who, queue.name()));
                }
                for (Future<List<UUID>> each : nodes.invokeAll(all)) {
                    taken.addAll(each.get());
                }
            }
            done(move(oldest.incarnation()).state(finished(RunStatus.COMPLETED)).write());
            taken.addAll(serveAll(node, queue.name()));
            assertThat(taken).doesNotHaveDuplicates();
            assertThat(new HashSet<>(taken)).isEqualTo(runs);
        }
    }

    private UUID queued(String runId, Ticket ticket) {
        NewRun plain = run(runId);
        done(start(new NewRun(runId, plain.incarnation(), plain.chain(), plain.workflow(), plain.input(),
                plain.headers(), plain.attributes(), now, now, null, null, ticket)));
        return plain.incarnation();
    }

    /** Takes runs and ends them until none comes any more. A run for each of five keys makes five, too. */
    private List<UUID> serveAll(UUID who, String queue) {
        List<UUID> all = new ArrayList<>();
        for (int idle = 0; idle < 100;) {
            List<RunRow> some = store.serve(queue, new Store.Claim(who, Set.of("checkout"), now, 7)).runs();
            idle = some.isEmpty() ? idle + 1 : 0;
            assertThat(store.queues(now)).filteredOn(view -> view.queue().name().equals(queue))
                    .allMatch(view -> view.running() <= 5);
            some.forEach(row -> {
                all.add(row.incarnation());
                done(new Move(who, row.incarnation()).state(finished(RunStatus.COMPLETED)).write());
            });
        }
        return all;
    }

    @Test
    void the_ends_of_many_runs_are_found_by_one_question() {
        UUID runs = owned("order-1");
        UUID done = owned("order-2");
        UUID stuck = owned("order-3");
        done(move(done).units(unit(1)).state(finished(RunStatus.COMPLETED)).write());
        done(move(stuck).state(stuck()).write());
        assertThat(store.ended(Set.of(runs, done, stuck, UUID.randomUUID())))
                .containsExactlyInAnyOrder(row(done), row(stuck));
    }
}
