// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Queue;
import java.util.List;

/**
 * A queue as it is stored, and how much it has let in of what its rate allows.
 *
 * @param queue its limits
 * @param tokens how many runs might begin at a time, by the rate, times the milliseconds of the rate
 * @param filledAt that time, in milliseconds since 1970
 */
public record QueueRow(Queue queue, long tokens, long filledAt) {

    /**
     * A queue from which nothing was taken yet.
     *
     * @param queue its limits
     * @return full
     */
    public static QueueRow of(Queue queue) {
        return new QueueRow(queue, full(queue), 0);
    }

    /**
     * The limits of a queue in words, to see whether they are the same as before.
     *
     * @param queue its limits
     * @return not empty
     */
    public static String limits(Queue queue) {
        return queue.limit() + " " + queue.limitPerKey() + " " + queue.limitPerNode() + " " + queue.rate() + "/"
                + queue.per().toMillis();
    }

    /**
     * How many of its runs a node may have in addition.
     *
     * @param running how many of its runs nodes have
     * @param here how many of them this node has
     * @return perhaps none
     */
    public int room(long running, long here) {
        return (int) Math.max(0, Math.min(queue.limit() - running, queue.limitPerNode() - here));
    }

    /**
     * How many runs may begin now, by the rate.
     *
     * @param now milliseconds since 1970
     * @return perhaps none
     */
    public int allowance(long now) {
        return queue.rate() == Queue.UNLIMITED ? Queue.UNLIMITED : (int) (filled(now) / queue.per().toMillis());
    }

    /**
     * After some have begun.
     *
     * @param runs how many
     * @param now milliseconds since 1970
     * @return with less left; this one if there were none
     */
    public QueueRow taken(int runs, long now) {
        return queue.rate() == Queue.UNLIMITED || runs == 0 ? this
                : new QueueRow(queue, filled(now) - runs * queue.per().toMillis(), Math.max(now, filledAt));
    }

    /**
     * When the next one may begin, if none may now.
     *
     * @param now milliseconds since 1970
     * @return later than now
     */
    public long nextAt(long now) {
        long missing = queue.per().toMillis() - filled(now);
        return now + Math.max(1, Math.ceilDiv(missing, queue.rate()));
    }

    /**
     * What is left of the rate.
     *
     * @param now milliseconds since 1970
     * @return so many runs may begin as this has periods of the rate, in milliseconds
     */
    public long filled(long now) {
        long since = Math.clamp(now - filledAt, 0, queue.per().toMillis());
        return Math.min(full(queue), tokens + since * queue.rate());
    }

    private static long full(Queue queue) {
        return queue.rate() == Queue.UNLIMITED ? 0 : queue.rate() * queue.per().toMillis();
    }

    /**
     * What is told to a node that has asked for runs.
     *
     * @param runs those that it has got
     * @param room as {@link #room} said before
     * @param claim what it has asked for
     * @return with what keeps others back, if anything does
     */
    public Store.Served served(List<RunRow> runs, int room, Store.Claim claim) {
        int allowed = allowance(claim.now());
        boolean isHeld = room <= runs.size()
                || queue.limitPerKey() != Queue.UNLIMITED && runs.size() < Math.min(claim.limit(), allowed);
        return new Store.Served(runs, isHeld, allowed > runs.size() ? Long.MAX_VALUE
                : taken(runs.size(), claim.now()).nextAt(claim.now()));
    }
}
