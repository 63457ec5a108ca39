// SPDX-License-Identifier: Apache-2.0
package dev.perdure.commit;

import dev.perdure.EngineObserver;
import dev.perdure.Payload;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.world.Interleavings;
import dev.perdure.world.Interleavings.WatchedWorld;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Callers who write for themselves or leave it to the committer's thread, and one who closes, at the same time. */
class GroupCommitterInterleavingsTest {

    @Test
    void every_commit_is_written_once_and_told_once() {
        Interleavings.explore(() -> twoCommits(new WatchedWorld()));
    }

    @Test
    void a_committer_ends_when_it_is_closed_wherever_it_is() {
        Interleavings.explore(() -> PlantedInterleavingsTest.beginAndClose(new WatchedWorld()));
    }

    @Test
    void a_commit_that_meets_the_end_of_the_committer_is_written_or_fails_and_never_waits_for_ever() {
        Interleavings.explore(() -> {
            WatchedWorld world = new WatchedWorld();
            MemoryStore store = new MemoryStore();
            GroupCommitter committer = new GroupCommitter(store, world, new EngineObserver() { });
            Told commit = new Told(1);
            Interleavings.sideBySide(() -> committer.submit(commit), () -> committer.close(Long.MAX_VALUE));
            world.awaitAll();
            long written = store.count(RunFilter.all());
            check(commit.done.get() == written && commit.failed.get() == 1 - written, "done " + commit.done
                    + ", failed " + commit.failed + ", written " + written);
        });
    }

    private static void twoCommits(WatchedWorld world) throws InterruptedException {
        MemoryStore store = new MemoryStore();
        GroupCommitter committer = new GroupCommitter(store, world, new EngineObserver() { });
        Told first = new Told(1);
        Told second = new Told(2);
        Interleavings.sideBySide(() -> committer.submit(first), () -> committer.submit(second));
        committer.close(Long.MAX_VALUE);
        world.awaitAll();
        for (Told commit : List.of(first, second)) {
            check(commit.done.get() == 1 && commit.failed.get() == 0, "done " + commit.done + ", failed "
                    + commit.failed);
        }
        check(store.count(RunFilter.all()) == 2, "written " + store.count(RunFilter.all()));
    }

    private static void check(boolean holds, String found) {
        if (!holds) {
            throw new AssertionError(found);
        }
    }

    /** A commit of a start, which counts what it is told. */
    private static final class Told implements Commit {

        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final Write write;

        Told(int number) {
            UUID id = new UUID(0, number);
            this.write = new Write.Start(new NewRun("run-" + number, id, id, "checkout", Payload.NONE, Map.of(),
                    Map.of(), 1, 1, null), false, List.of());
        }

        @Override
        public Write write() {
            return write;
        }

        @Override
        public boolean isPatient() {
            return true;
        }

        @Override
        public void done(Outcome outcome) {
            done.incrementAndGet();
        }

        @Override
        public void failed(StoreException cause) {
            failed.incrementAndGet();
        }
    }
}
