// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.journal.Unit;
import java.sql.SQLException;

/** The newest units of an owned run, which stand in no row of the journal yet, but in the {@link Log}. */
final class Tail {

    private final long firstSeq;
    private final Packed units = new Packed();
    private long nextSeq;

    /** How many octets of it the log has, which entry comes after those, and the row of the log in which it begins. */
    private int logged;
    private long nextSeqToLog;
    private long since;

    Tail(long firstSeq) {
        this.firstSeq = firstSeq;
        this.nextSeq = firstSeq;
        this.nextSeqToLog = firstSeq;
    }

    long firstSeq() {
        return firstSeq;
    }

    long lastSeq() {
        return nextSeq - 1;
    }

    long entries() {
        return nextSeq - firstSeq;
    }

    /** How many octets it has. */
    int length() {
        return units.length();
    }

    byte[] octets() {
        return units.toArray();
    }

    /** The number of the row of the log in which it begins. */
    long since() {
        return since;
    }

    void add(Unit unit) {
        units.add(unit);
        nextSeq = unit.lastSeq() + 1;
    }

    /** Adds units that have been read from a row of the log. */
    void add(Packed.Reader read, long row) throws SQLException {
        units.add(read);
        while (read.next()) {
            nextSeq = read.nextSeq();
        }
        setLogged(row);
    }

    boolean isLogged() {
        return logged == units.length();
    }

    /** Writes what the log does not have yet to its next row, as a record of a run. */
    void log(long run, Packed to, long row) {
        to.number(run);
        to.number(nextSeqToLog);
        to.number(units.length() - logged);
        to.add(units, logged);
        setLogged(row);
    }

    private void setLogged(long row) {
        if (logged == 0) {
            since = row;
        }
        logged = units.length();
        nextSeqToLog = nextSeq;
    }
}
