// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.world;

import dev.perdure.world.World;
import java.lang.reflect.Constructor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A world in which everything is one thread of the machine: all threads are virtual and are carried by the caller of
 * {@link #run}, one at a time, until each blocks. A seed says who is next. Time stands still while anybody can move,
 * and then jumps to the next gate that is due. So two runs of the same program from the same seed do the same things
 * in the same order, to the last store call.
 *
 * <p>Virtual threads that are started by a virtual thread inherit its scheduler: so the engine's fibers, which do not
 * come through here, are moved by this one too. Giving a scheduler to the first takes {@code --add-opens
 * java.base/java.lang=ALL-UNNAMED}.
 */
public final class OneThread implements World {

    private static final long NEVER = Long.MAX_VALUE;

    private final Random chance;
    private final Random order;
    private final long beginning;
    private long nanos;

    /** What can move. Others than the one thread add to it only when the JDK wakes a thread by its own clock. */
    private final ConcurrentLinkedQueue<Runnable> arrived = new ConcurrentLinkedQueue<>();
    private final List<Runnable> ready = new ArrayList<>();
    private final ArrayDeque<Outside<?>> outside = new ArrayDeque<>();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(
            Comparator.comparingLong((Waiting each) -> each.due).thenComparingLong(each -> each.number));
    private long waits;
    private boolean ended;

    /** One wait at a gate that ends by itself. */
    private record Waiting(long due, long number, OneGate gate) {
    }

    /**
     * A stopped world.
     *
     * @param seed decides who moves next, and all ids
     * @param beginning what the clock says, in milliseconds since 1970
     */
    public OneThread(long seed, long beginning) {
        this.order = new Random(seed);
        this.chance = new Random(~seed);
        this.beginning = beginning;
    }

    /**
     * Carries threads until the first one has ended.
     *
     * @param first what that one does
     * @throws IllegalStateException if nobody can move, and nobody waits for a time
     */
    public void run(Runnable first) {
        start("first", () -> {
            try {
                first.run();
            } finally {
                ended = true;
            }
        });
        while (!ended) {
            Runnable next = next();
            if (next != null) {
                next.run();
                for (Outside<?> call = outside.poll(); call != null; call = outside.poll()) {
                    call.carryOut();
                }
            } else if (!jump()) {
                throw new IllegalStateException("nobody can move and nobody waits for a time: the engine hangs");
            }
        }
    }

    private @Nullable Runnable next() {
        for (Runnable each = arrived.poll(); each != null; each = arrived.poll()) {
            ready.add(each);
        }
        return ready.isEmpty() ? null : ready.remove(order.nextInt(ready.size()));
    }

    private boolean jump() {
        Waiting next = waiting.poll();
        if (next == null) {
            return false;
        }
        nanos = Math.max(nanos, next.due);
        next.gate.open();
        return true;
    }

    /**
     * Does something on the carrying thread itself while all others stand still: calls that may block by the
     * machine's clock, which no order of threads may depend on. Whatever it calls in turn is done there, too, so it
     * must wait at no gate.
     *
     * @param call what to do; may throw what is unchecked
     * @return its answer
     */
    public <T> T outside(Supplier<T> call) {
        if (!Thread.currentThread().isVirtual()) {
            return call.get();
        }
        Outside<T> asked = new Outside<>(call, Thread.currentThread());
        outside.add(asked);
        while (!asked.done) {
            LockSupport.park(asked);
        }
        if (asked.failure != null) {
            throw asked.failure;
        }
        return asked.result;
    }

    /** A call that a virtual thread waits for. */
    private static final class Outside<T> {

        private final Supplier<T> call;
        private final Thread caller;
        private @Nullable T result;
        private @Nullable RuntimeException failure;
        private boolean done;

        Outside(Supplier<T> call, Thread caller) {
            this.call = call;
            this.caller = caller;
        }

        void carryOut() {
            try {
                result = call.get();
            } catch (RuntimeException thrown) {
                failure = thrown;
            }
            done = true;
            LockSupport.unpark(caller);
        }
    }

    /**
     * Lets time pass for the calling thread.
     *
     * @param millis how much
     */
    public void pause(long millis) {
        gate().pass(millis * 1_000_000);
    }

    @Override
    public long currentMillis() {
        return beginning + nanos / 1_000_000;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return start(name, body);
    }

    /** A virtual one as well: nothing may move beside the one thread. */
    @Override
    public Thread startPlatform(String name, Runnable body) {
        return start(name, body);
    }

    private Thread start(String name, Runnable body) {
        try {
            Constructor<?> made = Class.forName("java.lang.VirtualThread")
                    .getDeclaredConstructor(Executor.class, String.class, int.class, Runnable.class);
            made.setAccessible(true);
            Executor scheduler = arrived::add;
            Thread thread = (Thread) made.newInstance(scheduler, name, 0, body);
            thread.start();
            return thread;
        } catch (ReflectiveOperationException | RuntimeException closed) {
            throw new IllegalStateException("cannot give a virtual thread a scheduler of our own: start this process "
                    + "with --add-opens java.base/java.lang=ALL-UNNAMED, on a JDK from 21 to 25", closed);
        }
    }

    @Override
    public Gate gate() {
        return new OneGate();
    }

    @Override
    public Runnable whenProcessEnds(Runnable body) {
        return () -> { };
    }

    @Override
    public long randomLong() {
        return chance.nextLong();
    }

    /** Needs no atomic fields: one thread at a time. */
    private final class OneGate implements Gate {

        private boolean open;
        private @Nullable Thread waiter;

        @Override
        public void open() {
            open = true;
            LockSupport.unpark(waiter);
        }

        @Override
        public void pass(long atMost) {
            Waiting wait = null;
            if (atMost < NEVER - nanos) {
                wait = new Waiting(nanos + Math.max(0, atMost), waits++, this);
                waiting.add(wait);
            }
            waiter = Thread.currentThread();
            while (!open) {
                LockSupport.park(this);
                // As the real gate does not care either: an interrupt must not make this spin.
                Thread.interrupted();
            }
            waiter = null;
            open = false;
            if (wait != null) {
                waiting.remove(wait);
            }
        }
    }
}
