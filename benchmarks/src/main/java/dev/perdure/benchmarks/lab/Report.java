// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a bench says. Figures go to the standard output as {@code name value unit}, three words to a line: plain digits,
 * a dot for decimals, {@code -} where there is no unit. Everything else goes to the standard error.
 */
public final class Report {

    private final String bench;
    private final PrintWriter figures;
    private final PrintWriter words;

    public Report(String bench, PrintWriter figures, PrintWriter words) {
        this.bench = bench;
        this.figures = figures;
        this.words = words;
    }

    /**
     * Prints a figure.
     *
     * @param name lower case and underscores; what programs look for
     * @param value the figure, finite
     * @param unit one word
     */
    public void figure(String name, double value, String unit) {
        line(name, plain(value), unit);
    }

    /**
     * Prints a count.
     *
     * @param name what was counted
     * @param value how many
     */
    public void count(String name, long value) {
        line(name, Long.toString(value), "count");
    }

    /** Prints under which conditions everything below was measured. */
    public void conditions(Plan plan, BenchDirectory place) {
        setting("file_system", place.fileSystem());
        setting("java", Runtime.version().toString());
        count("processors", Runtime.getRuntime().availableProcessors());
        figure("heap_limit_mb", Runtime.getRuntime().maxMemory() / 1e6, "MB");
        count("rounds", plan.rounds());
    }

    /**
     * Prints how a store is set.
     *
     * @param of the store, as it says itself
     */
    public void settings(Map<String, String> of) {
        Map<String, String> settings = new TreeMap<>(of);
        settings.putIfAbsent("journal_mode", "none");
        settings.putIfAbsent("synchronous", "none");
        // Where it is is no setting, and is about to be deleted.
        settings.remove("file");
        settings.remove("schema");
        settings.forEach(this::setting);
    }

    private void setting(String name, String value) {
        line(name, value.isBlank() ? "-" : value.strip().replaceAll("\\s+", "_"), "-");
    }

    /**
     * Says how far the bench has come.
     *
     * @param sentence for whoever waits
     */
    public void progress(String sentence) {
        words.println(bench + ": " + sentence);
        words.flush();
    }

    private void line(String name, String value, String unit) {
        figures.println(name + " " + value + " " + unit);
        figures.flush();
    }

    /** Three decimals below a thousand, none above, never an exponent. */
    public static String plain(double value) {
        if (!Double.isFinite(value)) {
            throw new BrokenMeasurementException("a figure came out as " + value
                    + ": nothing was measured. Give more --seconds");
        }
        return BigDecimal.valueOf(value).setScale(Math.abs(value) < 1000 ? 3 : 0, RoundingMode.HALF_UP).toPlainString();
    }
}
