// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.load.LoadedEngine;
import dev.perdure.benchmarks.load.Poison;
import dev.perdure.benchmarks.load.StepLoad;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/**
 * What one run that misbehaves costs its neighbours. A load of many runs goes on; beside it, slice by slice in turn,
 * spins a plain platform thread (which no engine could prevent and which is the measure), then a workflow that never
 * parks, then runs with a payload over the limit, then a run that gets stuck whenever it is put back.
 *
 * <p>Proves X14, G7.
 */
@Command(name = "poison", description = "What one run that spins, is huge or gets stuck costs its neighbours.")
final class PoisonBench extends Measurement {

    private static final Duration SLICE = Duration.ofSeconds(3);
    private static final String MEASURE = "thread";

    PoisonBench() {
        super(new Plan.Usual(200, 9, 5));
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        Map<String, Poison> poisons = new LinkedHashMap<>();
        poisons.put(MEASURE, new Poison.SpinningThread());
        poisons.put("spinning", new Poison.SpinningRun());
        poisons.put("huge", new Poison.HugeRun());
        poisons.put("stuck", new Poison.StuckRun());
        Map<String, double[]> speeds = new LinkedHashMap<>();
        poisons.keySet().forEach(name -> speeds.put(name, new double[plan.rounds()]));
        try (LoadedEngine loaded = LoadedEngine.start(plan.store(), place, plan.runs(), builder -> {
            poisons.values().forEach(poison -> poison.on(builder));
            return builder;
        })) {
            report.settings(loaded.settings());
            report.progress("warming up for " + plan.warmup() + " s");
            loaded.load().slice(Plan.seconds(plan.warmup()));
            for (int round = 0; round < plan.rounds(); round++) {
                Map<String, StepLoad.Slice> found = round(plan, loaded, poisons);
                for (String name : poisons.keySet()) {
                    speeds.get(name)[round] = found.get(name).perSecond();
                }
                report.progress("round " + (round + 1) + " steps/s: " + describe(found));
            }
            loaded.load().takeOff();
        }
        print(plan, speeds, report);
    }

    private static void print(Plan plan, Map<String, double[]> speeds, Report report) {
        double measure = Samples.median(speeds.get(MEASURE));
        report.count("runs_in_flight", plan.runs());
        report.figure("steps_per_second_beside_spinning_thread", measure, "steps/s");
        report.figure("steps_per_second_beside_spinning_run", Samples.median(speeds.get("spinning")), "steps/s");
        report.figure("neighbour_ratio", Samples.median(speeds.get("spinning")) / measure, "ratio");
        report.figure("neighbour_ratio_huge", Samples.median(speeds.get("huge")) / measure, "ratio");
        report.figure("neighbour_ratio_stuck", Samples.median(speeds.get("stuck")) / measure, "ratio");
    }

    private static Map<String, StepLoad.Slice> round(Plan plan, LoadedEngine loaded, Map<String, Poison> poisons)
            throws InterruptedException {
        Map<String, StepLoad.Slice> found = new LinkedHashMap<>();
        int slices = plan.slices(SLICE);
        for (int i = 0; i < slices; i++) {
            for (Map.Entry<String, Poison> each : poisons.entrySet()) {
                each.getValue().begin(loaded.engine());
                StepLoad.Slice slice;
                try {
                    slice = loaded.load().slice(plan.slice(slices));
                } finally {
                    each.getValue().end();
                }
                found.merge(each.getKey(), slice, StepLoad.Slice::plus);
            }
        }
        return found;
    }

    private static String describe(Map<String, StepLoad.Slice> found) {
        return Arrays.toString(found.entrySet().stream()
                .map(each -> String.format("%s %,.0f", each.getKey(), each.getValue().perSecond())).toArray());
    }
}
