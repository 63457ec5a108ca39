// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.Footprint;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.Sleepers;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;

/**
 * What it costs to wait: half of the runs wait for a time hours away, half for a signal. All are started, the heap is
 * compared with that of the idle engine before, and random ones are signalled, a few at a time.
 *
 * <p>Proves X6, D2.
 */
@Command(name = "sleepers",
        description = "Many waiting runs: how fast they start, what they cost, how fast a signal wakes one.")
final class SleepersBench extends Measurement {

    private static final int SIGNALS = 1000;
    private static final int SENDERS = 4;
    private static final int WARM_UP_RUNS = 5000;
    private static final long SEED = 4711;

    SleepersBench() {
        super(new Plan.Usual(100_000, 1, 1));
    }

    /** What one round found. */
    private record Round(double startsPerSecond, double heap, int threads, long virtualThreads, int live,
            Samples signals) {
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        report.progress("warming up");
        round(plan.store(), Math.min(WARM_UP_RUNS, plan.runs()), place, report, true);
        List<Round> rounds = new ArrayList<>();
        for (int i = 1; i <= plan.rounds(); i++) {
            Round round = round(plan.store(), plan.runs(), place, report, false);
            rounds.add(round);
            report.progress(String.format("round %d: %,.0f starts/s, %.1f MB, signal to result p99 %.1f ms", i,
                    round.startsPerSecond(), round.heap(), round.signals().percentile(99)));
        }
        report.count("runs", plan.runs());
        report.count("signals", rounds.getFirst().signals().size());
        report.count("signal_senders", SENDERS);
        report.figure("starts_per_second", median(rounds, Round::startsPerSecond), "runs/s");
        report.figure("heap_above_idle_mb", median(rounds, Round::heap), "MB");
        report.count("threads", (long) median(rounds, Round::threads));
        report.count("virtual_threads", (long) median(rounds, Round::virtualThreads));
        report.count("live_runs", (long) median(rounds, Round::live));
        report.figure("signal_median_ms", median(rounds, round -> round.signals().median()), "ms");
        report.figure("signal_p99_ms", median(rounds, round -> round.signals().percentile(99)), "ms");
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Samples.median(rounds.stream().mapToDouble(figure).toArray());
    }

    private static Round round(StoreKind kind, int runs, BenchDirectory place, Report report, boolean first)
            throws Exception {
        Address address = place.address(kind, "engine");
        try (Store store = address.open(); Engine engine = Sleepers.on(Engine.builder().store(store)).start()) {
            if (first) {
                report.settings(store.settings());
            }
            double idle = Footprint.settledHeap();
            long begun = System.nanoTime();
            Sleepers.putToBed(engine, 0, runs);
            double startsPerSecond = runs * 1e9 / (System.nanoTime() - begun);
            double heap = Footprint.settledHeap() - idle;
            int threads = Footprint.platformThreads();
            long virtualThreads = Footprint.virtualThreads(place);
            return new Round(startsPerSecond, heap, threads, virtualThreads, engine.liveRuns(), signal(engine, runs));
        } finally {
            place.forget(address);
        }
    }

    /**
     * From calling signal to the result in hand, in milliseconds, for random runs among those that wait for a signal.
     */
    private static Samples signal(Engine engine, int runs) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 1; number < runs; number += 2) {
            numbers.add(number);
        }
        Collections.shuffle(numbers, new Random(SEED));
        int signals = Math.min(SIGNALS, numbers.size());
        ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>(numbers.subList(0, signals));
        Samples all = new Samples();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Samples>> parts = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                parts.add(senders.submit(() -> send(engine, queue)));
            }
            for (Future<Samples> part : parts) {
                all.addAll(part.get());
            }
        }
        return all;
    }

    private static Samples send(Engine engine, ConcurrentLinkedQueue<Integer> numbers) {
        Samples millis = new Samples();
        for (Integer number = numbers.poll(); number != null; number = numbers.poll()) {
            RunHandle<Long> run = engine.handle(Sleepers.SIGNALLED, Sleepers.id(number));
            long before = System.nanoTime();
            run.signal(Sleepers.SIGNAL, before);
            run.result(Duration.ofSeconds(30));
            millis.add((System.nanoTime() - before) / 1e6);
        }
        return millis;
    }
}
