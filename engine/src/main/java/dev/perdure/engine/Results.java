// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.journal.Command;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.world.World;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for the end of which run. An engine tells of the runs that end in its own hands, and for those the store is
 * not asked; for those that end elsewhere the store is looked at: whenever it has changed from outside, and once a
 * second in any case. The thread that looks lives only while somebody waits.
 */
final class Results implements Store.Ear {

    private static final Logger LOG = LoggerFactory.getLogger(Results.class);
    private static final long FULL_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Store store;
    private final World world;
    private final long lookNanos;
    private final World.Gate gate;
    private final Predicate<UUID> kept;
    private final Map<UUID, CompletableFuture<End>> waiting = new ConcurrentHashMap<>();
    private volatile boolean told;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * How an incarnation ended.
     *
     * @param row finished or stuck
     * @param last what its code said last, if that is at hand; null if the journal has to be asked, or has nothing
     */
    record End(RunRow row, @Nullable Command last) {
    }

    /**
     * Nobody waits yet.
     *
     * @param store where ends are looked up
     * @param world time and threads
     * @param lookNanos how soon a change from outside is noticed
     * @param kept whether an incarnation is in this memory, so that {@link #ended} is still to come for it, unless it
     *     leaves memory before it ends
     */
    Results(Store store, World world, long lookNanos, Predicate<UUID> kept) {
        this.store = store;
        this.world = world;
        this.lookNanos = lookNanos;
        this.kept = kept;
        this.gate = world.gate();
    }

    /**
     * The end of an incarnation.
     *
     * @return completes once it has finished or is stuck; a later redrive starts over with a new future
     */
    CompletableFuture<End> whenEnded(UUID incarnation) {
        CompletableFuture<End> future = waiting.computeIfAbsent(incarnation, key -> new CompletableFuture<>());
        // Registered first, looked at second: an end between the two is seen by one of them.
        if (!kept.test(incarnation)) {
            lookSafely(incarnation, future);
        }
        if (closed) {
            fail(incarnation, future);
        }
        if (waiting.get(incarnation) == future && looking.compareAndSet(false, true)) {
            world.startPlatform("perdure-results", this::lookAgain);
        }
        return future;
    }

    /** An engine has made the end of a run durable, or its being stuck, and no longer keeps the run. */
    void ended(RunRow row, @Nullable Command last) {
        CompletableFuture<End> future = waiting.get(row.incarnation());
        if (future == null) {
            return;
        }
        if (row.status().isFinished()) {
            waiting.remove(row.incarnation(), future);
            complete(future, new End(row, last));
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

    private void fail(UUID incarnation, CompletableFuture<End> future) {
        if (waiting.remove(incarnation, future)) {
            future.completeExceptionally(new StoreException("engine_closed", "the engine or client has been closed, so "
                    + "nobody waits for the result here any more. The run itself goes on: ask another engine, or "
                    + "Client.connect(store)", StoreException.Effect.NOTHING_RETRY, null));
        }
    }

    /** A store that is away is asked again later; one that refuses will not change its mind. */
    private void lookSafely(UUID incarnation, CompletableFuture<End> future) {
        try {
            look(incarnation, future);
        } catch (StoreException failure) {
            if (failure.effect() == StoreException.Effect.NOTHING_REFUSED && waiting.remove(incarnation, future)) {
                future.completeExceptionally(failure);
            }
        }
    }

    private void look(UUID incarnation, CompletableFuture<End> future) {
        Optional<RunRow> row = store.find(incarnation);
        if (row.isPresent() && row.get().status().hasEnded()) {
            waiting.remove(incarnation, future);
            complete(future, new End(row.get(), null));
        }
    }

    /** On a thread of its own: what the caller chained to the future may block. */
    private void complete(CompletableFuture<End> future, End end) {
        world.startVirtual("perdure-result", () -> future.complete(end));
    }

    private void lookForAll(boolean keptToo) {
        Set<UUID> asked = new HashSet<>(waiting.keySet());
        asked.removeIf(incarnation -> !keptToo && kept.test(incarnation));
        if (asked.isEmpty()) {
            return;
        }
        for (RunRow row : store.ended(asked)) {
            CompletableFuture<End> future = waiting.remove(row.incarnation());
            if (future != null) {
                complete(future, new End(row, null));
            }
        }
    }

    @Override
    public void work() {
        // Ends are all that is waited for here.
    }

    @Override
    public void ends() {
        told = true;
        gate.open();
    }

    /** The thread that looks lives only while somebody waits, and listens only so long. */
    private void lookAgain() {
        Runnable stopListening = store.listen(this);
        try {
            lookWhileWaiting();
        } finally {
            stopListening.run();
            looking.set(false);
        }
        if (!closed && !waiting.isEmpty() && looking.compareAndSet(false, true)) {
            world.startPlatform("perdure-results", this::lookAgain);
        }
    }

    private void lookWhileWaiting() {
        long seen = Long.MIN_VALUE;
        long seenInFull = Long.MIN_VALUE;
        long nextFull = world.nanoTime();
        while (!closed && !waiting.isEmpty()) {
            if (!told) {
                gate.pass(lookNanos);
            }
            try {
                boolean full = world.nanoTime() - nextFull >= 0;
                long changes = store.foreignChanges();
                if (told || changes != seen || full) {
                    told = false;
                    // Also those that are kept, if others write: one of them could be somebody else's by now.
                    lookForAll(full && changes != seenInFull);
                    seen = changes;
                }
                if (full) {
                    seenInFull = changes;
                    nextFull = world.nanoTime() + FULL_LOOK_NANOS;
                }
            } catch (StoreException away) {
                LOG.debug("the store does not answer; looking for results again later", away);
                gate.pass(lookNanos);
            }
        }
    }
}
