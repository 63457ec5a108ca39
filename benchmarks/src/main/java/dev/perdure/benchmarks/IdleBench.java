// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Footprint;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Postgres;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.Sleepers;
import dev.perdure.engine.Engine;
import dev.perdure.store.Store;
import java.time.Duration;
import picocli.CommandLine.Command;

/**
 * What an engine asks of its database while all its runs sleep: half of them for a time hours away, half for a signal.
 * The database counts, not the engine. Proves X6.
 */
@Command(name = "idle", description = "What the database is asked while many runs sleep and nothing happens.")
final class IdleBench extends Measurement {

    /** A cache that is less full than this is left as it is. */
    private static final int WARM = 900;

    IdleBench() {
        super(new Plan.Usual(100_000, 30, 5));
    }

    @Override
    public String objectionTo(StoreKind store) {
        return store == StoreKind.POSTGRES ? ""
                : "idle is about statements that a server has counted, and only one store has a server. "
                        + "Use --store postgres";
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        Postgres postgres = place.postgres();
        if (!postgres.countsStatements()) {
            throw new BrokenMeasurementException("this server does not count: it needs pg_stat_statements in "
                    + "shared_preload_libraries, and a user who may read it");
        }
        double[] statements = new double[plan.rounds()];
        double[] wal = new double[plan.rounds()];
        double[] cpu = new double[plan.rounds()];
        int threads;
        long virtualThreads;
        try (Store store = place.address(plan.store(), "engine").open();
                Engine engine = Sleepers.on(Engine.builder().store(store)).start()) {
            report.settings(store.settings());
            report.progress("putting " + plan.runs() + " runs to bed");
            Sleepers.putToBed(engine, 0, plan.runs());
            // What falling asleep leaves to do is not idleness: neither that nor that those leave memory which were
            // kept warm at first.
            Pause.until("the cache is full of runs that have not moved for minutes", Duration.ofMinutes(5),
                    () -> engine.liveRuns() <= WARM);
            Pause.of(Plan.seconds(plan.warmup()));
            for (int i = 0; i < plan.rounds(); i++) {
                Postgres.Reading before = postgres.read();
                long cpuBefore = Footprint.cpuNanos();
                long begun = System.nanoTime();
                Pause.of(Plan.seconds(plan.seconds()));
                double seconds = (System.nanoTime() - begun) / 1e9;
                Postgres.Reading found = postgres.read().minus(before);
                statements[i] = found.statements() / seconds;
                wal[i] = found.walBytes() / seconds;
                cpu[i] = (Footprint.cpuNanos() - cpuBefore) / 1e7 / seconds;
                report.progress(String.format("round %d: %.3f statements/s", i + 1, statements[i]));
            }
            threads = Footprint.platformThreads();
            virtualThreads = Footprint.virtualThreads(place);
        }
        report.count("runs", plan.runs());
        report.count("threads", threads);
        report.count("virtual_threads", virtualThreads);
        report.figure("idle_statements_per_second", Samples.median(statements), "statements/s");
        report.figure("idle_wal_bytes_per_second", Samples.median(wal), "bytes/s");
        report.figure("idle_cpu_percent", Samples.median(cpu), "percent");
    }
}
