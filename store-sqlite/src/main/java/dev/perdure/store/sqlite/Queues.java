// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.Queue;
import dev.perdure.store.QueueRow;
import dev.perdure.store.QueueView;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.Rows.Found;
import dev.perdure.store.sqlite.file.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of queues, and who comes next in each. */
final class Queues {

    /** The runs of a queue that the node has. */
    record Running(int all, Map<String, Integer> byKey) {
    }

    /** What comes first in the order of a queue, and who has begun comes first of all. */
    private record Placed(long place, Found run) {
    }

    private Queues() {
    }

    /** Limits from now on; see {@link Write.Define}. */
    static void define(Session session, Write.Define define) throws SQLException {
        Queue queue = define.queue();
        session.sql("queue.define").with(queue.name()).with(queue.limit()).with(queue.limitPerKey())
                .with(queue.limitPerNode()).with(queue.rate()).with(queue.per().toMillis())
                .with(define.declared() ? QueueRow.limits(queue) : "").with(QueueRow.of(queue).tokens()).update();
    }

    static boolean mayHave(Session session, String queue, long now) throws SQLException {
        return session.sql("claim.queued").with(queue).with(now).any();
    }

    static @Nullable QueueRow find(Session session, String queue) throws SQLException {
        return session.sql("queue").with(queue).first(Queues::row);
    }

    /** Counted only where there is a limit that asks for it. */
    static Running running(Session session, Queue queue) throws SQLException {
        Map<String, Integer> byKey = new HashMap<>();
        if (!queue.isLimited()) {
            return new Running(0, byKey);
        }
        session.sql("queue.running").with(queue.name()).all(row -> byKey.put(row.getString(1), row.getInt(2)));
        return new Running(byKey.values().stream().mapToInt(Integer::intValue).sum(), byKey);
    }

    /** Those that come next. */
    static List<Found> next(Session session, Queue queue, Running running, Store.Claim claim, int most)
            throws SQLException {
        if (queue.limitPerKey() == Queue.UNLIMITED) {
            return session.sql("claim.queued").with(queue.name()).with(claim.now()).some(most,
                    row -> claim.workflows().contains(row.getString(5)) ? Rows.found(row) : null);
        }
        List<Placed> first = new ArrayList<>();
        for (String key : keys(session, queue.name())) {
            int room = Math.min(most, queue.limitPerKey() - running.byKey().getOrDefault(key, 0));
            first.addAll(session.sql("claim.of_key").with(queue.name()).with(claim.now()).with(key).some(room,
                    row -> claim.workflows().contains(row.getString(5))
                            ? new Placed(row.getLong(16), Rows.found(row)) : null));
        }
        return first.stream().sorted(Comparator.comparingLong(Placed::place).thenComparing(each -> each.run().id()))
                .limit(most).map(Placed::run).toList();
    }

    /** The keys of runs that could move: steps from one to the next in the index, however many runs each has. */
    private static List<String> keys(Session session, String queue) throws SQLException {
        List<String> keys = new ArrayList<>();
        String key = session.sql("queue.first_key").with(queue).first(row -> row.getString(1));
        while (key != null) {
            keys.add(key);
            key = session.sql("queue.next_key").with(queue).with(key).first(row -> row.getString(1));
        }
        return keys;
    }

    /** Some have begun. */
    static void take(Session session, QueueRow row) throws SQLException {
        if (row.queue().rate() != Queue.UNLIMITED) {
            session.sql("queue.take").with(row.tokens()).with(row.filledAt()).with(row.queue().name()).update();
        }
    }

    static List<QueueView> views(Session session, long now) throws SQLException {
        return session.sql("queue.views").with(now).all(row -> new QueueView(row(row).queue(), row.getLong(9),
                row.getLong(10), Rows.time(row, 11)));
    }

    private static QueueRow row(ResultSet row) throws SQLException {
        return new QueueRow(new Queue(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5),
                Duration.ofMillis(row.getLong(6))), row.getLong(7), row.getLong(8));
    }
}
