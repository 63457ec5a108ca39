// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.Limit;
import dev.perdure.store.Sight;
import dev.perdure.store.postgres.database.Database;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Who lives, and how a node is ended. */
final class Nodes {

    private record Row(String what, UUID id, long number, long other, String text) {
    }

    private static final long SWEEP_MILLIS = TimeUnit.MINUTES.toMillis(1);
    /** A node that has nothing to do looks once a second. */
    private static final long OFTEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Database database;
    private final Blockers blockers;
    private final Duration lease;
    private volatile long sweptAt = Long.MIN_VALUE;
    private volatile long lookedAtNanos = System.nanoTime() - OFTEN_NANOS;

    Nodes(Database database, Blockers blockers, Duration lease) {
        this.database = database;
        this.blockers = blockers;
        this.lease = lease;
    }

    Duration lease() {
        return lease;
    }

    void join(UUID node, long now) {
        database.transaction(session -> {
            session.sql("node.insert").with(node).with(lease.toMillis()).with(now).update();
            session.sql("fence.insert").with(node).update();
            return null;
        });
    }

    /** @param spread tells of facts; whether anybody was told */
    Sight look(UUID node, long now, BooleanSupplier spread) {
        boolean alive = false;
        long time = now;
        long nextWake = Long.MAX_VALUE;
        String history = "";
        Map<UUID, Sight.Pulse> pulses = new HashMap<>();
        Set<UUID> ended = new HashSet<>();
        Set<UUID> unheard = new HashSet<>();
        Set<String> waiting = new HashSet<>();
        List<Limit.Of> exceeded = new ArrayList<>(0);
        boolean sweep = isTimeToSweep(now);
        List<Row> rows = rows(node, now, sweep);
        if (rows.stream().anyMatch(row -> row.what().equals("news")) && spread.getAsBoolean()) {
            rows = rows(node, now, false);
        }
        for (Row row : rows) {
            switch (row.what()) {
                case "self" -> {
                    alive = row.number() == 1;
                    time = row.other();
                    history = row.text();
                }
                case "node" -> pulses.put(row.id(), new Sight.Pulse(row.number(), Duration.ofMillis(row.other())));
                case "ended" -> ended.add(row.id());
                case "unheard" -> unheard.add(row.id());
                case "waiting" -> waiting.add(row.text());
                case "exceeded" -> exceeded.add(new Limit.Of(row.id(), new Limit(Limit.Kind.valueOf(row.text()),
                        row.number(), row.other())));
                case "news" -> {
                    // Has been spread.
                }
                case "wake" -> nextWake = row.number();
                default -> throw new IllegalStateException("a look brought '" + row.what() + "'");
            }
        }
        return new Sight(alive, time, history, pulses, ended, unheard, waiting, nextWake, exceeded);
    }

    private List<Row> rows(UUID node, long now, boolean sweep) {
        long nanos = System.nanoTime();
        String look = nanos - lookedAtNanos < OFTEN_NANOS ? "look.often" : "look";
        lookedAtNanos = nanos;
        return database.alone(session -> session.sql(look).with(node).with(sweep).with(node).with(node)
                .with(now).with(now).with(now).with(now).with(now).all(each -> new Row(each.getString(1),
                        Rows.idOrNull(each, 2), each.getLong(3), each.getLong(4), each.getString(5))));
    }

    private boolean isTimeToSweep(long now) {
        boolean isTime = now >= sweptAt + SWEEP_MILLIS;
        if (isTime) {
            sweptAt = now;
        }
        return isTime;
    }

    /**
     * Ends a node in good order: its runs are free. In one transaction: if another node saw it ended with runs that
     * it still has, it would count these as lost with it.
     */
    void leave(UUID node) {
        database.transaction(session -> {
            endFence(session, node);
            return free(session, node, "owned.release");
        });
    }

    /**
     * Ends a node that has died: its runs are free, and have lost their node once more. In two transactions: none of
     * its writes shall wait until its runs are free to hear that it has ended. If this dies between the two, every
     * other node sees that there are runs whose owner has no fence, and does this again.
     */
    void end(UUID node) {
        database.transaction(session -> endFence(session, node));
        database.transaction(session -> free(session, node, "owned.recover"));
    }

    /** Waits for the node's last transaction, but not for ever: it may be stopped in the middle of it. */
    private int endFence(Session session, UUID node) throws SQLException {
        return blockers.outwait(session, "node " + node, waiting -> waiting.sql("fence.end").with(node).update());
    }

    /**
     * Begins after the fence has gone, and so sees everything that the node's last batch wrote. Who terminates one of
     * the runs may be stopped in the middle of that, too.
     */
    private int free(Session session, UUID node, String whatBecomesOfRuns) throws SQLException {
        return blockers.outwait(session, "somebody who terminates a run of node " + node, waiting -> {
            waiting.sql(whatBecomesOfRuns).with(node).update();
            return waiting.sql("node.delete").with(node).update();
        });
    }
}
