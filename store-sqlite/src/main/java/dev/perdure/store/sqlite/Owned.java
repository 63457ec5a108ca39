// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.journal.Unit;
import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A run that the node owns, and the end of its journal. Guarded by the writer, but for {@link #wasLogged}. */
final class Owned {

    private static final long UNKNOWN = -1;

    final long run;
    private long lastSeq;
    private @Nullable Tail tail;
    private volatile boolean wasLogged;

    private Owned(long run, long lastSeq) {
        this.run = run;
        this.lastSeq = lastSeq;
    }

    /** A run whose journal is empty. */
    static Owned made(long run) {
        return new Owned(run, 0);
    }

    /** A run whose journal has rows only, unless a tail is added next. */
    static Owned found(long run) {
        return new Owned(run, UNKNOWN);
    }

    /** The number of the journal's last entry, 0 if it has none; looked up once. */
    long lastSeq(Session session) throws SQLException {
        if (lastSeq == UNKNOWN) {
            Long last = session.sql("journal.end").with(run).first(row -> row.getLong(1));
            lastSeq = last == null ? 0 : last;
        }
        return lastSeq;
    }

    /** What stands in no row of the journal; null if that is nothing. */
    @Nullable Tail tail() {
        return tail;
    }

    /** Adds a unit to the tail, with which it may begin. */
    Tail append(Unit unit) {
        Tail longer = tailFrom(unit.seq());
        longer.add(unit);
        lastSeq = unit.lastSeq();
        return longer;
    }

    /** Adds units to the tail that have been read from a row of the log. */
    void append(Packed.Reader read, long row) throws SQLException {
        Tail longer = tailFrom(read.nextSeq());
        longer.add(read, row);
        lastSeq = longer.lastSeq();
        wasLogged = true;
    }

    private Tail tailFrom(long seq) {
        if (tail == null) {
            tail = new Tail(seq);
        }
        return tail;
    }

    /** Writes what is new of the tail to a row of the log; false if there is nothing new. */
    boolean log(Packed to, long row) {
        if (tail == null || tail.isLogged()) {
            return false;
        }
        tail.log(run, to, row);
        wasLogged = true;
        return true;
    }

    /** Whether the log has had anything of this run since the node made or claimed it. Safe for all threads. */
    boolean wasLogged() {
        return wasLogged;
    }

    /** The tail has become a row of the journal. */
    void cutTail() {
        tail = null;
    }
}
