// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.journal.Wait;
import dev.perdure.store.Attempt;
import dev.perdure.store.RunRow;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Says why a run does not move, from what the store knows. */
final class Explain {

    private Explain() {
    }

    static String sentence(RunRow row, List<Attempt> attempts, int unreadMessages) {
        String since = " since " + Instant.ofEpochMilli(row.changedAt());
        String text = switch (row.status()) {
            case QUEUED -> row.wakeAt() > row.createdAt() ? "queued; to be started at "
                    + Instant.ofEpochMilli(row.wakeAt())
                    : "queued" + since + "; no node with its workflow '" + row.workflow() + "' has taken it yet";
            case RUNNING -> row.owner() == null
                    ? "running" + since + "; its node has ended and another will take it over"
                    : "running" + since + " on node " + row.owner();
            case SUSPENDED -> "waiting for "
                    + list(Wait.parse(row.waiting())) + (row.wakeAt() == Long.MAX_VALUE ? "; no next wake-up"
                    : "; next wake-up " + Instant.ofEpochMilli(row.wakeAt()));
            case PAUSED -> "paused by an operator" + since;
            case STUCK -> "stuck" + since + ". " + row.problem() + " When that is mended, redrive it.";
            case TERMINATED -> "terminated" + since + ": " + row.problem();
            case COMPLETED, FAILED, CANCELLED, CONTINUED -> row.status().name().toLowerCase(Locale.ROOT) + since;
        };
        StringBuilder more = new StringBuilder(text);
        for (Attempt attempt : attempts) {
            more.append("; step '").append(attempt.step()).append("' has failed ").append(attempt.made())
                    .append(attempt.made() == 1 ? " time" : " times").append(", last with ")
                    .append(attempt.failure().summary()).append(", next attempt ")
                    .append(Instant.ofEpochMilli(attempt.nextAt()));
        }
        if (unreadMessages > 0) {
            more.append("; ").append(unreadMessages).append(unreadMessages == 1 ? " message" : " messages")
                    .append(" in its inbox");
        }
        if (row.unread() > 0) {
            more.append("; ").append(row.unread()).append(row.unread() == 1 ? " signal was" : " signals were")
                    .append(" never received");
        }
        return more.toString();
    }

    static String list(List<Wait> waits) {
        StringJoiner all = new StringJoiner(" and ");
        waits.forEach(wait -> all.add(wait.sentence()));
        return all.length() == 0 ? "nothing it can name" : all.toString();
    }
}
