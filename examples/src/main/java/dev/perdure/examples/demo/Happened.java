// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the coordinator did and heard while the demo ran. The counters are fed by the threads that listen to the nodes.
 */
final class Happened {

    final AtomicLong replays = new AtomicLong();
    final AtomicLong replayedEntries = new AtomicLong();
    final AtomicLong repeatedEffects = new AtomicLong();
    private final List<Kill> kills = new ArrayList<>();
    private final List<TakeOver> takeOvers = new ArrayList<>();

    /**
     * One kill.
     *
     * @param at when
     * @param seconds when, since the demo began
     * @param node which place among the nodes
     * @param pid which process
     * @param exitCode what the operating system reported
     * @param inFlight how many orders had been placed and had not ended
     */
    record Kill(Instant at, double seconds, String node, long pid, int exitCode, long inFlight) {
    }

    /**
     * How the orders of a node that was killed went to others.
     *
     * @param kill what befell it
     * @param orders what it had; perhaps nothing
     * @param took from the kill until the last of them was seen to be another's, or to need nobody
     */
    record TakeOver(Kill kill, Set<String> orders, Duration took) {
    }

    void killed(Kill kill) {
        kills.add(kill);
    }

    List<Kill> kills() {
        return kills;
    }

    void tookOver(TakeOver takeOver) {
        takeOvers.add(takeOver);
    }

    /** In the order in which they ended; none where there can only be one node. */
    List<TakeOver> takeOvers() {
        return takeOvers;
    }

    /** Whether a kill was of the node that had this order. The only one there can be has them all. */
    boolean hit(Kill kill, String order) {
        return takeOvers.stream().filter(takeOver -> takeOver.kill().equals(kill)).findFirst()
                .map(takeOver -> takeOver.orders().contains(order)).orElse(true);
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
