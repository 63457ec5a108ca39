// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.ContextMisuseException;
import dev.perdure.Durations;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.UnknownWorkflowException;
import dev.perdure.commit.Commit;
import dev.perdure.commit.GroupCommitter;
import dev.perdure.journal.Wait;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.wake.Dispatcher;
import dev.perdure.wake.Repertoire;
import dev.perdure.wake.Settings;
import dev.perdure.world.Alarms;
import dev.perdure.world.World;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs workflows and activities. One process may have several engines, each on a store of its own; in most there is
 * one.
 *
 * {@snippet :
 * try (Engine engine = Engine.builder().store(SqliteStore.open(Path.of("orders.db")))
 *         .workflow(CHECKOUT, checkout::run).start()) {
 *     Receipt receipt = engine.start(CHECKOUT, "order-4711", order).result();
 * }
 * }
 *
 * <p>Safe for all threads. Once started it needs no further call: runs that an earlier life of the process has left go
 * on by themselves.
 */
public final class Engine extends StoreClient {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long LONGEST_RESERVE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** However short the deadline: what steps have brought by then is still written. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** How the engine ends. */
    record Ending(Duration deadline, boolean shutdownHook) {
    }

    private final Repertoire repertoire;
    private final Ending ending;
    private final Alarms alarms;
    private final GroupCommitter committer;
    private final Dispatcher dispatcher;
    private final Runnable forgetHook;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch terminated = new CountDownLatch(1);

    Engine(Store store, World world, Settings settings, Repertoire repertoire, Ending ending) {
        super(store, settings.payloads(), world, Dispatcher.LOOK_NANOS);
        this.repertoire = repertoire;
        this.ending = ending;
        UUID node = world.newId();
        store.join(node, world.currentMillis());
        this.alarms = new Alarms(world);
        this.committer = new GroupCommitter(store, world, settings.observer());
        this.dispatcher = new Dispatcher(new Dispatcher.Parts(node, store, committer, alarms, world), settings,
                repertoire, results()::ended);
        this.forgetHook = ending.shutdownHook() ? world.whenProcessEnds(this::close) : () -> { };
        LOG.info("engine started as node {} with {}: {}", node, repertoire.names(), store.settings());
    }

    /**
     * Begins to put an engine together.
     *
     * @return a builder
     */
    public static EngineBuilder builder() {
        return new EngineBuilder();
    }

    /**
     * This life of the process in the store.
     *
     * @return a new id for each engine, and another one when the store has ended this node, because it was silent for
     *     longer than its lease
     */
    public UUID nodeId() {
        return dispatcher.node();
    }

    /**
     * How many runs are in memory, active ones and suspended ones that are kept warm.
     *
     * @return zero or more
     */
    public int liveRuns() {
        return dispatcher.liveRuns();
    }

    // ---- what an engine does differently from a client ----

    @Override
    void checkKnown(String workflow) {
        super.checkKnown(workflow);
        if (repertoire.find(workflow).isEmpty()) {
            throw new UnknownWorkflowException(workflow, repertoire.names());
        }
    }

    @Override
    Outcome begin(Write.Start start) {
        boolean dueNow = start.run().startAt() <= start.run().createdAt();
        checkOpen();
        CompletableFuture<Outcome> begun = dueNow && start.messages().isEmpty() ? dispatcher.begin(start) : null;
        Outcome outcome = begun == null ? null : await(begun);
        // A node that has been ended meanwhile still can queue a run, for whoever takes it.
        boolean queue = outcome == null || outcome.kind() == Outcome.Kind.REFUSED && !store().lease().isZero();
        return queue ? write(start) : outcome;
    }

    @Override
    void begun(List<Write.Start> starts) {
        dispatcher.made(starts);
    }

    @Override
    void limitsChanged(String queue) {
        dispatcher.look(queue);
    }

    @Override
    Outcome write(Write write) {
        checkOpen();
        CompletableFuture<Outcome> landed = new CompletableFuture<>();
        committer.submit(new CallersCommit(write, landed));
        Outcome outcome = await(landed);
        if (outcome.run() != null) {
            dispatcher.nudge(outcome.run());
        } else if (write instanceof Write.Emit emit) {
            dispatcher.emitted(emit.fact().name());
            dispatcher.lookAround();
        }
        return outcome;
    }

    @Override
    boolean isKept(UUID incarnation) {
        return dispatcher.keeps(incarnation);
    }

    @Override
    Payload query(RunRow row, String name, Payload question) {
        checkKnown(row.workflow());
        Payload answer = await(dispatcher.query(row, name, question));
        if (answer == null) {
            throw new InvalidArgumentException("run '" + row.runId() + "' has no query '" + name
                    + "' where it stands now. Declare it with ctx.query(…) before the first wait");
        }
        return answer;
    }

    @Override
    String explain(RunRow row) {
        String sentence = super.explain(row);
        if (row.status() != RunStatus.RUNNING || !nodeId().equals(row.owner())) {
            return sentence;
        }
        try {
            List<Wait> waits = dispatcher.waits(row).get(1, TimeUnit.SECONDS);
            return waits.isEmpty() ? sentence : sentence + "; waiting for " + Explain.list(waits);
        } catch (TimeoutException moving) {
            return sentence + "; its code is computing or blocking outside of a step and has not come to a wait";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return sentence;
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
    }

    @Override
    void checkOpen() {
        if (closing.get()) {
            throw StoreException.engineClosed();
        }
        if (committer.isWriting()) {
            throw new ContextMisuseException("an observer called the engine from inside a commit, which would wait "
                    + "for itself. Hand the call to another thread");
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while waiting for the store; what was asked may still "
                    + "happen", interrupted);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException known
                    ? known : new CompletionException(failed.getCause());
        }
    }

    /** A write that a caller waits for. */
    private record CallersCommit(Write write, CompletableFuture<Outcome> landed) implements Commit {

        @Override
        public boolean isPatient() {
            return false;
        }

        @Override
        public void done(Outcome outcome) {
            landed.complete(outcome);
        }

        @Override
        public void failed(StoreException cause) {
            landed.completeExceptionally(cause);
        }
    }

    // ---- the end ----

    /** Closes within the deadline given to the builder; see {@link #close(Duration)}. Closing again does nothing. */
    @Override
    public void close() {
        close(ending.deadline());
    }

    /**
     * Parks everything: no step is begun any more, those under way may end and are remembered, then all runs leave
     * memory and the node leaves the store. Nothing is journaled as failed because of it; the next engine goes on where
     * this one stopped.
     *
     * @param deadline how long to wait for steps under way; those that take longer are interrupted and will be repeated
     * @return whether every step had ended in time
     */
    public boolean close(Duration deadline) {
        if (!closing.compareAndSet(false, true)) {
            return awaitTermination(deadline.plusSeconds(1));
        }
        Duration longest = Durations.notNegative("the deadline of close", deadline);
        long until = world().nanoTime() + longest.toNanos();
        // A part of the time is kept for what the last steps bring to become durable.
        long reserve = Math.min(LONGEST_RESERVE_NANOS, longest.toNanos() / 4);
        dispatcher.beginClosing();
        boolean quiet = dispatcher.awaitQuiet(leftUntil(until - reserve));
        dispatcher.drain(leftUntil(until - reserve / 2));
        committer.close(leftUntil(until - reserve / 4));
        dispatcher.close(leftUntil(until));
        alarms.close();
        leaveStore();
        forgetHook.run();
        super.close();
        if (!quiet) {
            LOG.warn("closed with steps under way after {}; they were interrupted and will be repeated by the next "
                    + "engine", deadline);
        }
        terminated.countDown();
        return quiet;
    }

    private long leftUntil(long moment) {
        return Math.max(SHORTEST_NANOS, moment - world().nanoTime());
    }

    private void leaveStore() {
        try {
            store().leave(nodeId());
        } catch (StoreException away) {
            // As after a crash: the next node finds out by itself.
            LOG.warn("the node could not leave the store: {}", away.getMessage());
        }
    }

    /**
     * Waits until the engine has been closed.
     *
     * @param timeout zero or more
     * @return false if it still runs
     */
    public boolean awaitTermination(Duration timeout) {
        try {
            return terminated.await(Durations.notNegative("the timeout of awaitTermination", timeout).toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return terminated.getCount() == 0;
        }
    }
}
