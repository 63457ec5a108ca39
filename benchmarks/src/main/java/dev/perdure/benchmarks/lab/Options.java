// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every bench can be told. Where a value is left out the bench has its own. */
final class Options {

    @Option(names = "--store", paramLabel = "memory|sqlite|postgres", defaultValue = "sqlite",
            description = "Where journals live (default: ${DEFAULT-VALUE}).")
    StoreKind store = StoreKind.SQLITE;

    @Option(names = "--url", paramLabel = "URL",
            description = "A PostgreSQL that is there, jdbc:postgresql:..., for --store postgres; its schemas are made "
                    + "and dropped (default: a server that the bench starts and stops).")
    @Nullable String url;

    @Option(names = "--runs", paramLabel = "N", description = "How many runs; see benchmarks/README.md.")
    @Nullable Integer runs;

    @Option(names = "--seconds", paramLabel = "S", description = "How long each round measures, in seconds.")
    @Nullable Double seconds;

    @Option(names = "--warmup", paramLabel = "S", description = "How long to warm up before that, in seconds.")
    @Nullable Double warmup;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3",
            description = "How many rounds, of which the median is printed; at least 3 (default: ${DEFAULT-VALUE}).")
    int rounds = 3;

    @Option(names = "--dir", paramLabel = "DIRECTORY",
            description = "Where the database file is made, in a directory of its own that is deleted afterwards "
                    + "(default: below ./target, never in memory).")
    @Nullable Path dir;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Says all this and measures nothing.")
    boolean help;

    /**
     * Fills in what was left out.
     *
     * @param usual the values of the bench
     * @return how to measure
     */
    Plan plan(Plan.Usual usual) {
        return new Plan(store, runs != null ? runs : usual.runs(), seconds != null ? seconds : usual.seconds(),
                warmup != null ? warmup : usual.warmup(), rounds);
    }
}
