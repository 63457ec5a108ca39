// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import java.util.concurrent.TimeUnit;

/**
 * Where a run stands in line.
 *
 * @param queue the queue's name; empty for none
 * @param key whose run it is, for limits per key; may be empty
 * @param priority higher ones come first
 */
public record Ticket(String queue, String key, int priority) {

    /** In no queue. */
    public static final Ticket NONE = new Ticket("", "", 0);

    private static final long AGEING_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /**
     * Whether the run waits in a queue.
     *
     * @return false for none
     */
    public boolean isQueued() {
        return !queue.isEmpty();
    }

    /**
     * The place in the line: lower ones come first. It is fixed when the run is made. A level of priority is worth a
     * minute of waiting, so that nobody waits for ever.
     *
     * @param startAt when the run is due, in milliseconds since 1970
     * @return to be compared with other places of the same queue
     */
    public long rank(long startAt) {
        return startAt - priority * AGEING_MILLIS;
    }
}
