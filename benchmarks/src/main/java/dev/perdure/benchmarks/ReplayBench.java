// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

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
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.Charge;
import dev.perdure.benchmarks.load.Sleepers;
import dev.perdure.benchmarks.load.StepLoad;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import picocli.CommandLine.Command;

/**
 * How fast runs come back into memory. An engine fills the store with runs that have made 100 or 10,000 steps and wait
 * for a signal; it is closed, and another one, on the store opened again, has none of them in memory. Each is signalled
 * once.
 *
 * <p>Measured is from the moment at which the engine begins to read the run from the store until its code has come
 * through its last journaled step: reading, decoding units and values, and every turn. Only steps are counted as
 * events.
 */
@Command(name = "replay", description = "How fast cold runs come back from their journals of 100 and of 10,000 steps.")
final class ReplayBench extends Measurement {

    private static final int SHORT = 100;
    private static final int LONG = 10_000;
    private static final String SIGNAL = "go-on";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Workflow<Integer, Long> WORKFLOW = Workflow.named("remembers", Integer.class, Long.class);

    /** When the latest run came through its last journaled step. */
    private final LongAccumulator live = new LongAccumulator(Math::max, Long.MIN_VALUE);

    ReplayBench() {
        super(new Plan.Usual(500, 1, 1));
    }

    /** One set of cold runs of one length, which is replayed once. Round 0 warms up. */
    private record Batch(boolean alone, int round, int steps, int runs) {

        long events() {
            return (long) steps * runs;
        }

        String id(int number) {
            return (alone ? "alone-" : "together-") + round + "-" + steps + "-" + number;
        }
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        Address address = place.address(plan.store(), "engine");
        List<Batch> batches = new ArrayList<>();
        for (int steps : new int[] {SHORT, LONG}) {
            int runs = Math.max(1, plan.runs() * SHORT / steps);
            // The first of each kind warms up. It is one of the measured kind, so that nothing is compiled in the
            // measurement.
            for (int i = 0; i <= plan.rounds(); i++) {
                batches.add(new Batch(true, i, steps, runs));
                if (i > 0) {
                    batches.add(new Batch(false, i, steps, runs));
                }
            }
        }
        Store store = address.open();
        try {
            report.settings(store.settings());
            fill(store, batches, report);
            if (plan.store() != StoreKind.MEMORY) {
                store.close();
                store = address.open();
            }
            replayAll(store, plan, batches, report);
        } finally {
            store.close();
        }
    }

    private static void fill(Store store, List<Batch> batches, Report report) throws InterruptedException {
        long events = batches.stream().mapToLong(Batch::events).sum();
        report.progress(String.format("filling the store with %,d events", events));
        long runs = 0;
        try (Engine engine = Engine.builder().store(store).journalWarning(2 * LONG)
                .workflow(WORKFLOW, new ReplayBench()::remember).start()) {
            for (Batch batch : batches) {
                for (int number = 0; number < batch.runs(); number++) {
                    engine.start(WORKFLOW, batch.id(number), batch.steps());
                }
                runs += batch.runs();
            }
            Sleepers.awaitAsleep(engine, runs);
        }
    }

    private void replayAll(Store store, Plan plan, List<Batch> batches, Report report) throws Exception {
        ReadWatch watch = new ReadWatch(store);
        try (Engine engine = Engine.builder().store(watch.store()).journalWarning(2 * LONG)
                .workflow(WORKFLOW, this::remember).start()) {
            for (int steps : new int[] {SHORT, LONG}) {
                Samples alone = new Samples();
                Samples together = new Samples();
                Samples micros = new Samples();
                Samples wakeUps = new Samples();
                for (Batch batch : batches.stream().filter(each -> each.steps() == steps).toList()) {
                    long cpu = Footprint.cpuNanos();
                    double speed = batch.alone()
                            ? oneAtATime(engine, watch, batch, wakeUps)
                            : allAtOnce(engine, watch, batch);
                    if (batch.round() > 0) {
                        (batch.alone() ? alone : together).add(speed);
                        micros.add((Footprint.cpuNanos() - cpu) / 1e3 / batch.events());
                    }
                    report.progress(String.format("%s: %,.0f events/s", batch, speed));
                }
                report.figure("replay_events_per_second_" + steps, alone.median(), "events/s");
                report.figure("replay_events_per_second_" + steps + "_parallel", together.median(), "events/s");
                report.figure("cpu_us_per_event_" + steps, micros.median(), "us");
                report.figure("signal_to_result_median_ms_" + steps, wakeUps.median(), "ms");
            }
        }
    }

    private double oneAtATime(Engine engine, ReadWatch watch, Batch batch, Samples wakeUps) {
        long nanos = 0;
        for (int number = 0; number < batch.runs(); number++) {
            RunHandle<Long> run = engine.handle(WORKFLOW, batch.id(number));
            watch.forget();
            live.reset();
            long before = System.nanoTime();
            run.signal(SIGNAL, true);
            check(run, batch);
            wakeUps.add((System.nanoTime() - before) / 1e6);
            nanos += live.get() - watch.firstRead();
        }
        return batch.events() * 1e9 / nanos;
    }

    private double allAtOnce(Engine engine, ReadWatch watch, Batch batch) throws InterruptedException {
        List<RunHandle<Long>> runs = new ArrayList<>();
        for (int number = 0; number < batch.runs(); number++) {
            runs.add(engine.handle(WORKFLOW, batch.id(number)));
        }
        watch.forget();
        live.reset();
        List<Thread> senders = new ArrayList<>();
        for (RunHandle<Long> run : runs) {
            senders.add(Thread.startVirtualThread(() -> run.signal(SIGNAL, true)));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        runs.forEach(run -> check(run, batch));
        return batch.events() * 1e9 / (live.get() - watch.firstRead());
    }

    /** The run has all that it remembered, or the bench measured something else. */
    private static void check(RunHandle<Long> run, Batch batch) {
        long expected = batch.steps() * Charge.of(0, 0).cents();
        Long found = run.result(LONGEST_WAIT);
        if (found == null || found != expected) {
            throw new BrokenMeasurementException("run " + run.runId() + " should remember charges of " + expected
                    + " cents and remembers " + found);
        }
    }

    /** Uses every result, so that none can be left undecoded. */
    private Long remember(WorkflowContext ctx, Integer steps) {
        long cents = 0;
        for (int i = 0; i < steps; i++) {
            cents += ctx.step(StepLoad.STEP, Charge.class, step -> Charge.of(0, 0)).cents();
        }
        live.accumulate(System.nanoTime());
        ctx.signals(SIGNAL, Boolean.class).receive();
        return cents;
    }
}
