// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The real world, but its clock stands still until it is moved, and gates remember how long they were waited at. */
public class StillWorld implements World {

    private final AtomicLong now = new AtomicLong(1_000_000);
    private final List<World.Gate> gates = new CopyOnWriteArrayList<>();
    private final List<Long> waits = new CopyOnWriteArrayList<>();

    /** Moves the clock, and wakes whoever waits for it. */
    public void advance(long millis) {
        now.addAndGet(millis);
        gates.forEach(World.Gate::open);
    }

    /** Every limited time that somebody has waited for, in nanoseconds, in order. */
    public List<Long> waits() {
        return waits;
    }

    @Override
    public long currentMillis() {
        return now.get();
    }

    @Override
    public Gate gate() {
        Gate real = World.real().gate();
        gates.add(real);
        return new Gate() {
            @Override
            public void open() {
                real.open();
            }

            @Override
            public void pass(long nanos) {
                if (nanos != Long.MAX_VALUE) {
                    waits.add(nanos);
                }
                real.pass(nanos);
            }
        };
    }

    @Override
    public long nanoTime() {
        return World.real().nanoTime();
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return World.real().startVirtual(name, body);
    }

    @Override
    public Thread startPlatform(String name, Runnable body) {
        return World.real().startPlatform(name, body);
    }

    @Override
    public long randomLong() {
        return 7;
    }

    @Override
    public Runnable whenProcessEnds(Runnable body) {
        return World.real().whenProcessEnds(body);
    }
}
