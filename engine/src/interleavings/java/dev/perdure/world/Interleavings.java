// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.Lincheck;

/**
 * Tries a scenario under many schedules of its threads: Lincheck decides at every access to shared memory who moves
 * next, and tells of a schedule that throws, deadlocks or never ends.
 */
public final class Interleavings {

    private Interleavings() {
    }

    /** What happens; all its threads have ended when it returns. */
    public interface Scenario {
        void play() throws InterruptedException;
    }

    /**
     * Plays a scenario under as many schedules as the build says.
     *
     * @param scenario everything shared is made inside
     */
    public static void explore(Scenario scenario) {
        explore(Integer.getInteger("perdure.interleavings", 20), scenario);
    }

    /**
     * Plays a scenario under a number of schedules, or fewer if one fails.
     *
     * @param schedules how many
     * @param scenario everything shared is made inside
     */
    public static void explore(int schedules, Scenario scenario) {
        Lincheck.runConcurrentTest(schedules, () -> {
            try {
                scenario.play();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
    }

    /** Runs bodies side by side until all have ended. */
    public static void sideBySide(Runnable... bodies) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Runnable body : bodies) {
            threads.add(new Thread(body));
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /**
     * A world whose threads Lincheck can see, which virtual ones are not, and whose clock stands still. What waits at a
     * gate waits until it is opened.
     */
    public static class WatchedWorld implements World {

        private final List<Thread> started = new ArrayList<>();

        /** Waits until all threads that were started have ended. */
        public void awaitAll() throws InterruptedException {
            for (int i = 0; i < count(); i++) {
                thread(i).join();
            }
        }

        private int count() {
            synchronized (started) {
                return started.size();
            }
        }

        private Thread thread(int number) {
            synchronized (started) {
                return started.get(number);
            }
        }

        @Override
        public long currentMillis() {
            return 1;
        }

        @Override
        public long nanoTime() {
            return 1;
        }

        @Override
        public Thread startVirtual(String name, Runnable body) {
            return startPlatform(name, body);
        }

        @Override
        public Thread startPlatform(String name, Runnable body) {
            Thread thread = new Thread(body);
            synchronized (started) {
                started.add(thread);
            }
            thread.start();
            return thread;
        }

        @Override
        public Gate gate() {
            return World.real().gate();
        }

        @Override
        public Runnable whenProcessEnds(Runnable body) {
            return () -> { };
        }

        @Override
        public long randomLong() {
            return 7;
        }
    }

    /** A gate that forgets that it was opened when nobody waits at it: the lost wake-up, planted. */
    public static final class ForgetfulGate implements World.Gate {

        private final AtomicReference<Thread> waiter = new AtomicReference<>();
        private volatile boolean open;

        @Override
        public void open() {
            Thread waiting = waiter.get();
            if (waiting != null) {
                open = true;
                LockSupport.unpark(waiting);
            }
        }

        @Override
        public void pass(long nanos) {
            waiter.set(Thread.currentThread());
            while (!open) {
                LockSupport.park(this);
            }
            open = false;
            waiter.set(null);
        }
    }
}
