// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.SecondProcess;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * How long after a crash everything moves again. A process fills the store: nine of ten runs wait, one of ten is in the
 * middle of a step. It gets SIGKILL. A fresh process opens the same file and starts an engine; when all steps have
 * begun again it is killed in the middle of them, too, and so leaves the same work to the next round.
 *
 * <p>Proves A1.
 */
@Command(name = "recover",
        description = "How long after SIGKILL an engine is ready and every interrupted run moves again.")
final class RecoverBench extends Measurement {

    private static final int OF_WHICH_MOVE = 10;
    private static final Duration LONGEST_FILL = Duration.ofMinutes(10);
    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(3);

    RecoverBench() {
        super(new Plan.Usual(100_000, 1, 1));
    }

    @Override
    public String objectionTo(StoreKind store) {
        return switch (store) {
            case MEMORY -> SecondProcess.NOT_IN_MEMORY;
            case SQLITE -> "";
            case POSTGRES -> "nodes on PostgreSQL have no leases yet, so nobody takes over from one that was killed. "
                    + "Use --store sqlite";
        };
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        int moving = Math.max(1, plan.runs() / OF_WHICH_MOVE);
        int sleeping = Math.max(0, plan.runs() - moving);
        Address address = place.address(plan.store(), "engine");
        report.progress("filling the store with " + plan.runs() + " runs");
        try (SecondProcess filler = process("fill", address, sleeping, moving)) {
            filler.hear("filled", LONGEST_FILL);
            filler.kill();
        }
        double[] ready = new double[plan.rounds()];
        double[] first = new double[plan.rounds()];
        double[] all = new double[plan.rounds()];
        // Round 0 warms up what can be warm at all: the pages of the file. The process is a fresh one each time.
        for (int round = 0; round <= plan.rounds(); round++) {
            try (SecondProcess fresh = process("recover", address, sleeping, moving)) {
                String[] millis = fresh.hear("recovered", LONGEST_RECOVERY).split(" ");
                fresh.kill();
                report.progress("round " + round + ": ready, first move, all moved in ms: " + List.of(millis));
                if (round > 0) {
                    ready[round - 1] = Double.parseDouble(millis[0]);
                    first[round - 1] = Double.parseDouble(millis[1]);
                    all[round - 1] = Double.parseDouble(millis[2]);
                }
            }
        }
        try (Store store = address.open()) {
            report.settings(store.settings());
        }
        report.count("runs_suspended", sleeping);
        report.count("runs_in_a_step", moving);
        report.figure("ready_ms", Samples.median(ready), "ms");
        report.figure("first_move_ms", Samples.median(first), "ms");
        report.figure("all_moved_ms", Samples.median(all), "ms");
    }

    private static SecondProcess process(String what, Address address, int sleeping, int moving) throws Exception {
        return SecondProcess.start(RecoverProcess.class, what, address.toString(), Integer.toString(sleeping),
                Integer.toString(moving));
    }
}
