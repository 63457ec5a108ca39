// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.ResultTimeoutException;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does everything again while the database is away, until it is too late. */
final class Patience {

    /** The database was away for too long. */
    static final class GaveUpException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final long AGAIN_MILLIS = 200;

    private volatile long deadline = Long.MAX_VALUE;

    void endIn(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    <T> T insist(Supplier<T> call) {
        while (System.nanoTime() < deadline) {
            try {
                return call.get();
            } catch (StoreException away) {
                rest(AGAIN_MILLIS);
            }
        }
        throw new GaveUpException();
    }

    void insist(Runnable call) {
        insist(() -> {
            call.run();
            return true;
        });
    }

    /** The result, or null if it does not come before it is too late. */
    <T> @Nullable T result(RunHandle<T> run) {
        return insist(() -> {
            while (System.nanoTime() < deadline) {
                try {
                    return run.result(Duration.ofSeconds(5));
                } catch (ResultTimeoutException notYet) {
                    // Its time is not over.
                }
            }
            return null;
        });
    }

    static void rest(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
