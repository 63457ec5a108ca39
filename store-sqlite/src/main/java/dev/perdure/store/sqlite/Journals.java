// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import dev.perdure.store.sqlite.file.Prepared;
import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads journals: a run's rows, and after them what only the {@link Log} has. */
final class Journals {

    private static final int MANY = Integer.MAX_VALUE;

    /** What is done with units of one run. */
    private interface Visit {
        void units(Packed.Reader units) throws SQLException;
    }

    private Journals() {
    }

    /**
     * See {@link dev.perdure.store.Store#journal}.
     *
     * @param inLog whether the log may have something of it
     */
    static List<Unit> units(Session session, UUID incarnation, boolean inLog, long after, int limit)
            throws SQLException {
        if (!inLog) {
            return rows(session, incarnation, after, limit);
        }
        return session.snapshot(() -> {
            List<Unit> units = rows(session, incarnation, after, limit);
            if (units.size() < limit) {
                visitLog(session, incarnation, logged -> take(units, logged, after, limit));
            }
            return units;
        });
    }

    private static List<Unit> rows(Session session, UUID incarnation, long after, int limit) throws SQLException {
        List<Unit> units = new ArrayList<>();
        rowsAfter(session, incarnation, after).eachWhile(row -> {
            take(units, new Packed.Reader(row.getLong(1), row.getBytes(2)), after, limit);
            return units.size() < limit;
        });
        return units;
    }

    private static Prepared rowsAfter(Session session, UUID incarnation, long after) throws SQLException {
        return after == 0 ? session.sql("journal").with(incarnation)
                : session.sql("journal.after").with(incarnation).with(after);
    }

    private static void take(List<Unit> units, Packed.Reader packed, long after, int limit) throws SQLException {
        while (units.size() < limit && packed.next()) {
            if (packed.seq() > (units.isEmpty() ? after : units.getLast().seq())) {
                units.add(packed.unit());
            }
        }
    }

    /** See {@link dev.perdure.store.Store#lastUnit}; {@code inLog} as above. */
    static @Nullable Unit last(Session session, UUID incarnation, boolean inLog) throws SQLException {
        if (!inLog) {
            return lastOfRows(session, incarnation);
        }
        return session.snapshot(() -> {
            Unit last = lastOfRows(session, incarnation);
            List<Unit> later = new ArrayList<>();
            visitLog(session, incarnation, logged -> take(later, logged, last == null ? 0 : last.seq(), MANY));
            return later.isEmpty() ? last : later.getLast();
        });
    }

    private static @Nullable Unit lastOfRows(Session session, UUID incarnation) throws SQLException {
        return session.sql("journal.last").with(incarnation).first(row -> {
            Packed.Reader units = new Packed.Reader(row.getLong(1), row.getBytes(2));
            units.next();
            while (units.hasMore()) {
                units.next();
            }
            return units.unit();
        });
    }

    /** Passes over all that the log has of a run, counting or not; a run without an owner has nothing there. */
    private static void visitLog(Session session, UUID incarnation, Visit visit) throws SQLException {
        Long run = session.sql("run.owned").with(incarnation).first(row -> row.getLong(1));
        if (run != null) {
            session.sql("log").eachWhile(row -> {
                Log.visit(row.getBytes(2), (each, units) -> {
                    if (each == run) {
                        visit.units(units);
                    }
                });
                return true;
            });
        }
    }

    /** How many entries all journals have. */
    static long countEntries(Session session) throws SQLException {
        return session.snapshot(() -> {
            Long inRows = session.sql("journal.entries").first(row -> row.getLong(1));
            return Log.entries(session) + (inRows == null ? 0 : inRows);
        });
    }

    /**
     * Whether a journal has exactly these units.
     *
     * @param tail what stands in no row of it
     */
    static boolean has(Session session, UUID incarnation, @Nullable Tail tail, List<Unit> units)
            throws SQLException {
        Deque<Unit> missing = new ArrayDeque<>(units);
        rowsAfter(session, incarnation, units.getFirst().seq() - 1).eachWhile(row -> {
            strike(missing, new Packed.Reader(row.getLong(1), row.getBytes(2)));
            return !missing.isEmpty();
        });
        if (tail != null) {
            strike(missing, new Packed.Reader(tail.firstSeq(), tail.octets()));
        }
        return missing.isEmpty();
    }

    /** Strikes off what is found. */
    private static void strike(Deque<Unit> missing, Packed.Reader found) throws SQLException {
        while (!missing.isEmpty() && found.next()) {
            Unit next = missing.getFirst();
            if (found.seq() == next.seq() && found.equalsBody(UnitFormat.encode(next))) {
                missing.removeFirst();
            }
        }
    }
}
