// SPDX-License-Identifier: Apache-2.0
package dev.perdure.fiber;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fibers of which one moves at a time, in a deterministic order: first woken, first moved.
 *
 * <p>All methods are called by whoever holds the baton, except {@link #run} and {@link #unwind} (the driver, one at a
 * time), and {@link #current}, {@link #moving} and {@link #pinned} (anybody).
 */
public final class FiberGroup {

    private static final ThreadFactory VIRTUAL =
            Thread.ofVirtual().inheritInheritableThreadLocals(false).factory();

    private final ArrayDeque<Fiber> line = new ArrayDeque<>();
    /** Changed by whoever holds the baton, looked through by a watchdog. */
    private final Set<Fiber> living = Collections.synchronizedSet(new LinkedHashSet<>());
    private BooleanSupplier idle = () -> false;
    private @Nullable Thread driver;
    private boolean stopped;
    private boolean unwinding;

    /** Who holds the baton; null for the driver. Written last and read first at each hand-over. */
    private volatile @Nullable Fiber holder;

    private final ThreadFactory threads;

    /** A group of virtual threads. */
    public FiberGroup() {
        this(VIRTUAL);
    }

    /** For tools that cannot see virtual threads. */
    FiberGroup(ThreadFactory threads) {
        this.threads = threads;
    }

    /**
     * Adds a fiber, in line to move.
     *
     * @param name the name of its thread
     * @param body what it does; must not throw
     * @return the fiber
     */
    public Fiber add(String name, Runnable body) {
        Fiber fiber = new Fiber(this, name, body);
        living.add(fiber);
        fiber.wake();
        return fiber;
    }

    /**
     * Lets fibers move until none can.
     *
     * @param whenIdle asked when nobody can move, on whatever thread holds the baton; wakes somebody and returns true,
     *     or returns false to end the run
     */
    public void run(BooleanSupplier whenIdle) {
        idle = whenIdle;
        Fiber first = next();
        if (first != null) {
            driver = Thread.currentThread();
            hand(first);
            await(null);
            driver = null;
        }
    }

    /**
     * The fiber that the calling thread is.
     *
     * @return null on every thread that does not hold this group's baton as a fiber
     */
    public @Nullable Fiber current() {
        Fiber moving = holder;
        return moving != null && moving.thread() == Thread.currentThread() ? moving : null;
    }

    /**
     * The thread of the fiber that moves just now, for a stack trace.
     *
     * @return null if none moves
     */
    public @Nullable Thread moving() {
        Fiber moving = holder;
        return moving == null ? null : moving.thread();
    }

    /**
     * A fiber that waits without having let go of its carrier, the platform thread that others need, too: whoever waits
     * within native code or a class initializer does, and up to JDK 23 within {@code synchronized}.
     *
     * @return its thread, or null if there is none
     */
    public @Nullable Thread pinned() {
        return Stream.of(living.toArray(Fiber[]::new)).map(Fiber::thread).filter(Objects::nonNull)
                .filter(thread -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("parkOnCarrierThread")))
                .findFirst().orElse(null);
    }

    /** Lets nobody move after the present holder: the group's work is done. */
    public void stop() {
        stopped = true;
    }

    /** From now on every park throws {@link Unwinding}. The group can only be unwound after this. */
    public void refuse() {
        unwinding = true;
        stopped = true;
    }

    /**
     * Whether parks throw.
     *
     * @return true after {@link #refuse} or {@link #unwind}
     */
    public boolean isUnwinding() {
        return unwinding;
    }

    /**
     * Takes all fibers off their stacks, one after the other. {@code finally} blocks run.
     *
     * @param nanosEach how long each may take; one that takes longer is interrupted and left alone
     * @param clock a clock in nanoseconds to measure that with
     * @return how many were left alone
     */
    public int unwind(long nanosEach, LongSupplier clock) {
        refuse();
        line.clear();
        int left = 0;
        for (Fiber fiber : living.toArray(Fiber[]::new)) {
            if (fiber.hasBegun() && !fiber.hasEnded()) {
                driver = Thread.currentThread();
                long begun = clock.getAsLong();
                hand(fiber);
                if (!await(begun, nanosEach, clock)) {
                    left++;
                    fiber.thread().interrupt();
                }
            }
        }
        living.clear();
        return left;
    }

    // ---- for fibers ----

    Thread newThread(String name, Runnable body) {
        Thread thread = threads.newThread(body);
        thread.setName(name);
        return thread;
    }

    void enqueue(Fiber fiber) {
        line.add(fiber);
    }

    void park(Fiber self) {
        if (unwinding) {
            throw Unwinding.INSTANCE;
        }
        Fiber next = next();
        if (next != self) {
            hand(next);
            await(self);
        }
        if (unwinding) {
            throw Unwinding.INSTANCE;
        }
    }

    void leave(Fiber self) {
        if (holder == self) {
            living.remove(self);
            hand(next());
        }
        // Otherwise it was left alone while unwinding, and ends late: the baton is somebody else's by now.
    }

    private @Nullable Fiber next() {
        if (stopped) {
            return null;
        }
        while (line.isEmpty()) {
            if (!idle.getAsBoolean() || stopped) {
                return null;
            }
        }
        Fiber next = line.poll();
        next.dequeued();
        return next;
    }

    private void hand(@Nullable Fiber to) {
        Thread waitingDriver = driver;
        holder = to;
        if (to == null) {
            LockSupport.unpark(waitingDriver);
        } else {
            to.move();
        }
    }

    private void await(@Nullable Fiber self) {
        while (holder != self) {
            LockSupport.park(this);
            // An interrupt is not for us, and would turn parking into spinning.
            Thread.interrupted();
        }
    }

    /** The driver waits for the baton, or takes it after a while. */
    private boolean await(long begun, long nanos, LongSupplier clock) {
        while (holder != null) {
            long left = nanos - (clock.getAsLong() - begun);
            if (left <= 0) {
                holder = null;
                return false;
            }
            LockSupport.parkNanos(this, left);
            Thread.interrupted();
        }
        return true;
    }
}
