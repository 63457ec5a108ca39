// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import dev.perdure.Payload;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.WorkflowFailedException;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.engine.RunHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Something harmful beside the load: begins, does harm for a slice, and ends. */
public abstract class Poison {

    /** The harm that no engine can prevent, and the measure for all others: a thread of the application that spins. */
    public static final class SpinningThread extends Poison {

        @Override
        void harm(Engine engine) {
            arrived();
            spin();
        }

        @Override
        Thread begun(Runnable body) {
            return Thread.ofPlatform().daemon().name("poison-thread").start(body);
        }
    }

    /** A workflow that never asks for anything and so never lets go of its thread. */
    public static final class SpinningRun extends Poison {

        private static final Workflow<Void, Void> WORKFLOW = Workflow.named("poison-spins");

        @Override
        public EngineBuilder on(EngineBuilder builder) {
            return builder.workflow(WORKFLOW, Workflow.Body.of(this::body));
        }

        private void body(WorkflowContext ctx, Void none) {
            arrived();
            spin();
        }

        @Override
        void harm(Engine engine) {
            engine.start(WORKFLOW, null).result();
        }
    }

    /** Runs, one after the other, whose step returns more than may be stored. */
    public static final class HugeRun extends Poison {

        private static final int TOO_MUCH = 3 * 1024 * 1024;
        private static final Workflow<Void, Void> WORKFLOW = Workflow.named("poison-is-huge");
        private static final StepSpec<String> STEP = StepSpec.of("huge", String.class).retry(RetryPolicy.none());

        @Override
        public EngineBuilder on(EngineBuilder builder) {
            return builder.workflow(WORKFLOW, Workflow.Body.of((ctx, none) -> ctx.step(STEP,
                    step -> "x".repeat(TOO_MUCH))));
        }

        @Override
        void harm(Engine engine) {
            while (!ending()) {
                try {
                    engine.start(WORKFLOW, null).result();
                    throw new BrokenMeasurementException("a step returned " + TOO_MUCH + " characters and nobody "
                            + "minded");
                } catch (WorkflowFailedException refused) {
                    arrived();
                }
            }
        }
    }

    /** A run whose input nobody here can read: stuck, put back by somebody who hopes, stuck again. */
    public static final class StuckRun extends Poison {

        private static final Workflow<String, Void> WORKFLOW = Workflow.named("poison-is-stuck", String.class);
        private static final Payload UNREADABLE = new Payload("lost-codec", "?".getBytes(StandardCharsets.UTF_8));

        @Override
        public EngineBuilder on(EngineBuilder builder) {
            return builder.workflow(WORKFLOW, Workflow.Body.of((ctx, text) -> ctx.sleep(Duration.ofHours(1))));
        }

        @Override
        void harm(Engine engine) throws InterruptedException {
            RunHandle<Payload> run = engine.start(WORKFLOW.name(), StartOptions.id("poison-stuck"), UNREADABLE);
            while (!ending()) {
                Pause.until("a run with unreadable input did not get stuck", Duration.ofSeconds(10),
                        () -> run.describe().status() == RunStatus.STUCK);
                arrived();
                engine.redrive(run.runId());
            }
        }
    }

    private volatile boolean ending;
    private CountDownLatch begun = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable Thread thread;

    /**
     * Gives the engine the code, if it is a run.
     *
     * @param builder of the engine
     * @return the same
     */
    public EngineBuilder on(EngineBuilder builder) {
        return builder;
    }

    /**
     * Does harm until {@link #ending}, and says {@link #arrived} when the harm is there.
     *
     * @param engine beside whose load
     * @throws Exception if it cannot do harm
     */
    abstract void harm(Engine engine) throws Exception;

    /** Starts the thread that does harm, or has it done by a run. */
    Thread begun(Runnable body) {
        return Thread.ofVirtual().name("poison").start(body);
    }

    /** Returns when the harm is there. */
    public final void begin(Engine engine) throws InterruptedException {
        ending = false;
        begun = new CountDownLatch(1);
        thread = begun(() -> {
            try {
                harm(engine);
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
            } finally {
                arrived();
            }
        });
        begun.await();
    }

    /** Returns when the harm has ended. */
    public final void end() throws InterruptedException {
        ending = true;
        if (thread != null) {
            thread.join();
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new BrokenMeasurementException("the poison did not work: " + thrown, thrown);
        }
    }

    final void arrived() {
        begun.countDown();
    }

    final boolean ending() {
        return ending;
    }

    final void spin() {
        while (!ending) {
            Thread.onSpinWait();
        }
    }
}
