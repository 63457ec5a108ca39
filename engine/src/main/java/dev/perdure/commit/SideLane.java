// SPDX-License-Identifier: Apache-2.0
package dev.perdure.commit;

import dev.perdure.store.Outcome;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.world.World;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where what may have to wait for strangers is written: by itself, so that nobody else waits with it. One that finds
 * its keys locked makes way for others after a moment, and is tried again.
 */
final class SideLane {

    private static final Logger LOG = LoggerFactory.getLogger(SideLane.class);
    /** Each has a connection while it writes. */
    private static final int PLACES = 3;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How long a caller who waits is kept waiting for a lock; a run waits for as long as it takes. */
    private static final long CALLERS_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Store store;
    private final World world;
    private final Semaphore places = new Semaphore(PLACES);
    private final AtomicInteger under = new AtomicInteger();
    private final World.Gate emptied;
    private volatile boolean givenUp;

    SideLane(Store store, World world) {
        this.store = store;
        this.world = world;
        this.emptied = world.gate();
    }

    void submit(Commit commit) {
        under.incrementAndGet();
        world.startVirtual("perdure-commit-aside", () -> {
            try {
                write(commit);
            } finally {
                if (under.decrementAndGet() == 0) {
                    emptied.open();
                }
            }
        });
    }

    /**
     * Waits until what was handed in is written; nothing more is handed in.
     *
     * @param nanos how long at most; what the store does not take at once after it is given up
     */
    void close(long nanos) {
        long until = world.nanoTime() + nanos;
        for (long left = nanos; under.get() > 0 && left > 0; left = until - world.nanoTime()) {
            emptied.pass(left);
        }
        givenUp = true;
    }

    private void write(Commit commit) {
        long until = world.nanoTime() + CALLERS_PATIENCE_NANOS;
        World.Gate nobody = world.gate();
        StoreException failure = attempt(commit);
        while (failure != null) {
            boolean again = failure.effect() != StoreException.Effect.NOTHING_REFUSED && !givenUp
                    && (commit.isPatient() || failure.isLocked() && world.nanoTime() - until < 0);
            if (!again) {
                commit.failed(failure);
                return;
            }
            nobody.pass(PAUSE_NANOS);
            failure = attempt(commit);
        }
    }

    /** Null if it is written, or if the store has refused it in good order. */
    private @Nullable StoreException attempt(Commit commit) {
        List<Outcome> outcomes;
        places.acquireUninterruptibly();
        try {
            outcomes = store.write(List.of(commit.write()));
        } catch (StoreException failure) {
            return failure;
        } catch (RuntimeException | Error defect) {
            LOG.error("the store failed in a way it must not; treating its write as refused", defect);
            return StoreException.defect(defect);
        } finally {
            places.release();
        }
        commit.done(outcomes.get(0));
        return null;
    }
}
