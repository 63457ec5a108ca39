// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.Queue;
import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.ActivityQueue;
import dev.perdure.benchmarks.load.DbSchedulerQueue;
import dev.perdure.benchmarks.load.LoadedQueue;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A durable job queue: jobs are enqueued, then nodes start and drain them. How many jobs a second are enqueued, and how
 * many are drained, by a queue without limits and by one with a global limit; on PostgreSQL also by db-scheduler in
 * the same round, and by ours while somebody holds a snapshot of the database that is older than very many claims.
 *
 * <p>Proves C7, C8.
 */
@Command(name = "queue",
        description = "Jobs a second into a queue and out of it, also with a limit, beside db-scheduler.")
final class QueueBench extends Measurement {

    private static final Queue QUEUE = Queue.named("jobs");
    private static final int LIMIT = 50;
    private static final int MOST_AT_FIRST = 5_000;
    /** For each job that is measured, so many are claimed before under the snapshot. */
    private static final int CLAIMED_BEFORE = 10;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @Spec
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "1|2", defaultValue = "1",
            description = "How many nodes; two need --store postgres (default: ${DEFAULT-VALUE}).")
    private int nodes = 1;

    QueueBench() {
        super(new Plan.Usual(20_000, 1, 1));
    }

    /** Jobs a second. */
    private record Rates(double enqueued, double drained) {
    }

    private interface Opening {
        LoadedQueue at(Address address) throws Exception;
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        boolean onPostgres = plan.store() == StoreKind.POSTGRES;
        if (nodes < 1 || nodes > 2 || nodes == 2 && !onPostgres) {
            throw new ParameterException(spec.commandLine(), "--nodes must be 1, or 2 with --store postgres; it is "
                    + nodes);
        }
        report.progress("warming up");
        int atFirst = Math.min(MOST_AT_FIRST, plan.runs());
        round(plan.store(), place, atFirst, address -> {
            ActivityQueue ours = new ActivityQueue(address, QUEUE);
            report.settings(ours.settings());
            return ours;
        });
        if (onPostgres) {
            round(plan.store(), place, atFirst, DbSchedulerQueue::new);
        }
        double[] enqueued = new double[plan.rounds()];
        double[] drained = new double[plan.rounds()];
        double[] limited = new double[plan.rounds()];
        double[] theirs = new double[plan.rounds()];
        double[] theirsEnqueued = new double[plan.rounds()];
        double[] ratio = new double[plan.rounds()];
        for (int i = 0; i < plan.rounds(); i++) {
            Rates free = round(plan.store(), place, plan.runs(), address -> new ActivityQueue(address, QUEUE));
            enqueued[i] = free.enqueued();
            drained[i] = free.drained();
            limited[i] = round(plan.store(), place, plan.runs(),
                    address -> new ActivityQueue(address, QUEUE.limit(LIMIT))).drained();
            if (onPostgres) {
                Rates peer = round(plan.store(), place, plan.runs(), DbSchedulerQueue::new);
                theirs[i] = peer.drained();
                theirsEnqueued[i] = peer.enqueued();
                ratio[i] = drained[i] / theirs[i];
            }
            report.progress(String.format("round %d: %,.0f enqueued/s, %,.0f drained/s, %,.0f with a limit of %d; "
                    + "db-scheduler %,.0f and %,.0f", i + 1, enqueued[i], drained[i], limited[i], LIMIT,
                    theirsEnqueued[i], theirs[i]));
        }
        report.count("jobs", plan.runs());
        report.count("nodes", nodes);
        report.figure("enqueued_per_second", Samples.median(enqueued), "jobs/s");
        report.figure("queue_per_second", Samples.median(drained), "jobs/s");
        report.figure("limited_queue_per_second", Samples.median(limited), "jobs/s");
        if (onPostgres) {
            report.figure("db_scheduler_enqueued_per_second", Samples.median(theirsEnqueued), "jobs/s");
            report.figure("db_scheduler_per_second", Samples.median(theirs), "jobs/s");
            report.figure("queue_ratio", Samples.median(ratio), "ratio");
            measureHeld(plan, place, report);
        }
    }

    /** The same jobs after many others, with the snapshot and without. */
    private void measureHeld(Plan plan, BenchDirectory place, Report report) throws Exception {
        for (Queue queue : new Queue[] {QUEUE, QUEUE.limit(LIMIT)}) {
            String prefix = queue.isLimited() ? "limited_" : "";
            double unheld = afterMany(plan, place, queue, false);
            double held = afterMany(plan, place, queue, true);
            report.progress(String.format("%,.0f drained/s after %,d others, %,.0f while a snapshot is held", unheld,
                    plan.runs() * CLAIMED_BEFORE, held));
            report.figure(prefix + "unheld_queue_per_second", unheld, "jobs/s");
            report.figure(prefix + "held_queue_per_second", held, "jobs/s");
            report.figure(prefix + "held_ratio", held / unheld, "ratio");
        }
        report.count("held_claims", plan.runs() * CLAIMED_BEFORE);
    }

    private double afterMany(Plan plan, BenchDirectory place, Queue queue, boolean isHeld) throws Exception {
        Address address = place.address(plan.store(), "engine");
        try (LoadedQueue jobs = new ActivityQueue(address, queue); Connection snapshot = address.connect()) {
            if (isHeld) {
                snapshot.setAutoCommit(false);
                snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                try (Statement statement = snapshot.createStatement()) {
                    statement.execute("SELECT count(*) FROM \"" + address.schema() + "\".states");
                }
            }
            jobs.start(nodes);
            int before = plan.runs() * CLAIMED_BEFORE;
            jobs.enqueue(before);
            awaitDone(jobs, before);
            long begun = System.nanoTime();
            jobs.enqueue(plan.runs());
            awaitDone(jobs, before + plan.runs());
            return plan.runs() * 1e9 / (System.nanoTime() - begun);
        } finally {
            place.forget(address);
        }
    }

    private Rates round(StoreKind store, BenchDirectory place, int count, Opening opening) throws Exception {
        Address address = place.address(store, "engine");
        try (LoadedQueue jobs = opening.at(address)) {
            long begun = System.nanoTime();
            jobs.enqueue(count);
            long enqueued = System.nanoTime();
            jobs.start(nodes);
            awaitDone(jobs, count);
            return new Rates(count * 1e9 / (enqueued - begun), count * 1e9 / (System.nanoTime() - enqueued));
        } finally {
            place.forget(address);
        }
    }

    private static void awaitDone(LoadedQueue jobs, int count) throws Exception {
        long begun = System.nanoTime();
        while (jobs.done() < count || !jobs.isEmpty()) {
            if (System.nanoTime() - begun > LONGEST.toNanos()) {
                throw new BrokenMeasurementException("after " + LONGEST + " only " + jobs.done() + " of " + count
                        + " jobs are done");
            }
            Pause.of(Duration.ofMillis(5));
        }
        if (jobs.done() != count) {
            throw new BrokenMeasurementException(jobs.done() + " jobs were done, and not " + count);
        }
    }
}
