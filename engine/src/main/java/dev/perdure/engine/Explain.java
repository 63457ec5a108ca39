// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.journal.Wait;
import dev.perdure.store.Attempt;
import dev.perdure.store.RunRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Says why a run does not move, from what the store knows. */
final class Explain {

    private static final Comparator<Attempt> PLACES = Comparator
            .comparing((Attempt attempt) -> attempt.at().fiber()).thenComparing(attempt -> attempt.at().index());

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
            case STUCK -> "stuck" + since + ". " + row.problem();
            case TERMINATED -> "terminated" + since + ": " + row.problem();
            case COMPLETED, FAILED, CANCELLED, CONTINUED -> row.status().name().toLowerCase(Locale.ROOT) + since;
        };
        StringJoiner more = new StringJoiner("; ", text.endsWith(".") ? text + " Also: " : text + "; ", "");
        more.setEmptyValue(text);
        for (Attempt attempt : attempts.stream().filter(each -> each.failure() != null).sorted(PLACES).toList()) {
            String what = attempt.at().equals(Attempt.WHOLE_RUN) ? "it" : "step '" + attempt.step() + "'";
            more.add(what + " has failed " + count(attempt.made(), "time") + ", last with "
                    + attempt.failure().summary() + ", next attempt " + Instant.ofEpochMilli(attempt.nextAt()));
        }
        if (unreadMessages > 0) {
            more.add(count(unreadMessages, "message") + " in its inbox");
        }
        if (row.unread() > 0) {
            more.add(count(row.unread(), "signal") + (row.unread() == 1 ? " was" : " were") + " never received");
        }
        return more.toString();
    }

    private static String count(int many, String what) {
        return many + " " + what + (many == 1 ? "" : "s");
    }

    static String list(List<Wait> waits) {
        StringJoiner all = new StringJoiner(" and ");
        waits.forEach(wait -> all.add(wait.sentence()));
        return all.length() == 0 ? "nothing it can name" : all.toString();
    }
}
