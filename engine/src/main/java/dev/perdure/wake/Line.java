// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which queues may have something for this node; the empty name stands for runs in none. Asking one in vain costs a
 * question, so only those are asked.
 */
final class Line {

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    /** Those whose limits have kept runs back. */
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    /** Those from which runs have left this node since queues were asked last. */
    private final Set<String> left = ConcurrentHashMap.newKeySet();
    /** When rates will let somebody in; read and written by the one thread that claims. */
    private long nextAt = Long.MAX_VALUE;

    /** There may be something in a queue. */
    void mayHave(String queue) {
        known.add(queue);
        waiting.add(queue);
    }

    /** Something has come due, nobody knows where. */
    void mayHaveAny() {
        mayHave("");
        waiting.addAll(known);
    }

    /** A run of a queue has left this node; whether that may let another one in. */
    boolean hasRoom(String queue) {
        if (queue.isEmpty()) {
            return false;
        }
        left.add(queue);
        boolean mayLetIn = held.remove(queue);
        if (mayLetIn) {
            waiting.add(queue);
        }
        return mayLetIn;
    }

    /** The queues to be asked now. What is said of them from here on is for the next time. */
    Set<String> toServe() {
        nextAt = Long.MAX_VALUE;
        left.clear();
        Set<String> queues = new HashSet<>(waiting);
        waiting.removeAll(queues);
        return queues;
    }

    /** Remembers what keeps others back. */
    List<RunRow> served(String queue, Store.Served served) {
        if (served.held()) {
            held.add(queue);
            if (left.contains(queue) && hasRoom(queue)) {
                // Perhaps it left too late to be counted, and too early to find somebody held.
                nextAt = 0;
            }
        }
        if (served.again() != Long.MAX_VALUE) {
            waiting.add(queue);
            nextAt = Math.min(nextAt, served.again());
        }
        return served.runs();
    }

    /** When to ask again although nothing has happened, in milliseconds since 1970. */
    long nextAt() {
        return nextAt;
    }
}
