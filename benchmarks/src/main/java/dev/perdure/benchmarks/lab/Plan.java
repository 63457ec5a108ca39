// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.time.Duration;

/**
 * How to measure.
 *
 * @param store which store
 * @param runs how many runs, as the bench counts them
 * @param seconds how long a round measures
 * @param warmup how long to warm up, in seconds
 * @param rounds how many rounds, at least three
 */
public record Plan(StoreKind store, int runs, double seconds, double warmup, int rounds) {

    /**
     * The values a bench has without options.
     *
     * @param runs see {@link Plan#runs}
     * @param seconds see {@link Plan#seconds}
     * @param warmup see {@link Plan#warmup}
     */
    public record Usual(int runs, double seconds, double warmup) {
    }

    /**
     * Says what is wrong with the plan.
     *
     * @return a sentence, or an empty string if it can be carried out
     */
    public String objection() {
        if (rounds < 3) {
            return "--rounds must be at least 3, because the median of fewer says nothing; it is " + rounds;
        }
        if (runs < 1) {
            return "--runs must be at least 1; it is " + runs;
        }
        if (!(seconds > 0) || !(warmup >= 0)) {
            return "--seconds must be more than 0 and --warmup not less; they are " + seconds + " and " + warmup;
        }
        return "";
    }

    /**
     * How many slices a round has.
     *
     * @param longest how long a slice should be at most
     * @return at least 1
     */
    public int slices(Duration longest) {
        return (int) Math.max(1, Math.round(seconds / (longest.toMillis() / 1000.0)));
    }

    /**
     * How long a slice is.
     *
     * @param slices in how many the round is cut
     * @return the same part of the round for each
     */
    public Duration slice(int slices) {
        return seconds(seconds / slices);
    }

    public static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
