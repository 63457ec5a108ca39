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
    private static final int MOST_THAT_MOVE = 2_000;
    private static final Duration LONGEST_FILL = Duration.ofMinutes(10);
    private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(3);

    RecoverBench() {
        super(new Plan.Usual(100_000, 1, 1));
    }

    @Override
    public String objectionTo(StoreKind store) {
        return store == StoreKind.MEMORY ? SecondProcess.NOT_IN_MEMORY : "";
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        boolean shared = plan.store() == StoreKind.POSTGRES;
        int moving = shared ? Math.min(plan.runs(), MOST_THAT_MOVE) : Math.max(1, plan.runs() / OF_WHICH_MOVE);
        int sleeping = Math.max(0, plan.runs() - moving);
        Address address = place.address(plan.store(), "engine");
        report.progress("filling the store with " + plan.runs() + " runs");
        if (shared) {
            takeOver(plan, address, new Runs(sleeping, moving), report);
            return;
        }
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

    private record Runs(int sleeping, int moving) {
    }

    /**
     * Where many nodes can be: another one is there already and takes over, and in the next round it is the one that is
     * killed. Counted from the end of the lease, which began with the kill at the latest.
     */
    private static void takeOver(Plan plan, Address address, Runs runs, Report report) throws Exception {
        long lease;
        try (Store store = address.open()) {
            lease = store.lease().toMillis();
            report.settings(store.settings());
        }
        double[] first = new double[plan.rounds()];
        double[] all = new double[plan.rounds()];
        SecondProcess owner = process("fill", address, runs.sleeping(), runs.moving());
        try {
            owner.hear("filled", LONGEST_FILL);
            for (int round = 0; round <= plan.rounds(); round++) {
                SecondProcess heir = process("inherit", address, runs.sleeping(), runs.moving());
                heir.hear("ready", LONGEST_RECOVERY);
                long killed = System.currentTimeMillis();
                owner.kill();
                owner.close();
                owner = heir;
                String[] moments = heir.hear("inherited", LONGEST_RECOVERY).split(" ");
                double firstMoved = Long.parseLong(moments[0]) - killed - lease;
                double allMoved = Long.parseLong(moments[1]) - killed - lease;
                report.progress("round " + round + ": first move, all moved in ms after the lease: " + firstMoved + ", "
                        + allMoved);
                if (round > 0) {
                    first[round - 1] = firstMoved;
                    all[round - 1] = allMoved;
                }
            }
        } finally {
            owner.kill();
            owner.close();
        }
        report.count("runs_suspended", runs.sleeping());
        report.count("runs_in_a_step", runs.moving());
        report.figure("lease_ms", lease, "ms");
        report.figure("first_move_ms", Samples.median(first), "ms");
        report.figure("all_moved_ms", Samples.median(all), "ms");
    }

    private static SecondProcess process(String what, Address address, int sleeping, int moving) throws Exception {
        return SecondProcess.start(RecoverProcess.class, what, address.toString(), Integer.toString(sleeping),
                Integer.toString(moving));
    }
}
