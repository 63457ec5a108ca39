// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a run does not move: one thing a fiber waits for. Stored beside a suspended run, so that anybody can tell.
 *
 * @param kind signal, sleep, timer, condition, step, promise, select …
 * @param name the name of what is waited for, or empty
 * @param fiber the path of the fiber that waits
 * @param since when it began, in milliseconds since 1970
 * @param due when it ends by itself, in milliseconds since 1970, or {@link Long#MAX_VALUE}
 */
public record Wait(String kind, String name, String fiber, long since, long due) {

    /**
     * A sentence for people.
     *
     * @return for example {@code signal 'approval' since 2026-01-01T10:00:00Z}
     */
    public String sentence() {
        return kind + (name.isEmpty() ? "" : " '" + name + "'") + " since " + Instant.ofEpochMilli(since)
                + (due == Long.MAX_VALUE ? "" : ", until " + Instant.ofEpochMilli(due));
    }

    /**
     * The form in which waits are stored: a line each, tab-separated.
     *
     * @param waits perhaps none
     * @return text that {@link #parse} reads
     */
    public static String format(List<Wait> waits) {
        StringBuilder text = new StringBuilder();
        for (Wait wait : waits) {
            text.append(wait.kind).append('\t').append(wait.name).append('\t').append(wait.fiber).append('\t')
                    .append(wait.since).append('\t').append(wait.due).append('\n');
        }
        return text.toString();
    }

    /**
     * Reads what {@link #format} wrote.
     *
     * @param text perhaps empty
     * @return the waits
     */
    public static List<Wait> parse(String text) {
        List<Wait> waits = new ArrayList<>();
        text.lines().forEach(line -> {
            String[] part = line.split("\t", -1);
            waits.add(new Wait(part[0], part[1], part[2], Long.parseLong(part[3]), Long.parseLong(part[4])));
        });
        return waits;
    }
}
