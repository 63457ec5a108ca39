// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many runs may be active at once, in all and by workflow, and how many suspended ones stay in memory. A warm run
 * does not count as active: the cache is a cache and never keeps anybody out.
 */
final class Admission {

    private final Settings settings;
    private final AtomicInteger inMemory = new AtomicInteger();
    private final AtomicInteger warm = new AtomicInteger();
    private final Map<String, AtomicInteger> activeByWorkflow = new HashMap<>();
    /** Somebody was turned away since the last time there was room. */
    private final AtomicBoolean turnedAway = new AtomicBoolean();

    Admission(Settings settings) {
        this.settings = settings;
        settings.maxActiveByWorkflow().keySet().forEach(name -> activeByWorkflow.put(name, new AtomicInteger()));
    }

    int room() {
        return settings.maxActive() - (inMemory.get() - warm.get());
    }

    boolean hasRoom(String workflow) {
        boolean room = room() > 0 && hasOwnRoom(workflow);
        if (!room) {
            turnedAway();
        }
        return room;
    }

    private boolean hasOwnRoom(String workflow) {
        AtomicInteger active = activeByWorkflow.get(workflow);
        return active == null || active.get() < settings.maxActiveByWorkflow().get(workflow);
    }

    /** The workflows of which another run may be taken. */
    Set<String> withRoom(Set<String> workflows) {
        if (activeByWorkflow.isEmpty()) {
            return workflows;
        }
        Set<String> open = new LinkedHashSet<>(workflows);
        if (open.removeIf(name -> !hasOwnRoom(name))) {
            turnedAway();
        }
        return open;
    }

    void turnedAway() {
        turnedAway.set(true);
    }

    void entered(String workflow) {
        inMemory.incrementAndGet();
        count(workflow, 1);
    }

    /** @return whether somebody was turned away before and may come now */
    boolean left(String workflow) {
        inMemory.decrementAndGet();
        count(workflow, -1);
        return turnedAway.compareAndSet(true, false);
    }

    /** @return whether somebody was turned away before and may come now */
    boolean warmed(String workflow, boolean isWarm) {
        warm.addAndGet(isWarm ? 1 : -1);
        count(workflow, isWarm ? -1 : 1);
        return isWarm && turnedAway.compareAndSet(true, false);
    }

    private void count(String workflow, int by) {
        AtomicInteger active = activeByWorkflow.get(workflow);
        if (active != null) {
            active.addAndGet(by);
        }
    }

    boolean isCacheFull() {
        return warm.get() >= settings.cacheSize();
    }

    boolean isCacheNearlyFull() {
        return warm.get() > settings.cacheSize() / 10 * 9;
    }
}
