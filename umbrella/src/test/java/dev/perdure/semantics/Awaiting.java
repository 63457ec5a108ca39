// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what nobody tells of. */
final class Awaiting {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private Awaiting() {
    }

    /** Looks again and again. */
    static void until(BooleanSupplier condition) {
        long until = System.nanoTime() + Bell.LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("waited in vain");
            }
            try {
                NEVER.await(5, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    /** Waits, whatever interrupts it, but not for ever. */
    static void deaf(CountDownLatch latch) {
        long until = System.nanoTime() + Bell.LIMIT.toNanos();
        boolean opened = false;
        while (!opened && System.nanoTime() - until < 0) {
            try {
                opened = latch.await(1, TimeUnit.SECONDS);
            } catch (InterruptedException unheard) {
                // That is what it is for.
            }
        }
    }
}
