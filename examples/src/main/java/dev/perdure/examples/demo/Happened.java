// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the coordinator did and heard while the demo ran. The counters are fed by the threads that listen to the nodes.
 */
final class Happened {

    final AtomicLong replays = new AtomicLong();
    final AtomicLong replayedEntries = new AtomicLong();
    final AtomicLong repeatedEffects = new AtomicLong();
    private final List<Kill> kills = new ArrayList<>();

    /**
     * One kill.
     *
     * @param at when
     * @param pid which process
     * @param exitCode what the operating system reported
     * @param inFlight how many orders had been placed and had not ended
     */
    record Kill(Instant at, long pid, int exitCode, int inFlight) {
    }

    void killed(Kill kill) {
        kills.add(kill);
    }

    List<Kill> kills() {
        return kills;
    }

    /** A line from a node. */
    void heard(String line) {
        if (line.startsWith("replayed ")) {
            replays.incrementAndGet();
            replayedEntries.addAndGet(Long.parseLong(line.substring("replayed ".length())));
        } else if (line.equals("repeated")) {
            repeatedEffects.incrementAndGet();
        }
    }
}
