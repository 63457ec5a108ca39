// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import dev.perdure.engine.RunView;
import dev.perdure.journal.Wait;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.StringJoiner;

/** How things look to people. */
public final class Text {

    private static final int LONGEST_REMARK = 100;

    private Text() {
    }

    /**
     * Prints rows in columns as wide as they need to be.
     *
     * @param out where to
     * @param rows the first is the heading; all of the same length
     */
    public static void table(PrintWriter out, List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                line.append(column == 0 ? "" : "  ").append(cell).append(" ".repeat(widths[column] - cell.length()));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /**
     * Prints a named value.
     *
     * @param out where to
     * @param name what it is
     * @param value perhaps of several lines
     */
    public static void field(PrintWriter out, String name, String value) {
        out.printf("%-14s%s%n", name, value.replace("\n", "\n" + " ".repeat(14)));
    }

    /**
     * A time to the second.
     *
     * @param instant when
     * @return ISO 8601 in UTC
     */
    public static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * What a run waits for, or what is wrong with it, in few words.
     *
     * @param run the run
     * @return perhaps empty
     */
    public static String remark(RunView run) {
        if (!run.problem().isEmpty()) {
            return cut(run.problem().lines().findFirst().orElse(""));
        }
        StringJoiner waits = new StringJoiner(", ");
        for (Wait wait : run.waits()) {
            waits.add(wait.name().isEmpty() ? wait.kind() : wait.kind() + " '" + wait.name() + "'");
        }
        return cut(waits.length() == 0 ? "" : "waits for " + waits);
    }

    /**
     * What fits into a line of a table.
     *
     * @param text perhaps long
     * @return the same, or its beginning and three dots
     */
    public static String cut(String text) {
        return text.length() <= LONGEST_REMARK ? text : text.substring(0, LONGEST_REMARK) + "...";
    }
}
