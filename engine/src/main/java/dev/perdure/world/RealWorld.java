// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The machine's own clocks, threads and chance. */
final class RealWorld implements World {

    /** Two processes must never draw the same ids, however alike they started. */
    private static final long PROCESS_SECRET = new SecureRandom().nextLong();
    private static final long TOLERATED_MILLIS = 20;

    /** How far the machine's clock is behind the one to go by. */
    private volatile long behind;

    @Override
    public long currentMillis() {
        return System.currentTimeMillis() + behind;
    }

    @Override
    public void correct(long time) {
        long machine = System.currentTimeMillis();
        if (Math.abs(time - machine - behind) > TOLERATED_MILLIS) {
            behind = time - machine;
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(body);
    }

    @Override
    public Thread startPlatform(String name, Runnable body) {
        return Thread.ofPlatform().daemon(true).name(name).start(body);
    }

    @Override
    public Gate gate() {
        return new ParkingGate();
    }

    @Override
    public Runnable whenProcessEnds(Runnable body) {
        Thread hook = Thread.ofPlatform().name("perdure-shutdown").unstarted(body);
        Runtime.getRuntime().addShutdownHook(hook);
        Termination.endsWithZero();
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException endingAlready) {
                // The hook is running, perhaps it is the caller: there is nothing to take back.
            }
        };
    }

    @Override
    public long randomLong() {
        return ThreadLocalRandom.current().nextLong() ^ PROCESS_SECRET;
    }

    /** One flag and one waiter: opening costs a compare-and-set when nobody waits. */
    private static final class ParkingGate implements Gate {

        private final AtomicBoolean open = new AtomicBoolean();
        private final AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();

        @Override
        public void open() {
            if (open.compareAndSet(false, true)) {
                LockSupport.unpark(waiter.get());
            }
        }

        @Override
        public void pass(long nanos) {
            long deadline = System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2);
            waiter.set(Thread.currentThread());
            while (!open.get()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
            }
            waiter.set(null);
            open.set(false);
        }
    }
}
