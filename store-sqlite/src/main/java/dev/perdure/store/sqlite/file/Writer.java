// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The one connection of this store that writes. Whoever wants to write waits here, in order of arrival, and not in
 * SQLite, whose waiting is polling and unfair; only other processes are waited for there.
 *
 * <p>Those poll, too, and so could wait in vain for a writer that is never idle. After {@value #STRETCH_MILLIS} ms
 * without a break it leaves the lock alone for a moment, which costs two hundredths of its throughput and nothing
 * when it is idle.
 *
 * <p>A transaction of a run takes its turn here like everybody else, see {@link Lent}. Its body takes as long as it
 * likes, so nobody waits for ever.
 */
public final class Writer {

    /** What is done in a transaction. */
    public interface Work<T> {
        T in(Session session) throws SQLException;
    }

    private static final long STRETCH_MILLIS = 50;
    private static final long BREAK_NANOS = 1_000_000;

    /** How long a transaction of a run is waited for. */
    private static final long LONGEST_TURN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Taken and given back, not locked: a transaction of a run may be ended by another thread than its own. */
    private final Semaphore turn = new Semaphore(1, true);
    private final Database database;
    private final Runnable afterFailure;
    private final Session session;
    private boolean closed;

    /** Invariant: false if the connection is not set to {@code synchronous=FULL}, as {@link Database} has opened it. */
    private boolean synced = true;

    /** When the last transaction ended, and when the last break did, as {@link System#nanoTime} counts. */
    private long freeSince;
    private long busySince;

    /** What SQLite counts when another connection commits. Written under the lock, read by anybody. */
    private volatile long foreignChanges;

    /**
     * Opens the connection.
     *
     * @param afterFailure called while it is its turn, when a transaction was not committed, or perhaps not
     */
    public Writer(Database database, Runnable afterFailure) {
        this.database = database;
        this.afterFailure = afterFailure;
        this.session = database.openToWrite();
    }

    /** Waits for those who came before. Interrupts are kept for later: who writes decides by what is written. */
    void takeTurn() {
        long until = System.nanoTime() + LONGEST_TURN_NANOS;
        boolean interrupted = false;
        boolean taken = false;
        try {
            while (!taken) {
                try {
                    taken = turn.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (!taken) {
                        throw new StoreException("store_locked", "a transaction of a run has kept " + database.file()
                                + " locked for more than " + LONGEST_TURN_NANOS / 1_000_000 + " ms. Let bodies of "
                                + "transactions be short: while one runs, nobody else can write",
                                Effect.NOTHING_RETRY, null);
                    }
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void giveTurn() {
        turn.release();
    }

    /** Carries out work in a transaction that has the write lock from its beginning and is on the disk at its end. */
    public <T> T transaction(Work<T> work) {
        return transaction(true, work);
    }

    /**
     * The same without waiting for the disk: for what nobody needs any more when the power has failed. Whatever is
     * committed later brings it to the disk, too.
     */
    public <T> T quickTransaction(Work<T> work) {
        return transaction(false, work);
    }

    private <T> T transaction(boolean synced, Work<T> work) {
        takeTurn();
        try {
            checkOpen();
            boolean committing = false;
            boolean done = false;
            makeRoom();
            try {
                sync(synced);
                database.begin(session);
                foreignChanges = dataVersion();
                T result = work.in(session);
                committing = true;
                session.sql("commit").update();
                done = true;
                return result;
            } catch (SQLException failed) {
                throw committing ? database.errors().atCommit(failed) : database.errors().nothingWritten(failed);
            } finally {
                if (!done) {
                    rollBack();
                    recover();
                }
                freeSince = System.nanoTime();
            }
        } finally {
            giveTurn();
        }
    }

    /** Sets how the next commit is made. If this fails there is no next commit. */
    private void sync(boolean wanted) throws SQLException {
        if (wanted != synced) {
            session.run("PRAGMA synchronous = " + (wanted ? "FULL" : "NORMAL"));
            synced = wanted;
        }
    }

    /** Gives other processes a chance if they have had none for long. */
    private void makeRoom() {
        long now = System.nanoTime();
        if (now - freeSince >= BREAK_NANOS) {
            busySince = now;
        } else if (now - busySince >= STRETCH_MILLIS * 1_000_000) {
            Database.pause(BREAK_NANOS);
            busySince = System.nanoTime();
        }
    }

    /** Looks something up on this connection, outside of a transaction. */
    public <T> T look(Work<T> work) {
        takeTurn();
        try {
            checkOpen();
            return work.in(session);
        } catch (SQLException failed) {
            recover();
            throw database.errors().nothingWritten(failed);
        } finally {
            giveTurn();
        }
    }

    /**
     * See {@link dev.perdure.store.Store#foreignChanges}. Does not wait: whoever has the lock keeps the number fresh.
     */
    public long foreignChanges() {
        if (turn.tryAcquire()) {
            try {
                checkOpen();
                foreignChanges = dataVersion();
            } catch (SQLException failed) {
                recover();
                throw database.errors().nothingWritten(failed);
            } finally {
                giveTurn();
            }
        }
        return foreignChanges;
    }

    /** The number as it was at the beginning of this transaction. */
    public long knownForeignChanges() {
        return foreignChanges;
    }

    private long dataVersion() throws SQLException {
        Long version = session.sql("data_version").first(row -> row.getLong(1));
        return version == null ? 0 : version;
    }

    /** SQLite has rolled back by itself after some errors; then there is nothing left to do. */
    private void rollBack() {
        try {
            session.sql("rollback").update();
        } catch (SQLException noTransaction) {
            // The error that led here is on its way to the caller. A transaction that is still open would fail the next
            // BEGIN, loudly.
        }
    }

    private void recover() {
        afterFailure.run();
        try {
            session.forgetStatements();
        } catch (SQLException again) {
            // Closing a statement repeats the error with which it ended, and that is on its way to the caller.
        }
    }

    void checkOpen() {
        if (closed) {
            throw new StoreException("store_closed", "the store of " + database.file()
                    + " has been closed. Open it again with SqliteStore.open", Effect.NOTHING_REFUSED, null);
        }
    }

    public void close() {
        takeTurn();
        try {
            if (!closed) {
                closed = true;
                database.close(session);
            }
        } finally {
            giveTurn();
        }
    }
}
