// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof;

import java.io.PrintWriter;
import picocli.CommandLine.ExitCode;

/**
 * What a campaign says. Counts go to the standard output as {@code name value unit}, three words to a line; how far it
 * has come, and what was violated, to the standard error.
 */
public final class Findings {

    private final String campaign;
    private final PrintWriter counts;
    private final PrintWriter words;
    private long violations;

    Findings(String campaign, PrintWriter counts, PrintWriter words) {
        this.campaign = campaign;
        this.counts = counts;
        this.words = words;
    }

    /**
     * Prints a count.
     *
     * @param name lower case and underscores; what programs look for
     * @param value how many
     */
    public void count(String name, long value) {
        print(name, value, "count");
    }

    /**
     * Prints how long something took.
     *
     * @param name lower case and underscores; what programs look for
     * @param value in milliseconds
     */
    public void millis(String name, long value) {
        print(name, value, "ms");
    }

    private void print(String name, long value, String unit) {
        counts.println(name + " " + value + " " + unit);
        counts.flush();
    }

    /**
     * Something does not hold.
     *
     * @param report what was expected, what was found, and how to repeat it
     */
    public synchronized void violation(String report) {
        violations++;
        progress("VIOLATION " + violations + ": " + report);
    }

    /**
     * How much did not hold so far.
     *
     * @return zero or more
     */
    public synchronized long violations() {
        return violations;
    }

    /**
     * Says how far the campaign has come.
     *
     * @param sentence for whoever waits
     */
    public void progress(String sentence) {
        words.println(campaign + ": " + sentence);
        words.flush();
    }

    /** Prints the last count, and returns the exit code. */
    int end() {
        count("violations", violations());
        return violations() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
