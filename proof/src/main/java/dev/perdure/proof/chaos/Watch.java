// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.proof.Findings;
import dev.perdure.proof.chaos.deeds.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Looks at the database all the time: what can be seen only while it happens. */
final class Watch {

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Queries queries;
    private final Findings findings;
    private final List<Place> places;
    private final long longestNanos;
    private final AtomicInteger disturbances = new AtomicInteger();
    private final Map<String, Long> forsaken = new HashMap<>();
    private final Set<String> reported = new HashSet<>();
    private long snapshots;
    private long deadlocks;
    private long lastDeadlocks;
    private volatile boolean closed;

    Watch(Queries queries, Findings findings, List<Place> places, long leaseMillis) {
        this.queries = queries;
        this.findings = findings;
        this.places = places;
        this.longestNanos = TimeUnit.MILLISECONDS.toNanos(leaseMillis) + GRACE_NANOS;
    }

    Thread start() {
        return Thread.ofPlatform().daemon(true).name("chaos-watch").start(() -> {
            while (!closed) {
                LockSupport.parkNanos(PAUSE_NANOS);
                look();
            }
        });
    }

    void close() {
        closed = true;
    }

    /** Nothing is expected of anybody while the database is out of reach. */
    void disturb(boolean on) {
        disturbances.addAndGet(on ? 1 : -1);
    }

    long snapshots() {
        return snapshots;
    }

    synchronized long deadlocks() {
        return deadlocks;
    }

    private void look() {
        try (Connection connection = queries.connect()) {
            count(Long.parseLong(queries.run(connection, "deadlocks").getFirst().getFirst()));
            queries.run(connection, "snapshot");
            snapshots++;
            findForsaken(queries.run(connection, "forsaken"));
        } catch (SQLException away) {
            forsaken.clear();
        }
    }

    /** The database forgets its count when it crashes, so it is asked before. */
    void noteDeadlocks() {
        try {
            count(queries.number("deadlocks"));
        } catch (SQLException away) {
            findings.progress("the database cannot say how many deadlocks there were: " + away.getMessage());
        }
    }

    private synchronized void count(long now) {
        deadlocks += now < lastDeadlocks ? now : now - lastDeadlocks;
        lastDeadlocks = now;
    }

    private void findForsaken(List<List<String>> rows) {
        long now = System.nanoTime();
        if (disturbances.get() > 0 || places.stream().noneMatch(Place::isWell)) {
            forsaken.clear();
            return;
        }
        forsaken.keySet().retainAll(rows.stream().map(List::getFirst).toList());
        for (List<String> row : rows) {
            long since = forsaken.computeIfAbsent(row.getFirst(), absent -> now);
            if (now - since > longestNanos && reported.add(row.getFirst())) {
                findings.violation("run '" + row.get(1) + "' (" + row.getFirst() + ", " + row.get(2) + ", owner "
                        + row.get(3) + ") could move and nobody who lives has had it for "
                        + TimeUnit.NANOSECONDS.toMillis(now - since) + " ms");
            }
        }
    }
}
