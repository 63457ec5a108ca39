// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Many writes at once: durable together, judged apart, seen whole. */
public abstract class BatchingContract extends StoreContract {

    /** For subclasses. */
    protected BatchingContract() {
    }

    @Test
    void each_write_has_its_own_outcome_in_the_same_order() {
        UUID run = owned("order-1");
        List<Outcome> outcomes = store.write(List.of(
                move(run).units(unit(1)).write(),
                send("nobody", signal("a")),
                move(UUID.randomUUID()).units(unit(1)).write(),
                send("order-1", signal("b")),
                new Write.Redrive("order-1", now),
                start(run("order-2"))));
        assertThat(outcomes).extracting(Outcome::kind).containsExactly(Kind.DONE, Kind.NOT_FOUND, Kind.REFUSED,
                Kind.DONE, Kind.NOT_STUCK, Kind.DONE);
    }

    @Test
    void a_refused_write_leaves_its_neighbours_alone() {
        UUID one = owned("order-1");
        UUID two = owned("order-2");
        List<Outcome> outcomes = store.write(List.of(move(one).units(unit(1)).write(),
                move(two).units(unit(9)).publish("x", text("y")).write(), move(one).units(unit(2)).write(),
                move(two).units(unit(1)).write()));
        assertThat(outcomes).extracting(Outcome::kind).containsExactly(Kind.DONE, Kind.REFUSED, Kind.DONE, Kind.DONE);
        restart();
        assertThat(store.journal(one, 0, 10)).containsExactly(unit(1), unit(2));
        assertThat(store.journal(two, 0, 10)).containsExactly(unit(1));
        assertThat(store.published(two)).isEmpty();
    }

    @Test
    void a_write_sees_those_before_it_in_the_batch() {
        NewRun run = run("order-1");
        NewRun same = run("order-1");
        UUID id = run.incarnation();
        List<Outcome> outcomes = store.write(List.of(
                send("order-1", signal("too early")),
                move(id).creation(start(run)).units(unit(1)).state(running()).write(),
                start(same),
                send("order-1", signal("a")),
                send("order-1", signal("a")),
                move(id).units(unit(2)).write(),
                move(id).units(unit(2)).write(),
                move(id).units(unit(3)).state(finished(RunStatus.COMPLETED)).write(),
                move(id).units(unit(4)).write(),
                send("order-1", signal("too late")),
                restart(same)));
        assertThat(outcomes).extracting(Outcome::kind).containsExactly(Kind.NOT_FOUND, Kind.DONE, Kind.EXISTS,
                Kind.DONE, Kind.DUPLICATE, Kind.DONE, Kind.DONE, Kind.DONE, Kind.REFUSED, Kind.FINISHED, Kind.DONE);
        assertThat(store.journal(id, 0, 10)).containsExactly(unit(1), unit(2), unit(3));
        assertThat(row(id).unread()).isEqualTo(1);
        assertThat(store.find("order-1").orElseThrow().incarnation()).isEqualTo(same.incarnation());
    }

    @Test
    void who_finds_a_name_taken_is_told_how_that_run_stands_after_the_writes_before() {
        UUID run = owned("order-1");
        NewRun other = run("order-1");
        // The second cannot be the beginning of a run, so a store may judge it in another way.
        for (int seq : List.of(1, 3)) {
            List<Outcome> outcomes = store.write(List.of(
                    move(run).units(unit(seq)).state(running("before " + seq)).write(),
                    move(other.incarnation()).creation(start(other)).units(unit(seq)).state(running()).write(),
                    move(run).units(unit(seq + 1)).state(running("after " + seq)).write()));
            assertThat(outcomes).extracting(Outcome::kind).containsExactly(Kind.DONE, Kind.EXISTS, Kind.DONE);
            assertThat(outcomes.get(1).run().problem()).isEqualTo("before " + seq);
        }
    }

    private RunState running(String problem) {
        return new RunState(RunStatus.RUNNING, NEVER, "", problem, 0, false, now);
    }

    @Test
    void a_thousand_runs_are_started_moved_and_finished_by_three_batches() {
        List<UUID> runs = new ArrayList<>();
        List<Write> batch = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            NewRun run = run("order-" + i);
            runs.add(run.incarnation());
            batch.add(move(run.incarnation()).creation(start(run)).units(unit(1)).state(running()).write());
        }
        assertThat(store.write(batch)).hasSize(1000).allMatch(Outcome::isDone);
        assertThat(store.write(runs.stream().map(run -> move(run).units(longUnit(2)).write()).toList()))
                .allMatch(Outcome::isDone);
        assertThat(store.write(runs.stream().map(run -> move(run).units(unit(5)).state(finished(RunStatus.COMPLETED))
                .write())
                .toList())).allMatch(Outcome::isDone);
        restart();
        assertThat(store.count(RunFilter.all().status(RunStatus.COMPLETED))).isEqualTo(1000);
        assertThat(store.countEntries()).isEqualTo(5000);
        assertThat(store.journal(runs.get(500), 0, 10)).containsExactly(unit(1), longUnit(2), unit(5));
    }

    @Test
    void threads_that_write_at_once_do_not_lose_each_others_writes() throws Exception {
        List<Callable<Void>> writers = new ArrayList<>();
        List<UUID> runs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            UUID run = owned("order-" + i);
            runs.add(run);
            writers.add(() -> {
                for (int seq = 1; seq <= 25; seq++) {
                    done(move(run).units(unit(seq)).write());
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
        }
        for (UUID run : runs) {
            assertThat(store.journal(run, 0, 100)).hasSize(25);
        }
    }

    @Test
    void a_reader_sees_a_write_whole_or_not_at_all() throws Exception {
        UUID run = owned("order-1");
        AtomicBoolean writing = new AtomicBoolean(true);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(threads.submit(() -> {
                    int seen = 0;
                    while (writing.get()) {
                        int size = store.journal(run, 0, 10_000).size();
                        assertThat(size % 3).as("three units of each write").isZero();
                        assertThat(size).isGreaterThanOrEqualTo(seen);
                        seen = size;
                    }
                    return null;
                }));
            }
            for (int seq = 1; seq < 300; seq += 3) {
                done(move(run).units(unit(seq), unit(seq + 1), unit(seq + 2)).write());
            }
            writing.set(false);
            for (Future<Void> reader : readers) {
                reader.get();
            }
        }
    }
}
