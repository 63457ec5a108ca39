// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.journal.Unit;
import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Where units stand until their run has enough of them for a row of the journal: one row for each batch, whatever runs
 * it is about. So a batch touches the pages that it fills, and not one or two for each of its runs; and a journal that
 * grew beside a thousand others is read in large pieces. See docs/adr/0024.
 *
 * <p>Invariants: units that stand only here belong to a run that has an owner, and are known by heart as its {@link
 * Tail}; what a row of the journal has of a run is a prefix, so that of all units here only those after it count.
 * Whoever loses its owner loses its tail in the same transaction. Guarded by the writer.
 */
final class Log {

    /**
     * When units leave the log.
     *
     * @param row how many octets of a run's units become a row of the journal
     * @param log how many octets the log may have; an eighth more before it is cut to that
     */
    record Limits(int row, int log) {
    }

    /** Large enough that a thousand runs fill their rows; small enough to be read on every start. */
    static final Limits LIMITS = new Limits(4_096, 8 << 20);

    /** What is done with the units of one run in one row. */
    interface Visit {
        void units(long run, Packed.Reader units) throws SQLException;
    }

    private record Row(long id, int length) {
    }

    private final Limits limits;
    private final ArrayDeque<Row> rows = new ArrayDeque<>();
    private long length;
    private long lastRow;

    /** The runs with something in the log that counts, in the order in which their tails begin. */
    private final LinkedHashSet<Owned> logged = new LinkedHashSet<>();

    /** The runs that this batch has given units, some perhaps twice. */
    private final List<Owned> grown = new ArrayList<>();

    Log(Limits limits) {
        this.limits = limits;
    }

    // ---- writing ----

    void append(Session session, Owned owned, List<Unit> units) throws SQLException {
        for (Unit unit : units) {
            if (owned.append(unit).length() >= limits.row()) {
                seal(session, owned);
            }
        }
        if (owned.tail() != null) {
            grown.add(owned);
        }
    }

    /** Makes a run's tail, if it has one, a row of the journal. */
    void seal(Session session, Owned owned) throws SQLException {
        Tail tail = owned.tail();
        if (tail != null) {
            session.later("journal.insert").with(owned.run).with(tail.firstSeq()).with(tail.entries())
                    .with(tail.octets()).add();
            owned.cutTail();
            logged.remove(owned);
        }
    }

    /** Writes what has been appended since, and not been sealed, as one row; called at the end of each batch. */
    void write(Session session) throws SQLException {
        long row = lastRow + 1;
        Packed records = new Packed();
        for (Owned owned : grown) {
            if (owned.log(records, row)) {
                logged.add(owned);
            }
        }
        grown.clear();
        if (records.length() > 0) {
            session.sql("log.insert").with(row).with(records.toArray()).update();
            add(row, records.length());
        }
        if (length > limits.log() + limits.log() / 8) {
            shorten(session);
        }
    }

    private void add(long row, int octets) {
        rows.add(new Row(row, octets));
        length += octets;
        lastRow = row;
    }

    /** Seals the oldest tails, and drops the rows of which nothing counts any more. */
    private void shorten(Session session) throws SQLException {
        Row dropped = rows.getFirst();
        while (length > limits.log()) {
            dropped = rows.removeFirst();
            length -= dropped.length();
            while (!logged.isEmpty() && since(logged.getFirst()) <= dropped.id()) {
                seal(session, logged.getFirst());
            }
        }
        session.sql("log.drop").with(dropped.id()).update();
    }

    private static long since(Owned owned) {
        Tail tail = owned.tail();
        return tail == null ? 0 : tail.since();
    }

    // ---- reading ----

    /** Forgets everything. */
    void forget() {
        rows.clear();
        logged.clear();
        grown.clear();
        length = 0;
        lastRow = 0;
    }

    /**
     * Learns by heart what the database has, and gives runs their tails.
     *
     * @param owned the runs that have an owner, by their numbers; just found, without tails
     */
    void read(Session session, Map<Long, Owned> owned) throws SQLException {
        forget();
        session.sql("log").eachWhile(row -> {
            long id = row.getLong(1);
            byte[] records = row.getBytes(2);
            add(id, records.length);
            visit(records, (run, units) -> {
                Owned each = owned.get(run);
                if (each != null && units.nextSeq() > each.lastSeq(session)) {
                    each.append(units, id);
                    logged.add(each);
                }
            });
            return true;
        });
    }

    /** Goes through one row of the log. */
    static void visit(byte[] records, Visit visit) throws SQLException {
        Packed.Reader reader = new Packed.Reader(0, records);
        while (reader.hasMore()) {
            visit.units(reader.number(), reader.units());
        }
    }

    /** Makes rows of the journal of everything that counts: all owners are about to lose their runs. */
    static void settle(Session session) throws SQLException {
        Log log = new Log(LIMITS);
        for (Owned owned : log.readAll(session)) {
            log.seal(session, owned);
        }
        session.catchUp();
        session.sql("log.clear").update();
    }

    /** How many entries stand nowhere but in the log. */
    static long entries(Session session) throws SQLException {
        long entries = 0;
        for (Owned owned : new Log(LIMITS).readAll(session)) {
            Tail tail = owned.tail();
            entries += tail == null ? 0 : tail.entries();
        }
        return entries;
    }

    private Collection<Owned> readAll(Session session) throws SQLException {
        Map<Long, Owned> owned = new HashMap<>();
        session.sql("owned.all").all(row -> owned.put(row.getLong(1), Owned.found(row.getLong(1))));
        read(session, owned);
        return owned.values();
    }
}
