// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The real world with a clock that moves only when the test says so, and with ids and seeds that are the same each
 * time: two plays of one scenario write the same journal to the letter.
 */
final class Clockwork implements World {

    /** Far in the future, so that clients with the machine's clock start runs that are due. */
    static final Instant BEGINNING = Instant.parse("2100-01-01T00:00:00Z");

    private final AtomicLong now = new AtomicLong(BEGINNING.toEpochMilli());
    private final AtomicLong idled = new AtomicLong();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicLong lastId = new AtomicLong();
    private final Set<Gate> gates = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private volatile long runsSince = -1;
    private volatile boolean patient;
    private final AtomicLong lastSeed = new AtomicLong(42);

    /** Moves the clock, and wakes whoever looks at it. Not to be called while an engine closes. */
    void advance(Duration by) {
        now.addAndGet(by.toMillis());
        openGates();
    }

    private void openGates() {
        Gate[] all;
        synchronized (gates) {
            all = gates.toArray(Gate[]::new);
        }
        for (Gate gate : all) {
            gate.open();
        }
    }

    /** Time passes for those who measure how long something takes; the clock on the wall stands. */
    void idle(Duration by) {
        idled.addAndGet(by.toNanos());
    }

    /** Every platform thread that was started. */
    List<Thread> threads() {
        return threads;
    }

    /** From now on the clock goes by itself: for tests in which the engine itself pauses and tries again. */
    void letRun() {
        runsSince = System.nanoTime();
        openGates();
    }

    /** From now on nobody looks whether something has happened: all wait until they are woken. */
    void neverLook() {
        patient = true;
    }

    /** Ends {@link #neverLook}: an engine that closes looks now and then whether it is quiet. */
    void lookAgain() {
        patient = false;
        openGates();
    }

    @Override
    public long currentMillis() {
        long since = runsSince;
        return now.get() + (since < 0 ? 0 : Duration.ofNanos(System.nanoTime() - since).toMillis());
    }

    @Override
    public UUID newId() {
        return new UUID(currentMillis() << 16 | 0x7000L, 0x8000000000000000L | lastId.incrementAndGet());
    }

    @Override
    public long randomLong() {
        return lastSeed.incrementAndGet();
    }

    @Override
    public Gate gate() {
        Gate real = World.real().gate();
        Gate gate = new Gate() {
            @Override
            public void open() {
                real.open();
            }

            @Override
            public void pass(long nanos) {
                real.pass(patient ? Long.MAX_VALUE : nanos);
            }
        };
        gates.add(gate);
        return gate;
    }

    @Override
    public long nanoTime() {
        return World.real().nanoTime() + idled.get();
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return World.real().startVirtual(name, body);
    }

    @Override
    public Thread startPlatform(String name, Runnable body) {
        Thread thread = World.real().startPlatform(name, body);
        threads.add(thread);
        return thread;
    }

    @Override
    public Runnable whenProcessEnds(Runnable body) {
        return World.real().whenProcessEnds(body);
    }

    /** This world as one engine sees it: for that engine the clock stops when it crashes. */
    Life life() {
        return new Life();
    }

    /** The world of one engine, which must not go on by an alarm that rings after it has crashed. */
    final class Life implements World {

        private volatile long diedAt = -1;

        void end() {
            diedAt = Clockwork.this.currentMillis();
        }

        @Override
        public long currentMillis() {
            long end = diedAt;
            return end < 0 ? Clockwork.this.currentMillis() : end;
        }

        @Override
        public UUID newId() {
            return Clockwork.this.newId();
        }

        @Override
        public long randomLong() {
            return Clockwork.this.randomLong();
        }

        @Override
        public Gate gate() {
            return Clockwork.this.gate();
        }

        @Override
        public long nanoTime() {
            return Clockwork.this.nanoTime();
        }

        @Override
        public Thread startVirtual(String name, Runnable body) {
            return Clockwork.this.startVirtual(name, body);
        }

        @Override
        public Thread startPlatform(String name, Runnable body) {
            return Clockwork.this.startPlatform(name, body);
        }

        @Override
        public Runnable whenProcessEnds(Runnable body) {
            return Clockwork.this.whenProcessEnds(body);
        }
    }
}
