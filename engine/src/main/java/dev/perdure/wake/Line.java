// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which queues may have something for this node. Asking one in vain costs a question, so only those are asked. */
final class Line {

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    /** Those whose limits have kept runs back. */
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    /** When rates will let somebody in; read and written by the one thread that claims. */
    private long nextAt = Long.MAX_VALUE;

    /** There may be something in a queue. Runs in no queue are looked for in any case. */
    void mayHave(String queue) {
        if (!queue.isEmpty()) {
            known.add(queue);
            waiting.add(queue);
        }
    }

    /** Something has come due, nobody knows where. */
    void mayHaveAny() {
        waiting.addAll(known);
    }

    /** A run of a queue has left this node; whether that may let another one in. */
    boolean hasRoom(String queue) {
        boolean mayLetIn = held.remove(queue);
        if (mayLetIn) {
            waiting.add(queue);
        }
        return mayLetIn;
    }

    /** The queues to be asked now. What is said of them from here on is for the next time. */
    Set<String> toServe() {
        nextAt = Long.MAX_VALUE;
        Set<String> queues = new HashSet<>(waiting);
        waiting.removeAll(queues);
        return queues;
    }

    /** Remembers what keeps others back. */
    List<RunRow> served(String queue, Store.Served served) {
        if (served.held()) {
            held.add(queue);
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
