// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.Activity;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunStarter.Launch;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A durable job queue: jobs are enqueued, then engines start and drain them. How many jobs a second are enqueued, and
 * how many are drained, by a queue without limits and by one with a global limit.
 */
@Command(name = "queue", description = "Jobs a second that are enqueued, and drained from a queue, with and without "
        + "a limit.")
final class QueueBench extends Measurement {

    private static final Activity<Integer, Integer> JOB = Activity.named("job", Integer.class, Integer.class);
    private static final int LIMIT = 50;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "1|2", defaultValue = "1",
            description = "How many nodes; two need --store postgres (default: ${DEFAULT-VALUE}).")
    private int nodes = 1;

    QueueBench() {
        super(new Plan.Usual(20_000, 1, 1));
    }

    /** What is to be done in a round. */
    private record Task(int jobs, Queue queue) {
    }

    private record Round(double enqueued, double drained) {
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        if (nodes < 1 || nodes > 2 || nodes == 2 && plan.store() != StoreKind.POSTGRES) {
            throw new ParameterException(spec.commandLine(), "--nodes must be 1, or 2 with --store postgres; it is "
                    + nodes);
        }
        Queue free = Queue.named("jobs");
        report.progress("warming up");
        round(plan, new Task(Math.min(5_000, plan.runs()), free), place, report, true);
        double[] enqueued = new double[plan.rounds()];
        double[] drained = new double[plan.rounds()];
        double[] limited = new double[plan.rounds()];
        for (int i = 0; i < plan.rounds(); i++) {
            Round unlimited = round(plan, new Task(plan.runs(), free), place, report, false);
            enqueued[i] = unlimited.enqueued();
            drained[i] = unlimited.drained();
            limited[i] = round(plan, new Task(plan.runs(), free.limit(LIMIT)), place, report, false).drained();
            report.progress(String.format("round %d: %,.0f enqueued/s, %,.0f drained/s, %,.0f with a limit of %d",
                    i + 1, enqueued[i], drained[i], limited[i], LIMIT));
        }
        report.count("jobs", plan.runs());
        report.count("nodes", nodes);
        report.figure("enqueued_per_second", Samples.median(enqueued), "jobs/s");
        report.figure("queue_per_second", Samples.median(drained), "jobs/s");
        report.figure("limited_queue_per_second", Samples.median(limited), "jobs/s");
    }

    private Round round(Plan plan, Task task, BenchDirectory place, Report report, boolean first) throws Exception {
        int jobs = task.jobs();
        Queue queue = task.queue();
        Address address = place.address(plan.store(), "engine");
        LongAdder done = new LongAdder();
        try (Store store = address.open(); Client client = Client.connect(store); Closing engines = new Closing()) {
            if (first) {
                report.settings(store.settings());
            }
            List<Launch<Integer>> launches = new ArrayList<>(jobs);
            for (int i = 0; i < jobs; i++) {
                launches.add(new Launch<>(StartOptions.none().queue(queue.name()), i));
            }
            long begun = System.nanoTime();
            client.startAll(JOB, launches);
            long enqueued = System.nanoTime();
            for (int i = 0; i < nodes; i++) {
                Store own = i == 0 ? store : address.open();
                if (i > 0) {
                    engines.add(own);
                }
                engines.add(Engine.builder().store(own).queue(queue).activity(JOB, (ctx, number) -> {
                    done.increment();
                    return number;
                }).start());
            }
            RunFilter left = RunFilter.all().status(RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUSPENDED);
            while (done.sum() < jobs || client.count(left) > 0) {
                if (System.nanoTime() - enqueued > LONGEST.toNanos()) {
                    throw new BrokenMeasurementException("after " + LONGEST + " only " + done.sum() + " of " + jobs
                            + " jobs are done");
                }
                Pause.of(Duration.ofMillis(5));
            }
            long drained = System.nanoTime();
            if (done.sum() != jobs) {
                throw new BrokenMeasurementException(done.sum() + " jobs were done, and not " + jobs);
            }
            return new Round(jobs * 1e9 / (enqueued - begun), jobs * 1e9 / (drained - enqueued));
        } finally {
            place.forget(address);
        }
    }

    /** Closes what was added last first. */
    private static final class Closing implements AutoCloseable {

        private final Deque<AutoCloseable> open = new ArrayDeque<>();

        void add(AutoCloseable next) {
            open.push(next);
        }

        @Override
        public void close() throws Exception {
            while (!open.isEmpty()) {
                open.pop().close();
            }
        }
    }
}
