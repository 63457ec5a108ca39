// SPDX-License-Identifier: Apache-2.0
package dev.perdure.commit;

import dev.perdure.EngineObserver;
import dev.perdure.store.Outcome;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that one thread at a time writes to the store; see the package for how. */
public final class GroupCommitter {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
    private static final int LARGEST_BATCH = 2_048;
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final Store store;
    private final World world;
    private final EngineObserver observer;
    private final Queue<Commit> queue = new ConcurrentLinkedQueue<>();
    /** Who writes just now: the committer's thread or a caller; null for nobody. Guards {@link #away}. */
    private final AtomicReference<@Nullable Thread> writer = new AtomicReference<>();
    private final World.Gate gate;
    private final World.Gate closedGate;
    private final Thread thread;
    private final SideLane aside;
    /** No more commits are taken; those in the queue are still written. */
    private volatile boolean closing;
    /** What is not written by now is given up. */
    private volatile boolean givenUp;
    private volatile boolean ended;
    private boolean away;

    /**
     * Starts the thread.
     *
     * @param store where to write
     * @param world where the thread and time come from
     * @param observer hears of batches and of outages
     */
    public GroupCommitter(Store store, World world, EngineObserver observer) {
        this.store = store;
        this.world = world;
        this.observer = observer;
        this.gate = world.gate();
        this.closedGate = world.gate();
        this.aside = new SideLane(store, world);
        this.thread = world.startPlatform("perdure-committer", this::writeForever);
    }

    /**
     * Hands in a commit.
     *
     * @param commit will hear of its fate on the committer's thread, or on the calling one before this returns
     */
    public void submit(Commit commit) {
        if (!closing && store.mayWait(commit.write())) {
            aside.submit(commit);
            return;
        }
        if (!closing && queue.isEmpty() && writer.compareAndSet(null, Thread.currentThread())) {
            writeAlone(commit);
        } else {
            queue.add(commit);
            Thread writing = writer.get();
            // A caller that writes its own commit looks at the queue afterwards.
            if (writing == null || writing == thread) {
                gate.open();
            }
        }
        if (ended) {
            failRest();
        }
    }

    /** On the caller's thread: nobody else writes and nobody waits, so there is nothing to share. */
    private void writeAlone(Commit commit) {
        try {
            // Pausing until the store is back is for the committer's thread.
            queue.addAll(attempt(List.of(commit)));
        } finally {
            writer.set(null);
            if (closing || !queue.isEmpty()) {
                gate.open();
            }
        }
    }

    private void writeForever() {
        while (!closing || !queue.isEmpty() || writer.get() != null) {
            if (writer.compareAndSet(null, Thread.currentThread())) {
                writeAll();
                writer.set(null);
            }
            // Open if somebody came in the meantime.
            if (!closing || writer.get() != null) {
                gate.pass(Long.MAX_VALUE);
            }
        }
        ended = true;
        failRest();
        closedGate.open();
    }

    private void writeAll() {
        List<Commit> batch = new ArrayList<>();
        for (gather(batch); !batch.isEmpty(); gather(batch)) {
            write(batch, true);
            batch = new ArrayList<>(batch.size());
            // Those who were just told may have the next commit ready at once: let them run first.
            Thread.yield();
        }
    }

    private void gather(List<Commit> batch) {
        while (batch.size() < LARGEST_BATCH) {
            Commit next = queue.poll();
            if (next == null) {
                return;
            }
            batch.add(next);
        }
    }

    /**
     * Writes a batch until nothing of it is left.
     *
     * @param mayGrow whether what is handed in while the store is away may join: its callers then hear of the outage
     *     instead of waiting behind it
     */
    private void write(List<Commit> batch, boolean mayGrow) {
        List<Commit> rest = attempt(batch);
        long pause = FIRST_PAUSE_MILLIS;
        while (!rest.isEmpty()) {
            gate.pass(TimeUnit.MILLISECONDS.toNanos(pause));
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            if (mayGrow) {
                gather(rest);
            }
            rest = attempt(rest);
        }
    }

    /** Sends a batch to the store and tells everybody but those who are to be sent again, which it returns. */
    private List<Commit> attempt(List<Commit> batch) {
        List<Write> writes = new ArrayList<>(batch.size());
        for (Commit commit : batch) {
            writes.add(commit.write());
        }
        long begun = world.nanoTime();
        try {
            List<Outcome> outcomes = store.write(writes);
            landed(batch, outcomes, world.nanoTime() - begun);
            return List.of();
        } catch (StoreException failure) {
            if (failure.effect() == StoreException.Effect.NOTHING_REFUSED) {
                halve(batch, failure);
                return List.of();
            }
            return thePatientOf(batch, failure);
        } catch (RuntimeException | Error defect) {
            // A store that breaks its contract must not take the committer with it.
            LOG.error("the store failed in a way it must not; treating its batch as refused", defect);
            halve(batch, StoreException.defect(defect));
            return List.of();
        }
    }

    /** Never throws: what has landed must not be taken for a failure of the store and be written again. */
    private void landed(List<Commit> batch, List<Outcome> outcomes, long nanos) {
        storeIsBack();
        tell(batch, outcomes);
        try {
            observer.batchCommitted(batch.size(), Duration.ofNanos(nanos));
        } catch (RuntimeException | Error failure) {
            LOG.error("an observer failed; the engine goes on without it having heard", failure);
        }
    }

    private void tell(List<Commit> batch, List<Outcome> outcomes) {
        for (int i = 0; i < batch.size(); i++) {
            try {
                batch.get(i).done(outcomes.get(i));
            } catch (RuntimeException | Error defect) {
                LOG.error("a commit could not be told that it is durable: {}", batch.get(i).write(), defect);
            }
        }
    }

    /** The content of one of them is at fault: finds it by halving, so that the others land. */
    private void halve(List<Commit> batch, StoreException failure) {
        if (batch.size() == 1) {
            batch.get(0).failed(failure);
            return;
        }
        // Halves do not grow: what is newer must not overtake the other half.
        write(batch.subList(0, batch.size() / 2), false);
        write(batch.subList(batch.size() / 2, batch.size()), false);
    }

    private List<Commit> thePatientOf(List<Commit> batch, StoreException failure) {
        if (!away) {
            away = true;
            LOG.warn("the store does not answer, runs wait and are sent again: {}", failure.getMessage());
            observer.storeUnavailable(failure.getMessage());
        }
        List<Commit> patient = new ArrayList<>(batch.size());
        for (Commit commit : batch) {
            if (commit.isPatient() && !givenUp) {
                patient.add(commit);
            } else {
                commit.failed(failure);
            }
        }
        return patient;
    }

    private void storeIsBack() {
        if (away) {
            away = false;
            LOG.info("the store answers again");
            observer.storeAvailable();
        }
    }

    private void failRest() {
        StoreException closed = StoreException.engineClosed();
        for (Commit next = queue.poll(); next != null; next = queue.poll()) {
            next.failed(closed);
        }
    }

    /**
     * Writes what has been handed in, then ends. What comes later fails.
     *
     * @param nanos how long to go on trying; after it what the store did not take is given up
     */
    public void close(long nanos) {
        closing = true;
        gate.open();
        long until = world.nanoTime() + nanos;
        if (!ended) {
            closedGate.pass(nanos);
        }
        aside.close(until - world.nanoTime());
        givenUp = true;
        gate.open();
    }

    /**
     * Whether the calling thread writes just now, which means that it is inside a call-back: there nobody may wait for
     * a commit.
     *
     * @return true inside a call-back
     */
    public boolean isWriting() {
        return writer.get() == Thread.currentThread();
    }
}
