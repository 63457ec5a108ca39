// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.WorkflowContext;
import dev.perdure.benchmarks.ceiling.Ceiling;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.load.Charge;
import dev.perdure.benchmarks.load.StepLoad;
import dev.perdure.engine.Engine;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;

/**
 * How long one step takes when nothing else goes on, beside the bare commit of one row.
 *
 * <p>A step is measured from the beginning of its body to the beginning of the next step's body: the body, its result
 * through the codec, one turn, one commit of its own, and the way back. Slices of half a second alternate with
 * single-row commits.
 *
 * <p>Proves X28, B5.
 */
@Command(name = "latency", description = "The time of one step with one run at a time, beside one bare commit.")
final class LatencyBench extends Measurement {

    private static final Duration SLICE = Duration.ofMillis(500);

    /** When the body of each step of the present run began. One run at a time, so one array is enough. */
    private final AtomicLongArray begun = new AtomicLongArray(StepLoad.STEPS);

    private long lastCustomer;

    LatencyBench() {
        super(new Plan.Usual(1, 5, 20));
    }

    /** What one slice or round took, in microseconds. */
    private record Times(Samples steps, Samples firstSteps, Samples commits) {

        Times() {
            this(new Samples(), new Samples(), new Samples());
        }
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        try (Store store = place.address(plan.store(), "engine").open();
                Engine engine = Engine.builder().store(store).workflow(StepLoad.WORKFLOW, this::run).start()) {
            report.settings(store.settings());
            report.progress("warming up for " + plan.warmup() + " s");
            Ceiling.Form form =
                    Ceiling.fastest(plan.store(), place, store.settings(), 1, Plan.seconds(plan.warmup() / 10));
            try (Ceiling ceiling = form.begin()) {
                measureSlices(engine, ceiling, new Plan(plan.store(), 1, Math.max(plan.warmup(), 0.1), 0, 3));
                List<Times> rounds = new ArrayList<>();
                for (int i = 0; i < plan.rounds(); i++) {
                    Times times = measureSlices(engine, ceiling, plan);
                    rounds.add(times);
                    report.progress(String.format("round %d: %.0f µs a step, %.0f µs a bare commit", i + 1,
                            times.steps().median(), times.commits().median()));
                }
                print(rounds, report);
            }
        }
    }

    private static void print(List<Times> rounds, Report report) {
        double step = median(rounds, times -> times.steps().median());
        double commit = median(rounds, times -> times.commits().median());
        report.count("steps_timed", rounds.stream().mapToLong(times -> times.steps().size()).sum());
        report.figure("step_median_us", step, "us");
        report.figure("step_p99_us", median(rounds, times -> times.steps().percentile(99)), "us");
        report.figure("raw_commit_median_us", commit, "us");
        report.figure("raw_commit_p99_us", median(rounds, times -> times.commits().percentile(99)), "us");
        report.figure("latency_ratio", step / commit, "ratio");
        report.figure("start_to_first_step_median_us", median(rounds, times -> times.firstSteps().median()), "us");
    }

    private static double median(List<Times> rounds, ToDoubleFunction<Times> figure) {
        return Samples.median(rounds.stream().mapToDouble(figure).toArray());
    }

    private Times measureSlices(Engine engine, Ceiling ceiling, Plan plan) throws Exception {
        Times times = new Times();
        int slices = plan.slices(SLICE);
        long nanos = plan.slice(slices).toNanos();
        for (int i = 0; i < slices; i++) {
            long slice = System.nanoTime();
            while (System.nanoTime() - slice < nanos) {
                timeOneRun(engine, times);
            }
            ceiling.timeSingleRows(Duration.ofNanos(nanos), times.commits());
        }
        return times;
    }

    private void timeOneRun(Engine engine, Times times) {
        long before = System.nanoTime();
        engine.start(StepLoad.WORKFLOW, lastCustomer++).result();
        times.firstSteps().add((begun.get(0) - before) / 1e3);
        for (int i = 1; i < StepLoad.STEPS; i++) {
            times.steps().add((begun.get(i) - begun.get(i - 1)) / 1e3);
        }
    }

    private Charge run(WorkflowContext ctx, Long customer) {
        Charge last = Charge.of(customer, 0);
        for (int i = 0; i < StepLoad.STEPS; i++) {
            int number = i;
            last = ctx.step(StepLoad.STEP, Charge.class, step -> {
                begun.set(number, System.nanoTime());
                return Charge.of(customer, number);
            });
        }
        return last;
    }
}
