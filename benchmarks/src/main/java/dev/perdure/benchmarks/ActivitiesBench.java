// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.CallLoad;
import dev.perdure.benchmarks.load.CallLoad.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How many activities a second workflows call and hear of, beside the steps that the same workflows make in the same
 * round; with two nodes also if the workflows are on one and the activities on the other.
 *
 * <p>Proves C6.
 */
@Command(name = "activities",
        description = "Activities a second that workflows call and hear of, beside steps; on one node or two.")
final class ActivitiesBench extends Measurement {

    @Spec
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "1|2", defaultValue = "1",
            description = "How many nodes; two need --store postgres (default: ${DEFAULT-VALUE}).")
    private int nodes = 1;

    private long activities;

    ActivitiesBench() {
        super(new Plan.Usual(1000, 10, 10));
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        if (nodes < 1 || nodes > 2 || nodes == 2 && plan.store() != StoreKind.POSTGRES) {
            throw new ParameterException(spec.commandLine(), "--nodes must be 1, or 2 with --store postgres; it is "
                    + nodes);
        }
        double[] steps = new double[plan.rounds()];
        double[] called = new double[plan.rounds()];
        double[] remote = new double[plan.rounds()];
        double[] ratio = new double[plan.rounds()];
        for (int i = 0; i < plan.rounds(); i++) {
            steps[i] = callsPerSecond(Shape.STEPS, plan, place, report);
            called[i] = callsPerSecond(Shape.ACTIVITIES, plan, place, report);
            ratio[i] = called[i] / steps[i];
            remote[i] = nodes == 1 ? 0 : callsPerSecond(Shape.REMOTE_ACTIVITIES, plan, place, report);
            report.progress(String.format("round %d: %,.0f activities/s, %,.0f remote, %,.0f steps/s", i + 1, called[i],
                    remote[i], steps[i]));
        }
        report.count("runs_in_flight", plan.runs());
        report.count("nodes", nodes);
        report.count("activities_counted", activities);
        report.figure("local_steps_per_second", Samples.median(steps), "steps/s");
        report.figure("activities_per_second", Samples.median(called), "activities/s");
        report.figure("activities_ratio", Samples.median(ratio), "ratio");
        if (nodes == 2) {
            report.figure("remote_activities_per_second", Samples.median(remote), "activities/s");
        }
    }

    private double callsPerSecond(Shape shape, Plan plan, BenchDirectory place, Report report) throws Exception {
        Address address = place.address(plan.store(), "engine");
        try (CallLoad load = CallLoad.start(shape, address, nodes, plan.runs())) {
            if (activities == 0 && shape == Shape.STEPS) {
                report.settings(load.settings());
            }
            load.callsPerSecond(Plan.seconds(plan.warmup()));
            double found = load.callsPerSecond(Plan.seconds(plan.seconds()));
            long runs = load.settle();
            activities += shape == Shape.STEPS ? 0 : runs * CallLoad.CALLS;
            return found;
        } finally {
            place.forget(address);
        }
    }
}
