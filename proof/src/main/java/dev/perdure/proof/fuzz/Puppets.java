// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.proof.fuzz.Trial.Violation;
import dev.perdure.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A world that moves one of its threads at a time, and its clock only when told. Who moves next is drawn, so the same
 * seed is the same interleaving; that of the hand-overs, not of single instructions, which is another tool's work.
 *
 * <p>The thread that makes it is the director: it moves while all others wait at gates. {@link #settle} lets the
 * others move until none can.
 *
 * <p><b>Invariant:</b> {@link #moving} is the only puppet whose {@code go} is set; null while the director moves.
 */
final class Puppets implements World {

    /** In real time, for a faulty engine only: then a seed tells its fault instead of hanging. */
    private static final long LONGEST_MOVE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final ThreadLocal<Puppet> SELF = new ThreadLocal<>();

    private final Thread director = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Puppet> ready = new ArrayList<>();
    private final List<Puppet> waiting = new ArrayList<>();
    private final Random dice;
    private LongSupplier chance;
    private volatile @Nullable Puppet moving;
    private long millis;
    private long nanos;
    private long lastId;
    private long moves;

    /**
     * A world in which nothing happens yet.
     *
     * @param seed decides who moves when several could, and all ids and random numbers
     */
    Puppets(long seed) {
        this.dice = new Random(seed);
        this.chance = () -> seed;
        // Ahead of every real clock, so that nothing that is due now waits for the machine's time.
        this.millis = 4_102_444_800_000L;
    }

    /** A thread of this world. */
    private static final class Puppet {

        private final Thread thread;
        private long deadline = Long.MAX_VALUE;
        private volatile boolean go;

        Puppet(String name, Runnable body, Puppets world) {
            // Virtual ones all, also those that the engine wants from the platform: none of them moves by itself.
            this.thread = Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).unstarted(() -> {
                SELF.set(this);
                try {
                    body.run();
                } finally {
                    world.passOn();
                }
            });
        }

        void move() {
            go = true;
            if (thread.getState() == Thread.State.NEW) {
                thread.start();
            } else {
                LockSupport.unpark(thread);
            }
        }

        void await() {
            while (!go) {
                LockSupport.park(this);
                // Interrupts do not move anybody: they would let two move at once.
                Thread.interrupted();
            }
        }
    }

    // ---- the director ----

    /** Whether the calling thread is nobody's puppet. */
    static boolean isDirector() {
        return SELF.get() == null;
    }

    /** Lets everybody move until all wait. */
    void settle() {
        while (moveOne()) {
            // The puppet hands on to the next by itself; this is for what became ready meanwhile.
        }
    }

    private boolean moveOne() {
        if (!passOn()) {
            return false;
        }
        long begun = System.nanoTime();
        for (Puppet puppet = moving; puppet != null; puppet = moving) {
            LockSupport.parkNanos(this, LONGEST_MOVE_NANOS);
            if (moving == puppet && System.nanoTime() - begun > LONGEST_MOVE_NANOS) {
                throw new Violation(puppet.thread + " moves without end, or blocks outside of a gate:\n    "
                        + String.join("\n    ", Arrays.stream(puppet.thread.getStackTrace())
                                .map(StackTraceElement::toString).toList()), true);
            }
        }
        return true;
    }

    /** Moves the clock, and lets everybody move whose time has come. */
    void advance(long byMillis) {
        millis += byMillis;
        elapse(TimeUnit.MILLISECONDS.toNanos(byMillis));
        settle();
    }

    private void elapse(long byNanos) {
        lock.lock();
        try {
            nanos += byNanos;
            for (Puppet puppet : List.copyOf(waiting)) {
                if (puppet.deadline <= nanos) {
                    waiting.remove(puppet);
                    ready.add(puppet);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** How often a thread was moved. */
    long moves() {
        return moves;
    }

    /**
     * Makes a call that may block until others have moved. Begun on a thread that is nobody's puppet; once it has made
     * somebody ready, or has returned, everybody moves until all wait.
     *
     * @return the thread, which may still wait for something
     */
    Thread callFromOutside(Runnable call) {
        settle();
        Thread caller = Thread.ofVirtual().name("caller").unstarted(() -> {
            try {
                call.run();
            } finally {
                LockSupport.unpark(director);
            }
        });
        caller.start();
        while (!isSomebodyReady() && caller.isAlive()) {
            // The one who makes somebody ready, and the end of the call, both unpark; the limit is for the gap
            // between the end of the call and that of its thread.
            LockSupport.parkNanos(this, 1_000_000);
        }
        settle();
        return caller;
    }

    private boolean isSomebodyReady() {
        lock.lock();
        try {
            return !ready.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    // ---- hand-over ----

    /** Who holds the baton gives it to the next; false if it goes back to the director. */
    private boolean passOn() {
        Puppet next;
        lock.lock();
        try {
            next = ready.isEmpty() ? null : ready.remove(ready.size() == 1 ? 0 : dice.nextInt(ready.size()));
            moving = next;
            moves++;
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.move();
        } else {
            LockSupport.unpark(director);
        }
        return next != null;
    }

    private final class PuppetGate implements Gate {

        private boolean open;
        private @Nullable Puppet waiter;

        @Override
        public void open() {
            lock.lock();
            try {
                open = true;
                if (waiter != null && waiting.remove(waiter)) {
                    ready.add(waiter);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void pass(long atMost) {
            Puppet self = SELF.get();
            if (self == null) {
                passAsDirector(atMost);
            } else if (!take() && atMost > 0) {
                lock.lock();
                try {
                    waiter = self;
                    self.go = false;
                    self.deadline = atMost > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + atMost;
                    waiting.add(self);
                } finally {
                    lock.unlock();
                }
                passOn();
                self.await();
                waiter = null;
                take();
            }
        }

        /** The director waits for the others, as when it closes an engine: time goes by itself if nobody can move. */
        private void passAsDirector(long atMost) {
            long until = atMost > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + atMost;
            for (settle(); !take() && nanos < until; settle()) {
                elapse(Math.min(until, nextDeadline()) - nanos);
            }
        }

        private boolean take() {
            lock.lock();
            try {
                boolean was = open;
                open = false;
                return was;
            } finally {
                lock.unlock();
            }
        }
    }

    private long nextDeadline() {
        lock.lock();
        try {
            return waiting.stream().mapToLong(puppet -> puppet.deadline).min().orElse(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    // ---- the world ----

    @Override
    public long currentMillis() {
        return millis;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        Puppet puppet = new Puppet(name, body, this);
        lock.lock();
        try {
            ready.add(puppet);
        } finally {
            lock.unlock();
        }
        if (moving == null) {
            LockSupport.unpark(director);
        }
        return puppet.thread;
    }

    @Override
    public Thread startPlatform(String name, Runnable body) {
        return startVirtual(name, body);
    }

    @Override
    public Gate gate() {
        return new PuppetGate();
    }

    @Override
    public Runnable whenProcessEnds(Runnable body) {
        return () -> { };
    }

    /** Not drawn: however often the engine asks for other reasons, a run is given the same seed. */
    @Override
    public long randomLong() {
        return chance.getAsLong();
    }

    /** Where random numbers come from, from now on. */
    void drawFrom(LongSupplier numbers) {
        chance = numbers;
    }

    @Override
    public UUID newId() {
        lock.lock();
        try {
            return new UUID(0x7000L, 0x8000000000000000L | ++lastId);
        } finally {
            lock.unlock();
        }
    }
}
