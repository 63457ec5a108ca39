// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import dev.perdure.EngineObserver;
import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.benchmarks.lab.Footprint;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop: a fixed number of runs in flight, each of {@value #STEPS} steps in a row; one that has ended makes way
 * for the next. Between two slices the load stands still: every run waits inside the body of a step, and nothing of it
 * is ready.
 *
 * <p>A step is counted when it is durable and not before: a step's body begins only after everything before it is
 * durable, so the body of step 8 counts step 7, and the result in hand counts the last one.
 */
public final class StepLoad implements EngineObserver {

    public static final int STEPS = 20;

    /** Beside its steps, a run that has completed has an entry for its start and one for its result. */
    public static final int ENTRIES_BESIDE_STEPS = 2;

    public static final String STEP = "charge";
    public static final Workflow<Long, Charge> WORKFLOW = Workflow.named("twenty-charges", Long.class, Charge.class);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Gate gate = new Gate();
    private final LongAdder durable = new LongAdder();
    private final LongAdder stepsReported = new LongAdder();
    private final LongAdder runsReported = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final LongAdder writingNanos = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> drivers = new ArrayList<>();
    private volatile boolean stopping;

    // ---- the measured code ----

    /** The workflow. */
    public Charge run(WorkflowContext ctx, Long customer) {
        Charge last = Charge.of(customer, 0);
        for (int i = 0; i < STEPS; i++) {
            int number = i;
            last = ctx.step(STEP, Charge.class, step -> charge(customer, number));
        }
        return last;
    }

    private Charge charge(long customer, int number) throws InterruptedException {
        if (number > 0) {
            durable.increment();
        }
        gate.pass();
        return Charge.of(customer, number);
    }

    // ---- the load ----

    /**
     * Puts the load on.
     *
     * @param engine has {@link #WORKFLOW} with {@link #run}, and this object as its observer
     * @param runs how many to keep in flight
     */
    public void putOn(Engine engine, int runs) {
        for (int i = 0; i < runs; i++) {
            long first = i;
            drivers.add(Thread.ofVirtual().name("load-" + i).start(() -> drive(engine, first, runs)));
        }
    }

    private void drive(Engine engine, long first, int stride) {
        try {
            for (long customer = first; !stopping; customer += stride) {
                RunHandle<Charge> run = engine.start(WORKFLOW, customer);
                run.result();
                durable.increment();
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    /** Brings the load to a stand; returns when every run waits at the gate and all that was under way is durable. */
    public void hold() throws InterruptedException {
        gate.close();
        Pause.until("not every run in flight came to a step", LONGEST_WAIT,
                () -> gate.waiting() >= drivers.size() || failure.get() != null);
        check();
    }

    public void resume() {
        gate.open();
    }

    /** Starts nothing more and waits until every run has ended. */
    public void takeOff() throws InterruptedException {
        letGo();
        for (Thread driver : drivers) {
            if (!driver.join(LONGEST_WAIT)) {
                throw new BrokenMeasurementException("a run did not end within " + LONGEST_WAIT.toSeconds() + " s");
            }
        }
        check();
    }

    /** Starts nothing more and waits for nothing. */
    public void letGo() {
        stopping = true;
        gate.open();
    }

    private void check() {
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new BrokenMeasurementException("a run of the load failed: " + thrown, thrown);
        }
    }

    /**
     * Lets the load run for one slice and then holds it.
     *
     * @param time for how long
     * @return durable steps, and how long it really took
     */
    public Slice slice(Duration time) throws InterruptedException {
        resume();
        Slice before = soFar();
        Pause.of(time);
        Slice slice = soFar().minus(before);
        hold();
        return slice;
    }

    private Slice soFar() {
        return new Slice(durable.sum(), System.nanoTime(), Footprint.cpuNanos(), batches.sum(), commits.sum(),
                writingNanos.sum());
    }

    /**
     * What happened in one slice.
     *
     * @param steps how many became durable
     * @param nanos how long it took
     * @param cpuNanos processor time of the whole process, compiler and collector included
     * @param batches how many batches the engine wrote
     * @param commits how many commits were in them
     * @param writingNanos how long the store took to write them
     */
    public record Slice(long steps, long nanos, long cpuNanos, long batches, long commits, long writingNanos) {

        /** Nothing yet. */
        public static final Slice NONE = new Slice(0, 0, 0, 0, 0, 0);

        public Slice plus(Slice other) {
            return new Slice(steps + other.steps, nanos + other.nanos, cpuNanos + other.cpuNanos,
                    batches + other.batches, commits + other.commits, writingNanos + other.writingNanos);
        }

        private Slice minus(Slice other) {
            return new Slice(steps - other.steps, nanos - other.nanos, cpuNanos - other.cpuNanos,
                    batches - other.batches, commits - other.commits, writingNanos - other.writingNanos);
        }

        public double perSecond() {
            return steps * 1e9 / nanos;
        }

        public double cpuMicrosPerStep() {
            return cpuNanos / 1e3 / steps;
        }

        public double commitsPerBatch() {
            return (double) commits / batches;
        }

        public double writingPercent() {
            return 100.0 * writingNanos / nanos;
        }
    }

    // ---- what the engine reports ----

    @Override
    public void stepEnded(String runId, String step, int attempt, Duration took, boolean failed) {
        if (!failed && step.equals(STEP)) {
            stepsReported.increment();
        }
    }

    @Override
    public void runFinished(String workflow, String runId, RunStatus status) {
        if (status == RunStatus.COMPLETED && workflow.equals(WORKFLOW.name())) {
            runsReported.increment();
        }
    }

    @Override
    public void batchCommitted(int count, Duration took) {
        batches.increment();
        commits.add(count);
        writingNanos.add(took.toNanos());
    }

    /**
     * Steps that the load has seen become durable.
     *
     * @return since the load was put on
     */
    public long durableSteps() {
        return durable.sum();
    }

    /**
     * Steps that the engine has reported as done.
     *
     * @return since the load was put on
     */
    public long stepsReported() {
        return stepsReported.sum();
    }

    /**
     * Runs that the engine has reported as completed.
     *
     * @return since the load was put on
     */
    public long runsReported() {
        return runsReported.sum();
    }
}
