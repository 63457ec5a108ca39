// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.ceiling.Ceiling;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Postgres;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.LoadedEngine;
import dev.perdure.benchmarks.load.StepLoad;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;

/**
 * How many steps a second become durable under full load, and how many rows the bare store writes in the same seconds.
 *
 * <p>Each round begins with a warm-up on its own fresh store, and is cut into slices of two seconds. After each the
 * load stands still and the ceiling is measured for a second, half of it in batches of 128 rows and half in batches of
 * 1,024. After the round everything in the store is counted.
 */
@Command(name = "steps",
        description = "Durable steps a second with many runs in flight, beside what the bare store can do.")
final class StepsBench extends Measurement {

    private static final int SMALL_BATCH = 128;
    private static final int LARGE_BATCH = 1024;
    private static final Duration SLICE = Duration.ofSeconds(2);

    StepsBench() {
        super(new Plan.Usual(1000, 10, 10));
    }

    /** What one round found, per second. */
    private record Round(StepLoad.Slice slice, double smallBatches, double largeBatches, Traffic traffic,
            LoadedEngine.Count count) {


        double steps() {
            return slice.perSecond();
        }

        double ceiling() {
            return Math.max(smallBatches, largeBatches);
        }
    }

    /**
     * What a server has counted while so many steps became durable. Read while the load stands still, so that both
     * counts are of the same steps: those until it stood still are among them, though not in the time of the slice.
     */
    private record Traffic(long steps, Postgres.Reading counted) {

        private static final Traffic NONE = new Traffic(0, Postgres.Reading.NONE);

        static Traffic read(Plan plan, BenchDirectory place, LoadedEngine loaded) throws SQLException {
            return plan.store() == StoreKind.POSTGRES && place.postgres().countsStatements()
                    ? new Traffic(loaded.load().durableSteps(), place.postgres().read()) : NONE;
        }

        Traffic plus(Traffic other) {
            return new Traffic(steps + other.steps, counted.plus(other.counted));
        }

        Traffic minus(Traffic other) {
            return new Traffic(steps - other.steps, counted.minus(other.counted));
        }

        double statementsPerStep() {
            return (double) counted.statements() / steps;
        }

        double walBytesPerStep() {
            return (double) counted.walBytes() / steps;
        }
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        Ceiling.Form form = warmUp(plan, place, report);
        List<Round> rounds = new ArrayList<>();
        for (int i = 1; i <= plan.rounds(); i++) {
            Round round = round(plan, place, form);
            rounds.add(round);
            report.progress(String.format("round %d: %,.0f steps/s below a ceiling of %,.0f rows/s", i, round.steps(),
                    round.ceiling()));
        }
        double steps = median(rounds, Round::steps);
        double small = median(rounds, Round::smallBatches);
        double large = median(rounds, Round::largeBatches);
        double ceiling = Math.max(small, large);
        LoadedEngine.Count count = LoadedEngine.Count.NONE;
        for (Round round : rounds) {
            count = count.plus(round.count());
        }
        report.count("runs_in_flight", plan.runs());
        report.count("steps_reported", count.steps());
        report.count("entries_expected", count.steps() + StepLoad.ENTRIES_BESIDE_STEPS * count.runs());
        report.count("entries_counted", count.entries());
        report.figure("cpu_us_per_step", median(rounds, round -> round.slice().cpuMicrosPerStep()), "us");
        report.figure("commits_per_batch", median(rounds, round -> round.slice().commitsPerBatch()), "commits");
        report.figure("store_busy_percent", median(rounds, round -> round.slice().writingPercent()), "percent");
        report.figure("ceiling_batches_of_128_per_second", small, "rows/s");
        report.figure("ceiling_batches_of_1024_per_second", large, "rows/s");
        if (rounds.getFirst().traffic().steps() > 0) {
            report.figure("statements_per_step", median(rounds, round -> round.traffic().statementsPerStep()),
                    "statements");
            report.figure("wal_bytes_per_step", median(rounds, round -> round.traffic().walBytesPerStep()), "bytes");
        }
        report.figure("steps_per_second", steps, "steps/s");
        report.figure("ceiling_per_second", ceiling, "rows/s");
        report.figure("ceiling_ratio", steps / ceiling, "ratio");
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Samples.median(rounds.stream().mapToDouble(figure).toArray());
    }

    /** Warms up engine and ceiling, on files that are not used again; chooses the fastest form of the ceiling. */
    private static Ceiling.Form warmUp(Plan plan, BenchDirectory place, Report report) throws Exception {
        report.progress("warming up for " + plan.warmup() + " s");
        Map<String, String> settings;
        try (LoadedEngine loaded = LoadedEngine.start(plan.store(), place, plan.runs())) {
            settings = loaded.settings();
            report.settings(settings);
            Pause.of(Plan.seconds(plan.warmup()));
            loaded.settle();
        }
        return Ceiling.fastest(plan.store(), place, settings, LARGE_BATCH, Plan.seconds(plan.warmup() / 5));
    }

    private static Round round(Plan plan, BenchDirectory place, Ceiling.Form form) throws Exception {
        int slices = plan.slices(SLICE);
        Duration time = plan.slice(slices);
        Duration ceilingTime = time.dividedBy(4);
        StepLoad.Slice total = StepLoad.Slice.NONE;
        Traffic traffic = Traffic.NONE;
        double small = 0;
        double large = 0;
        try (LoadedEngine loaded = LoadedEngine.start(plan.store(), place, plan.runs());
                Ceiling ceiling = form.begin()) {
            loaded.load().slice(Plan.seconds(plan.warmup()));
            for (int i = 0; i < slices; i++) {
                Traffic before = Traffic.read(plan, place, loaded);
                total = total.plus(loaded.load().slice(time));
                traffic = traffic.plus(Traffic.read(plan, place, loaded).minus(before));
                small += ceiling.rowsPerSecond(SMALL_BATCH, ceilingTime) / slices;
                large += ceiling.rowsPerSecond(LARGE_BATCH, ceilingTime) / slices;
            }
            return new Round(total, small, large, traffic, loaded.settle());
        }
    }
}
