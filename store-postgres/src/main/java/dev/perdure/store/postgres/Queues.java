// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.Queue;
import dev.perdure.store.QueueRow;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Database;
import dev.perdure.store.postgres.database.Prepared;
import dev.perdure.store.postgres.database.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The limits of queues, and who comes next in each. */
final class Queues {

    /** How soon to ask again when another node was taking runs. */
    private static final long BUSY_MILLIS = 5;
    /** Who takes fewer at a time leaves few in the way. */
    private static final int WORTH_MARKING = 32;
    /** For so long nobody is looked for whose place is before those taken last. */
    private static final long MARK_MILLIS = 500;

    /** A place in the line; later ones of the same rank have higher numbers. */
    private record Place(long rank, long number) {
        static final Place FIRST = new Place(Long.MIN_VALUE, 0);
    }

    /** A run that was taken, and where it stood. */
    private record Taken(RunRow row, Place place) {
    }

    /** The number of runs of a queue that a node has. */
    private record Share(UUID owner, long runs) {
    }

    /**
     * How far along its line a queue was taken from. Rows that were taken are in the way as long as any transaction of
     * the database might still see them; so who takes more begins here, and only now and then at the beginning, for
     * those who have come with a lower rank.
     */
    private record Mark(Place place, long until) {
    }

    private final Database database;
    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final Set<String> limited = ConcurrentHashMap.newKeySet();
    private final Map<String, Mark> marks = new ConcurrentHashMap<>();

    Queues(Database database) {
        this.database = database;
    }

    // ---- names and limits ----

    /**
     * Makes rows for the queues in which runs are put. Not in their own transaction: who waits for a name that another
     * one has put in would wait for all that it does.
     */
    void nameAll(List<? extends Write> batch) {
        for (Write write : batch) {
            switch (write) {
                case Write.Start start -> name(start.run().ticket());
                case Write.Advance advance -> Stream.concat(Stream.ofNullable(advance.creation()),
                        advance.others().children().stream()).forEach(start -> name(start.run().ticket()));
                default -> {
                    // Puts nobody into a queue.
                }
            }
        }
    }

    private void name(Ticket ticket) {
        if (ticket.isQueued() && !named.contains(ticket.queue())) {
            database.alone(session -> session.sql("queue.name").with(ticket.queue()).update());
            named.add(ticket.queue());
        }
    }

    /** Limits from now on; see {@link Write.Define}. */
    static void define(Session session, Write.Define define) throws SQLException {
        Queue queue = define.queue();
        session.sql("queue.define").with(queue.name()).with(queue.limit()).with(queue.limitPerKey())
                .with(queue.limitPerNode()).with(queue.rate()).with(queue.per().toMillis())
                .with(define.declared() ? QueueRow.limits(queue) : "").with(QueueRow.of(queue).tokens()).update();
    }

    static List<QueueView> views(Session session, long now) throws SQLException {
        return session.sql("queue.views").with(now).with(now).all(row -> new QueueView(row(row).queue(),
                row.getLong(9), row.getLong(10), Rows.time(row, 11)));
    }

    private static QueueRow row(ResultSet row) throws SQLException {
        return new QueueRow(new Queue(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5),
                Duration.ofMillis(row.getLong(6))), row.getLong(7), row.getLong(8));
    }

    // ---- who comes next ----

    Store.Served serve(String queue, Store.Claim claim) {
        if (!limited.contains(queue)) {
            List<RunRow> runs = marked(queue, claim, claim.limit(), serving -> database.alone(session ->
                    serving.run(session.sql("queue.serve").with(claim.node()).with(queue))));
            if (!runs.isEmpty()) {
                return new Store.Served(runs, false, Long.MAX_VALUE);
            }
            QueueRow row = database.read(session -> session.sql("queue").with(queue).first(Queues::row));
            if (row == null || !row.queue().isLimited()) {
                return Store.Served.NOTHING;
            }
            limited.add(queue);
        }
        boolean waits = database.read(session -> session.sql("queue.waits").with(queue).with(queue).with(claim.now())
                .with(queue).with(claim.now()).with(queue).any());
        return waits ? database.transaction(session -> serveLimited(session, queue, claim)) : Store.Served.NOTHING;
    }

    /** The fence comes first: a node that is stopped while it has the queue's row is found out, and ended, by it. */
    private Store.Served serveLimited(Session session, String queue, Store.Claim claim) throws SQLException {
        if (!session.sql("fence.hold").with(claim.node()).any()) {
            return Store.Served.NOTHING;
        }
        QueueRow row = session.sql("queue.lock").with(queue).first(Queues::row);
        if (row == null) {
            return new Store.Served(List.of(), false, claim.now() + BUSY_MILLIS);
        }
        if (!row.queue().isLimited()) {
            limited.remove(queue);
        }
        // A statement of its own: it sees what others took before they let go of the queue's row.
        List<Share> shares = session.sql("queue.running").with(queue)
                .all(each -> new Share(Rows.id(each, 1), each.getLong(2)));
        int room = row.room(shares.stream().mapToLong(Share::runs).sum(), shares.stream()
                .filter(each -> each.owner().equals(claim.node())).mapToLong(Share::runs).sum());
        int most = Math.min(claim.limit(), Math.min(room, row.allowance(claim.now())));
        List<RunRow> taken = most == 0 ? List.of() : row.queue().limitPerKey() != Queue.UNLIMITED
                ? byKey(session, row.queue(), claim, most) : marked(queue, claim, most,
                        serving -> serving.run(session.sql("queue.serve_limited")));
        QueueRow after = row.taken(taken.size(), claim.now());
        if (!taken.isEmpty() && row.queue().rate() != Queue.UNLIMITED) {
            session.sql("queue.take").with(after.tokens()).with(after.filledAt()).with(queue).update();
        }
        return row.served(taken, room, claim);
    }

    private static List<RunRow> byKey(Session session, Queue queue, Store.Claim claim, int most) throws SQLException {
        return begun(session.sql("queue.serve_by_key").with(queue.name()).with(queue.limitPerKey()).with(claim.now())
                .with("text", claim.workflows()), queue.name(), claim)
                .with(most).with(claim.node()).with(claim.now()).all(Rows::run);
    }

    /** The parameters of {@code queue.begun_first}. */
    private static Prepared begun(Prepared statement, String queue, Store.Claim claim) throws SQLException {
        return statement.with(queue).with(queue).with(claim.now()).with(queue).with("text", claim.workflows());
    }

    /** Runs a statement that goes along the line, given its first parameters. */
    private interface Serving {
        List<Taken> run(Prepared statement) throws SQLException;
    }

    /** How it is run: in a transaction, or alone. */
    private interface Running<X extends Exception> {
        List<Taken> with(Serving serving) throws X;
    }

    private <X extends Exception> List<RunRow> marked(String queue, Store.Claim claim, int most, Running<X> running)
            throws X {
        Mark mark = marks.get(queue);
        boolean isMarked = mark != null && claim.now() < mark.until();
        Place from = isMarked ? mark.place() : Place.FIRST;
        List<Taken> taken = running.with(statement -> begun(statement.with("text", claim.workflows()).with(queue)
                .with(from.rank()).with(from.number()).with(claim.now()).with(most), queue, claim).with(most)
                .with(claim.node()).with(claim.now())
                .all(row -> new Taken(Rows.run(row), new Place(row.getLong(16), row.getLong(17)))));
        boolean isFull = taken.size() == most;
        if (isFull && most >= WORTH_MARKING) {
            marks.put(queue, new Mark(taken.getLast().place(), isMarked ? mark.until() : claim.now() + MARK_MILLIS));
        } else {
            marks.remove(queue);
        }
        List<RunRow> runs = new ArrayList<>(taken.stream().map(Taken::row).toList());
        if (!isFull && isMarked) {
            // There may be others before the mark.
            runs.addAll(marked(queue, claim, most - taken.size(), running));
        }
        return runs;
    }
}
