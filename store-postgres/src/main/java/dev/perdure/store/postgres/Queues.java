// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.Queue;
import dev.perdure.store.Outcome;
import dev.perdure.store.QueueRow;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limits of queues, and who comes next in each. */
final class Queues {

    private static final Logger LOG = LoggerFactory.getLogger(Queues.class);
    /** How soon to ask again when another node was taking runs. */
    private static final long BUSY_MILLIS = 5;
    /** So many that were taken are in the way of those who come after them. */
    private static final int WORTH_MARKING = 32;
    /** For so long nobody is looked for whose place is before those taken last. */
    private static final long MARK_MILLIS = 500;
    /** For so many times as long as it takes to look for everybody. */
    private static final int MARK_BY_WORK = 10;
    /** For so long none of a queue's runs that are at work can have begun before those that were counted. */
    private static final long COUNT_MILLIS = 10_000;

    /** A place in the line; later ones of the same rank have higher numbers. */
    private record Place(long rank, long number) {
        static final Place FIRST = new Place(Long.MIN_VALUE, 0);
    }

    /** A run that was taken, where it stood, and its number among those that were taken. */
    private record Taken(RunRow row, Place place, long number) {
    }

    /** What a queue is asked for, beginning at a place, at some moment. */
    private record Asked(String queue, Store.Claim claim, int most, Place from, long nanos) {
    }

    /** What a queue that is held has given; without room it was not held. */
    private record Given(@Nullable Long room, List<Taken> taken) {
    }

    /**
     * How far along its line a queue was taken from. Rows that were taken are in the way as long as any transaction of
     * the database might still see them; so who has taken many begins here, and only now and then at the beginning, for
     * those who have come with a lower rank.
     */
    private record Mark(Place place, int taken, long until) {

        Place from(long now) {
            return taken >= WORTH_MARKING && now < until ? place : Place.FIRST;
        }
    }

    /**
     * From which number on there may be runs of a queue with limits that nodes have. The rows of those that have gone
     * are in the way, too; so who counts begins at the oldest that was there, and now and then at the first.
     */
    private record Counted(long from, long highest, long until) {
        static final Counted NOTHING = new Counted(0, 0, 0);

        /** Nobody takes an older one's place: who is taken later has a higher number. */
        Counted seen(@Nullable Long oldest, long now) {
            long next = oldest == null ? highest + 1 : oldest;
            return now < until ? new Counted(Math.max(from, next), highest, until)
                    : new Counted(next, highest, now + COUNT_MILLIS);
        }

        Counted taken(List<Taken> runs) {
            return new Counted(from, runs.stream().mapToLong(Taken::number).reduce(highest, Math::max), until);
        }
    }

    /** A queue with limits as it was a moment ago, and how many of its runs nodes have. */
    private record Standing(QueueRow row, String version, long running, long here, @Nullable Long oldest,
            boolean waits) {

        int room() {
            return row.room(running, here);
        }
    }

    private final Database database;
    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final Set<String> limited = ConcurrentHashMap.newKeySet();
    private final Map<String, Mark> marks = new ConcurrentHashMap<>();
    private final Map<String, Counted> counts = new ConcurrentHashMap<>();

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
    static Outcome define(Session session, Write.Define define) throws SQLException {
        Queue queue = define.queue();
        session.sql("queue.define").with(queue.name()).with(queue.limit()).with(queue.limitPerKey())
                .with(queue.limitPerNode()).with(queue.rate()).with(queue.per().toMillis())
                .with(define.declared() ? QueueRow.limits(queue) : "").with(QueueRow.of(queue).tokens()).update();
        return Batch.DONE;
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
            Store.Served served = serveFreely(queue, claim);
            if (!served.runs().isEmpty()) {
                return served;
            }
            QueueRow row = database.read(session -> session.sql("queue").with(queue).first(Queues::row));
            if (row == null || !row.queue().isLimited()) {
                return Store.Served.NOTHING;
            }
            limited.add(queue);
        }
        return serveLimited(queue, claim);
    }

    private Store.Served serveFreely(String queue, Store.Claim claim) {
        Asked asked = ask(queue, claim, claim.limit(), false);
        List<Taken> taken = database.alone(session -> begun(along(session.sql("queue.serve").with(claim.node())
                .with(queue).with(asked.most()), asked), asked)
                .with(claim.node()).with(claim.now()).all(Queues::taken));
        return mark(asked, taken, asked.most()) ? withRest(rows(taken), claim, rest -> serveFreely(queue, rest))
                : new Store.Served(rows(taken), false, Long.MAX_VALUE);
    }

    /**
     * What was taken behind a mark, and whoever stands before it. The former are this node's already: it has to hear of
     * them, although the latter cannot be asked for. If nobody knows what was done, it looks for all that are its own.
     */
    private static Store.Served withRest(List<RunRow> taken, Store.Claim claim,
            Function<Store.Claim, Store.Served> serve) {
        Store.Claim rest = new Store.Claim(claim.node(), claim.workflows(), claim.now(), claim.limit() - taken.size());
        try {
            Store.Served more = serve.apply(rest);
            return new Store.Served(Stream.concat(taken.stream(), more.runs().stream()).toList(), more.held(),
                    more.again());
        } catch (StoreException failed) {
            if (failed.effect() == StoreException.Effect.UNKNOWN) {
                throw failed;
            }
            LOG.debug("Took {} runs, but could not ask for those before them", taken.size(), failed);
            return new Store.Served(taken, false, claim.now());
        }
    }

    /** Reads how the queue stands, and takes runs if there is something to take: each is one journey. */
    private Store.Served serveLimited(String queue, Store.Claim claim) {
        Counted counted = counts.getOrDefault(queue, Counted.NOTHING);
        long since = claim.now() < counted.until() ? counted.from() : 0;
        Standing standing = database.read(session -> begunOf(session.sql("queue.line").with(claim.node()), queue, claim)
                .with(claim.now()).with(queue).with(claim.node()).with(since).with(queue).first(Queues::standing));
        if (standing == null || !standing.waits()) {
            return Store.Served.NOTHING;
        }
        QueueRow row = standing.row();
        if (!row.queue().isLimited()) {
            limited.remove(queue);
        }
        int most = Math.min(claim.limit(), row.allowance(claim.now()));
        if (most == 0 || standing.room() == 0) {
            return row.served(List.of(), standing.room(), claim);
        }
        Counted seen = counted.seen(standing.oldest(), claim.now());
        boolean byKey = row.queue().limitPerKey() != Queue.UNLIMITED;
        Asked asked = ask(queue, claim, most, byKey);
        Given given = database.alone(session -> take(session, standing, asked, seen.from()));
        counts.put(queue, seen.taken(given.taken()));
        if (given.room() == null) {
            return new Store.Served(List.of(), false, claim.now() + BUSY_MILLIS);
        }
        List<RunRow> runs = rows(given.taken());
        int room = given.room().intValue();
        if (!byKey && mark(asked, given.taken(), room)) {
            return withRest(runs, claim, rest -> serveLimited(queue, rest));
        }
        return row.served(runs, room, claim);
    }

    private static Given take(Session session, Standing standing, Asked asked, long since) throws SQLException {
        Queue queue = standing.row().queue();
        Store.Claim claim = asked.claim();
        boolean byKey = queue.limitPerKey() != Queue.UNLIMITED;
        Prepared statement = session.after("queue.hold", byKey ? "queue.serve_by_key" : "queue.serve_limited")
                .with(claim.node()).with(queue.name()).with(standing.version());
        if (byKey) {
            statement.with(queue.name()).with(queue.limitPerKey()).with(claim.now()).with("text", claim.workflows())
                    .with(since);
        }
        statement.with(claim.node()).with(since).with(asked.most());
        if (!byKey) {
            along(statement, asked);
        }
        Long[] room = new Long[1];
        List<Taken> taken = new ArrayList<>();
        begun(statement, asked).with(claim.node()).with(claim.now()).with(standing.row().filled(claim.now()))
                .with(Math.max(claim.now(), standing.row().filledAt())).all(row -> {
                    room[0] = row.getObject(19, Long.class);
                    return row.getObject(3) == null ? null : taken.add(taken(row));
                });
        return new Given(room[0], taken);
    }

    /** The parameters of {@code queue.along}, but for those of {@code queue.begun_first}. */
    private static Prepared along(Prepared statement, Asked asked) throws SQLException {
        return statement.with("text", asked.claim().workflows()).with(asked.queue()).with(asked.from().rank())
                .with(asked.from().number()).with(asked.claim().now());
    }

    /** The parameters of {@code queue.begun_first}. */
    private static Prepared begun(Prepared statement, Asked asked) throws SQLException {
        return begunOf(statement, asked.queue(), asked.claim()).with("text", asked.claim().workflows());
    }

    /** The parameters of {@code queue.begun}. */
    private static Prepared begunOf(Prepared statement, String queue, Store.Claim claim) throws SQLException {
        return statement.with(queue).with(queue).with(claim.now()).with(queue);
    }

    private static Standing standing(ResultSet row) throws SQLException {
        return new Standing(row(row), row.getString(9), row.getLong(10), row.getLong(11), row.getObject(12, Long.class),
                row.getBoolean(13));
    }

    private static Taken taken(ResultSet row) throws SQLException {
        return new Taken(Rows.run(row), new Place(row.getLong(16), row.getLong(17)), row.getLong(18));
    }

    private static List<RunRow> rows(List<Taken> taken) {
        return taken.stream().map(Taken::row).toList();
    }

    private Asked ask(String queue, Store.Claim claim, int most, boolean fromTheFirst) {
        Mark mark = fromTheFirst ? null : marks.get(queue);
        return new Asked(queue, claim, most, mark == null ? Place.FIRST : mark.from(claim.now()), System.nanoTime());
    }

    /** Remembers how far a queue was taken from; whether there may be others before the place where that began. */
    private boolean mark(Asked asked, List<Taken> taken, int room) {
        if (room == 0) {
            return false;
        }
        if (taken.size() < Math.min(asked.most(), room)) {
            marks.remove(asked.queue());
            return !asked.from().equals(Place.FIRST);
        }
        long now = asked.claim().now();
        long worked = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked.nanos());
        Mark next = new Mark(taken.getLast().place(), taken.size(), now + Math.max(MARK_MILLIS, MARK_BY_WORK * worked));
        marks.merge(asked.queue(), next, (before, after) -> now >= before.until() ? after
                : new Mark(after.place(), before.taken() + after.taken(), before.until()));
        return false;
    }
}
