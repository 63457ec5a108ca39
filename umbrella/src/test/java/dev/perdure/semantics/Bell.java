// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How tests wait: for a condition, which is looked at again whenever something has happened. The limit is so generous
 * that it is reached only by what will never come. Where it is reached all the time, because the engine is broken on
 * purpose, the system property {@code perdure.patience} says in seconds how long it is.
 */
final class Bell {

    static final Duration LIMIT = Duration.ofSeconds(Long.getLong("perdure.patience", 30));
    /** Not everything rings: what the engine keeps in memory only is looked at now and then. */
    private static final long LOOK_MILLIS = 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private long rings;

    void ring() {
        lock.lock();
        try {
            rings++;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the condition holds, or fails with a description of what stands instead. */
    void until(String what, BooleanSupplier condition, Supplier<String> standing) {
        long begun = System.nanoTime();
        while (true) {
            long heard = heard();
            if (condition.getAsBoolean()) {
                return;
            }
            if (System.nanoTime() - begun > LIMIT.toNanos()) {
                throw new AssertionError("not within " + LIMIT + ": " + what + "\n" + standing.get());
            }
            awaitRing(heard);
        }
    }

    private long heard() {
        lock.lock();
        try {
            return rings;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRing(long heard) {
        lock.lock();
        try {
            if (rings == heard) {
                rung.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", interrupted);
        } finally {
            lock.unlock();
        }
    }
}
