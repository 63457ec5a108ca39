// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.proof.Findings;
import dev.perdure.proof.chaos.deeds.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Looks at what is left when all is over: every row that a check of {@code chaos.sql} brings is a violation. */
final class Judge {

    private final Queries queries;
    private final Findings findings;
    private final long lease;

    Judge(Queries queries, Findings findings, long leaseMillis) {
        this.queries = queries;
        this.findings = findings;
        this.lease = leaseMillis;
    }

    void judge() throws SQLException {
        try (Connection connection = queries.connect()) {
            queries.run(connection, "faults.index");
            for (String check : queries.names("check.")) {
                for (List<String> row : queries.run(connection, check)) {
                    findings.violation(row.getFirst());
                }
            }
            for (List<String> row : queries.run(connection, "runs.not_completed")) {
                findings.violation("run '" + row.get(0) + "' has not completed but is " + row.get(1) + " "
                        + row.get(2));
            }
        }
        findings.count("runs_finished", queries.number("finished"));
        findings.count("units", queries.number("units"));
        findings.count("effects", queries.number("effects"));
        findings.count("effects_repeated", queries.number("repeated"));
        findings.count("most_at_work_of_five", queries.number("fullest"));
    }

    /** Prints how long it took from a fault until all runs of the node were others'. */
    void measure() throws SQLException {
        List<Long> times = new ArrayList<>();
        long all = 0;
        long runs = 0;
        for (List<String> row : queries.run("takeovers")) {
            all++;
            runs += Long.parseLong(row.get(3));
            boolean undisturbed = row.get(4).equals("t");
            findings.progress("take-over after " + row.get(1) + " of " + row.get(0) + ": " + row.get(3) + " runs in "
                    + row.get(2) + " ms, all free after " + row.get(6) + " ms, the last one " + row.get(7)
                    + (undisturbed ? "" : ", disturbed by other faults"));
            if (undisturbed) {
                times.add(Long.parseLong(row.get(2)));
            }
        }
        Collections.sort(times);
        findings.count("takeovers", all);
        findings.count("runs_taken_over", runs);
        findings.count("takeovers_undisturbed", times.size());
        if (!times.isEmpty()) {
            long median = times.get(times.size() / 2);
            findings.millis("takeover_median_ms", median);
            findings.millis("takeover_max_ms", times.getLast());
            findings.millis("takeover_after_lease_median_ms", median - lease);
            findings.millis("takeover_after_lease_max_ms", times.getLast() - lease);
        }
    }
}
