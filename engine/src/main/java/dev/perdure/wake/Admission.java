// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many runs may be active at once, in all and by workflow, and how many suspended ones stay in memory. A warm run
 * does not count as active: the cache is a cache and never keeps anybody out. Before it moves it takes a place like any
 * other.
 *
 * <p>A place is taken before its run comes, so that the bounds hold however many threads bring runs at once. Whoever
 * finds none is remembered, and whoever gives one back is told that somebody may come now.
 */
final class Admission {

    /** The bound of all runs together, among the names of workflows, which are never empty. */
    private static final String ALL = "";

    private final Settings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> activeByWorkflow = new HashMap<>();
    private int active;
    private int warm;
    /** The bounds at which somebody was turned away: names of workflows, and {@link #ALL}. */
    private final Set<String> turnedAwayAt = new HashSet<>();
    private int rounds;

    Admission(Settings settings) {
        this.settings = settings;
    }

    /**
     * Names that are claimed together: each workflow with a bound of its own alone, all others as one, so that a claim
     * never brings more than there are places for. Begins elsewhere each time, so that nobody is always last.
     */
    List<Set<String>> groups(Set<String> workflows) {
        if (settings.maxActiveByWorkflow().isEmpty()) {
            return List.of(workflows);
        }
        List<Set<String>> groups = new ArrayList<>();
        Set<String> unbounded = new LinkedHashSet<>();
        for (String name : workflows) {
            if (settings.maxActiveByWorkflow().containsKey(name)) {
                groups.add(Set.of(name));
            } else {
                unbounded.add(name);
            }
        }
        if (!unbounded.isEmpty()) {
            groups.add(unbounded);
        }
        List<Set<String>> turned = new ArrayList<>(groups);
        for (int i = 0; i < groups.size(); i++) {
            turned.set(i, groups.get((i + rounds) % groups.size()));
        }
        rounds = (rounds + 1) % Math.max(1, groups.size());
        return turned;
    }

    /**
     * Takes places for runs of a group.
     *
     * @return how many, perhaps none
     */
    int take(Set<String> group, int most) {
        lock.lock();
        try {
            int room = Math.min(most, settings.maxActive() - active);
            String narrowest = ALL;
            for (String name : group) {
                Integer own = settings.maxActiveByWorkflow().get(name);
                int ownRoom = own == null ? room : own - activeByWorkflow.getOrDefault(name, 0);
                if (ownRoom < room) {
                    room = ownRoom;
                    narrowest = name;
                }
            }
            if (room <= 0) {
                turnedAwayAt.add(narrowest);
                return 0;
            }
            count(group, room);
            return room;
        } finally {
            lock.unlock();
        }
    }

    /** A run comes in any case: it is this node's already. */
    void takeAnyway(String workflow) {
        lock.lock();
        try {
            count(Set.of(workflow), 1);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives places back.
     *
     * @return whether somebody was turned away before and may come now
     */
    boolean giveBack(Set<String> group, int places) {
        lock.lock();
        try {
            count(group, -places);
            return places > 0 && (turnedAwayAt.remove(ALL) | turnedAwayAt.removeAll(group));
        } finally {
            lock.unlock();
        }
    }

    private void count(Set<String> group, int places) {
        active += places;
        for (String name : group) {
            if (settings.maxActiveByWorkflow().containsKey(name)) {
                activeByWorkflow.merge(name, places, Integer::sum);
            }
        }
    }

    // ---- the cache ----

    /** A run goes into the cache, or out of it. */
    void countWarm(int by) {
        lock.lock();
        try {
            warm += by;
        } finally {
            lock.unlock();
        }
    }

    private int warm() {
        lock.lock();
        try {
            return warm;
        } finally {
            lock.unlock();
        }
    }

    boolean isCacheFull() {
        return warm() >= settings.cacheSize();
    }

    boolean isCacheNearlyFull() {
        return warm() > settings.cacheSize() / 10 * 9;
    }
}
