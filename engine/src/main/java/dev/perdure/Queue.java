// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;

/**
 * How runs that wait in a queue are let in. A run is put into a queue by {@link StartOptions#queue}, or by its
 * {@link Activity#queue definition}; a queue that nobody has said anything about has no limits.
 *
 * {@snippet :
 * static final Queue MAIL = Queue.named("mail").limit(5).limitPerKey(1).rate(100, Duration.ofSeconds(1));
 * }
 *
 * <p>What counts for a limit are the runs that a node has just now: their code moves, or a step or an attempt is under
 * way. A workflow that waits gives its place back, and so does an activity between two attempts. Immutable; every
 * option returns another value.
 *
 * @param name stable, since runs in the store name it
 * @param limit how many runs may go on at once, on all nodes together; 0 holds all of them back
 * @param limitPerKey the same for those of one {@linkplain StartOptions#key key}
 * @param limitPerNode the same for each node
 * @param rate how many may begin to move in a time: at their start, after a wait, or after a crash
 * @param per that time
 */
public record Queue(String name, int limit, int limitPerKey, int limitPerNode, int rate, Duration per) {

    /** As many as there are. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int MOST_RATE = 1_000_000;
    private static final Duration LONGEST_RATE = Duration.ofDays(366);

    /**
     * A queue without limits.
     *
     * @param name stable
     * @return a definition
     */
    public static Queue named(String name) {
        return new Queue(Names.check("queue", name), UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, Duration.ofSeconds(1));
    }

    /**
     * How many runs may go on at once, on all nodes together.
     *
     * @param runs zero or more; zero pauses the queue
     * @return another definition of the same name
     */
    public Queue limit(int runs) {
        return new Queue(name, notNegative("limit", runs), limitPerKey, limitPerNode, rate, per);
    }

    /**
     * How many runs of one {@linkplain StartOptions#key key} may go on at once, on all nodes together. Runs without a
     * key count as those of one key.
     *
     * @param runs at least 1
     * @return another definition of the same name
     */
    public Queue limitPerKey(int runs) {
        return new Queue(name, limit, atLeastOne("limitPerKey", runs), limitPerNode, rate, per);
    }

    /**
     * How many runs may go on at once on each node.
     *
     * @param runs at least 1
     * @return another definition of the same name
     */
    public Queue limitPerNode(int runs) {
        return new Queue(name, limit, limitPerKey, atLeastOne("limitPerNode", runs), rate, per);
    }

    /**
     * How many runs may begin to move in a time, on all nodes together. They may all come at its beginning, and after a
     * quiet time as many again.
     *
     * @param runs from 1 to a million
     * @param time from a millisecond to a year
     * @return another definition of the same name
     */
    public Queue rate(int runs, Duration time) {
        if (runs > MOST_RATE || time.toMillis() < 1 || time.compareTo(LONGEST_RATE) > 0) {
            throw new InvalidArgumentException("the rate of queue '" + name + "' is " + runs + " in " + time
                    + ", but must be at most " + MOST_RATE + " in a millisecond to " + LONGEST_RATE.toDays()
                    + " days. Leave it out for no limit");
        }
        return new Queue(name, limit, limitPerKey, limitPerNode, atLeastOne("rate", runs), time);
    }

    /**
     * Whether a store has to count before it lets a run in.
     *
     * @return false if there are no limits at all
     */
    public boolean isLimited() {
        return limit != UNLIMITED || limitPerKey != UNLIMITED || limitPerNode != UNLIMITED || rate != UNLIMITED;
    }

    private int notNegative(String what, int value) {
        if (value < 0) {
            throw new InvalidArgumentException(what + " of queue '" + name + "' is " + value
                    + ", but must be zero or more");
        }
        return value;
    }

    private int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new InvalidArgumentException(what + " of queue '" + name + "' is " + value
                    + ", but must be at least 1. To hold all its runs back, give it limit(0)");
        }
        return value;
    }
}
