// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.ChildRun;
import dev.perdure.Promise;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Footprint;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.engine.Engine;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One parent that starts many children at once and waits for them all: how long that takes, from the start of the
 * parent to its result, and what the heap holds on to afterwards. The first round, on a database of its own, warms up.
 *
 * <p>Proves E5.
 */
@Command(name = "fanout", description = "One run that starts many children and waits for all of them.")
final class FanoutBench extends Measurement {

    private static final Workflow<Integer, Integer> CHILD = Workflow.named("child", Integer.class, Integer.class);
    private static final Workflow<Integer, Long> PARENT = Workflow.named("parent", Integer.class, Long.class);

    @Option(names = "--children", paramLabel = "N", defaultValue = "10000",
            description = "How many children (default: ${DEFAULT-VALUE}).")
    private int children = 10_000;

    FanoutBench() {
        super(new Plan.Usual(1, 1, 1));
    }

    private record Round(double seconds, double heap) {
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        report.progress("warming up");
        round(plan, place, report, true);
        double[] seconds = new double[plan.rounds()];
        double[] heap = new double[plan.rounds()];
        for (int i = 0; i < plan.rounds(); i++) {
            Round round = round(plan, place, report, false);
            seconds[i] = round.seconds();
            heap[i] = round.heap();
            report.progress(String.format("round %d: %.2f s, %.1f MB", i + 1, seconds[i], heap[i]));
        }
        report.count("children", children);
        report.figure("fanout_seconds", Samples.median(seconds), "s");
        report.figure("heap_above_idle_mb", Samples.median(heap), "MB");
    }

    private Round round(Plan plan, BenchDirectory place, Report report, boolean first) throws Exception {
        Address address = place.address(plan.store(), "engine");
        try (Store store = address.open(); Engine engine = Engine.builder().store(store)
                .workflow(CHILD, (ctx, number) -> ctx.step("count", Integer.class, step -> number))
                .workflow(PARENT, FanoutBench::startAll).start()) {
            if (first) {
                report.settings(store.settings());
            }
            double idle = Footprint.settledHeap();
            long begun = System.nanoTime();
            long sum = engine.start(PARENT, children).result();
            double seconds = (System.nanoTime() - begun) / 1e9;
            double heap = Footprint.settledHeap() - idle;
            check(sum, engine);
            return new Round(seconds, heap);
        } finally {
            place.forget(address);
        }
    }

    private static long startAll(WorkflowContext ctx, int many) {
        List<ChildRun<Integer>> started = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            started.add(ctx.start(CHILD, i));
        }
        return Promise.all(started).get().stream().mapToLong(Integer::intValue).sum();
    }

    private void check(long sum, Engine engine) {
        long expected = (long) children * (children - 1) / 2;
        if (sum != expected || engine.count(RunFilter.all().workflow(CHILD.name())) != children) {
            throw new BrokenMeasurementException("the children's sum is " + sum + " and not " + expected
                    + ", or not all of them are in the store");
        }
    }
}
