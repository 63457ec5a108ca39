// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import dev.perdure.RunStatus;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits in tests for what another thread brings about. */
final class Await {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Await() {
    }

    static void until(String what, BooleanSupplier holds) {
        long begun = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - begun > LONGEST.toNanos()) {
                throw new AssertionError("waited " + LONGEST + " in vain until " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Until the run waits for time or for a message: everything it did before is durable then. */
    static void untilSuspended(RunHandle<?> run) {
        until("run '" + run.runId() + "' waits", () -> run.describe().status() == RunStatus.SUSPENDED);
    }
}
