// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import java.util.UUID;

/**
 * Time, threads and randomness. Production uses {@link #real()}; a test kit gives virtual time, a simulation moves one
 * thread at a time from a seed.
 *
 * <p>Safe for all threads.
 */
public interface World {

    /**
     * The machine itself.
     *
     * @return one with a clock of its own to be corrected
     */
    static World real() {
        return new RealWorld();
    }

    /**
     * The time of day.
     *
     * @return milliseconds since 1970; may jump
     */
    long currentMillis();

    /**
     * Corrects the time of day, if it is off by more than a message takes: all machines of a cluster go by one clock.
     * A world whose time is not a machine's keeps its own.
     *
     * @param time what it is now, in milliseconds since 1970
     */
    default void correct(long time) {
    }

    /**
     * A clock for measuring.
     *
     * @return nanoseconds since an arbitrary moment; never jumps
     */
    long nanoTime();

    /**
     * Starts a cheap thread: for turns and steps.
     *
     * @param name what a stack dump shows
     * @param body what it does
     * @return the thread, started
     */
    Thread startVirtual(String name, Runnable body);

    /**
     * Starts a thread of its own, which busy virtual threads cannot starve: for the committer, the timers, the
     * watchdog.
     *
     * @param name what a stack dump shows
     * @param body what it does
     * @return the thread, started; it does not keep the process alive
     */
    Thread startPlatform(String name, Runnable body);

    /**
     * Makes a place to wait at.
     *
     * @return a closed gate
     */
    Gate gate();

    /**
     * Does something when the process is asked to stop; the process then ends with exit code 0.
     *
     * @param body what it does; the process waits for it
     * @return takes it back when it is called before
     */
    Runnable whenProcessEnds(Runnable body);

    /**
     * A random number.
     *
     * @return any
     */
    long randomLong();

    /**
     * A new id that sorts by time of making.
     *
     * @return a version-7 UUID (RFC 9562)
     */
    default UUID newId() {
        long random = randomLong();
        long high = (currentMillis() << 16) | 0x7000L | (random & 0x0FFFL);
        long low = 0x8000000000000000L | (randomLong() & 0x3FFFFFFFFFFFFFFFL);
        return new UUID(high, low);
    }

    /** A place where one thread waits until another lets it pass, or until time is up. */
    interface Gate {

        /** Lets the waiting thread pass; if none waits, the next one. Several calls count as one. */
        void open();

        /**
         * Waits until the gate is opened, passes, and closes it again.
         *
         * @param nanos how long to wait at most
         */
        void pass(long nanos);
    }
}
