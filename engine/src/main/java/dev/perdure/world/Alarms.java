// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back at a time of day: one thread of its own, one heap. The clock is looked at once a second at least, so that
 * a clock that jumps delays nothing for longer.
 */
public final class Alarms implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);
    private static final long LOOK_MILLIS = 1_000;

    private final World world;
    private final World.Gate gate;
    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Alarm> heap = new PriorityQueue<>();
    private long nextOrder;
    private volatile boolean closed;

    /** A call that will be made. */
    public final class Alarm implements Comparable<Alarm> {

        private final long at;
        private final long order;
        private @Nullable Runnable call;

        private Alarm(long at, long order, Runnable call) {
            this.at = at;
            this.order = order;
            this.call = call;
        }

        /** Takes the call back, if it has not been made yet. */
        public void cancel() {
            lock.lock();
            try {
                if (call != null) {
                    call = null;
                    heap.remove(this);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int compareTo(Alarm other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /**
     * Starts the thread.
     *
     * @param world where time and the thread come from
     */
    public Alarms(World world) {
        this.world = world;
        this.gate = world.gate();
        world.startPlatform("perdure-alarms", this::ring);
    }

    /**
     * Sets an alarm.
     *
     * @param at when, in milliseconds since 1970; past times mean at once
     * @param call what to call, on the alarm thread: it must be quick and must not block
     * @return to take it back
     */
    public Alarm set(long at, Runnable call) {
        Alarm alarm;
        boolean first;
        lock.lock();
        try {
            alarm = new Alarm(at, nextOrder++, call);
            heap.add(alarm);
            first = heap.peek() == alarm;
        } finally {
            lock.unlock();
        }
        if (first) {
            gate.open();
        }
        return alarm;
    }

    private void ring() {
        while (!closed) {
            long now = world.currentMillis();
            Runnable due = takeDue(now);
            if (due == null) {
                gate.pass(TimeUnit.MILLISECONDS.toNanos(Math.min(LOOK_MILLIS, Math.max(1, untilNext(now)))));
                continue;
            }
            try {
                due.run();
            } catch (RuntimeException | Error failure) {
                LOG.error("an alarm's call failed; other alarms go on", failure);
            }
        }
    }

    private @Nullable Runnable takeDue(long now) {
        lock.lock();
        try {
            Alarm first = heap.peek();
            if (first == null || first.at > now) {
                return null;
            }
            heap.remove();
            Runnable call = first.call;
            first.call = null;
            return call;
        } finally {
            lock.unlock();
        }
    }

    private long untilNext(long now) {
        lock.lock();
        try {
            Alarm first = heap.peek();
            return first == null ? LOOK_MILLIS : first.at - now;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; alarms that have not rung never will. */
    @Override
    public void close() {
        closed = true;
        gate.open();
    }
}
