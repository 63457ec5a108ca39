// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.RunStatus;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.world.World;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for the end of which run. An engine tells of the runs that end in its own hands; for those that end
 * elsewhere the store is looked at: whenever it has changed from outside, and once a second in any case. The thread
 * that looks lives only while somebody waits.
 */
final class Results {

    private static final Logger LOG = LoggerFactory.getLogger(Results.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int ROUNDS_BETWEEN_FULL_LOOKS = 50;

    private final Store store;
    private final World world;
    private final World.Gate gate;
    private final Map<UUID, CompletableFuture<RunRow>> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean closed;

    Results(Store store, World world) {
        this.store = store;
        this.world = world;
        this.gate = world.gate();
    }

    /**
     * The end of an incarnation.
     *
     * @return completes with its row once it has finished or is stuck; a later redrive starts over with a new future
     */
    CompletableFuture<RunRow> whenEnded(UUID incarnation) {
        CompletableFuture<RunRow> future = waiting.computeIfAbsent(incarnation, key -> new CompletableFuture<>());
        // Registered first, looked at second: an end between the two is seen by one of them.
        lookSafely(incarnation, future);
        if (closed) {
            fail(incarnation, future);
        }
        if (waiting.get(incarnation) == future && looking.compareAndSet(false, true)) {
            world.startPlatform("perdure-results", this::lookAgain);
        }
        return future;
    }

    /** An engine has made the end of a run durable, or its being stuck. */
    void ended(RunRow row) {
        CompletableFuture<RunRow> future = waiting.get(row.incarnation());
        if (future == null) {
            return;
        }
        if (row.status().isFinished()) {
            waiting.remove(row.incarnation(), future);
            complete(future, row);
        } else {
            // It may have been redriven since it was stuck: then this future is about what follows.
            world.startVirtual("perdure-result", () -> lookSafely(row.incarnation(), future));
        }
    }

    void close() {
        closed = true;
        gate.open();
        waiting.forEach(this::fail);
    }

    private void fail(UUID incarnation, CompletableFuture<RunRow> future) {
        if (waiting.remove(incarnation, future)) {
            future.completeExceptionally(new StoreException("engine_closed", "the engine or client has been closed, so "
                    + "nobody waits for the result here any more. The run itself goes on: ask another engine, or "
                    + "Client.connect(store)", StoreException.Effect.NOTHING_RETRY, null));
        }
    }

    /** A store that is away is asked again later; one that refuses will not change its mind. */
    private void lookSafely(UUID incarnation, CompletableFuture<RunRow> future) {
        try {
            look(incarnation, future);
        } catch (StoreException failure) {
            if (failure.effect() == StoreException.Effect.NOTHING_REFUSED && waiting.remove(incarnation, future)) {
                future.completeExceptionally(failure);
            }
        }
    }

    private void look(UUID incarnation, CompletableFuture<RunRow> future) {
        Optional<RunRow> row = store.find(incarnation);
        if (row.isPresent() && isEnd(row.get().status())) {
            waiting.remove(incarnation, future);
            complete(future, row.get());
        }
    }

    /** On a thread of its own: what the caller chained to the future may block. */
    private void complete(CompletableFuture<RunRow> future, RunRow row) {
        world.startVirtual("perdure-result", () -> future.complete(row));
    }

    private static boolean isEnd(RunStatus status) {
        return status.isFinished() || status == RunStatus.STUCK;
    }

    private void lookAgain() {
        long seen = Long.MIN_VALUE;
        int rounds = 0;
        while (!closed && !waiting.isEmpty()) {
            gate.pass(LOOK_NANOS);
            try {
                long changes = store.foreignChanges();
                rounds++;
                if (changes != seen || rounds >= ROUNDS_BETWEEN_FULL_LOOKS) {
                    seen = changes;
                    rounds = 0;
                    waiting.forEach(this::lookSafely);
                }
            } catch (StoreException away) {
                LOG.debug("the store does not answer; looking for results again later", away);
            }
        }
        looking.set(false);
        if (!closed && !waiting.isEmpty() && looking.compareAndSet(false, true)) {
            world.startPlatform("perdure-results", this::lookAgain);
        }
    }
}
