// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Letting time pass while something is measured. */
public final class Pause {

    private Pause() {
    }

    public static void of(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    /**
     * Waits until something holds, looking once a millisecond.
     *
     * @param what for the message, if it never does
     * @param limit how long to wait at most
     * @param holds looks
     */
    public static void until(String what, Duration limit, BooleanSupplier holds) throws InterruptedException {
        until(what, limit, Duration.ofMillis(1), holds);
    }

    /**
     * Waits until something holds.
     *
     * @param what for the message, if it never does
     * @param limit how long to wait at most
     * @param between how long to wait between two looks
     * @param holds looks
     */
    public static void until(String what, Duration limit, Duration between, BooleanSupplier holds)
            throws InterruptedException {
        long begun = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - begun > limit.toNanos()) {
                throw new BrokenMeasurementException("waited " + limit.toSeconds() + " s in vain: " + what);
            }
            of(between);
        }
    }
}
