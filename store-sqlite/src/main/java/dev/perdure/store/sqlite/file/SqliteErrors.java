// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Says in the words of the store what SQLite has said: which file, what is wrong, what to do, what became of the
 * change.
 */
public final class SqliteErrors {

    /** The low octet of a result code is its kind, the rest is detail. */
    private static final int KIND = 0xFF;

    private final Path file;
    private final long busyMillis;

    public SqliteErrors(Path file, long busyMillis) {
        this.file = file;
        this.busyMillis = busyMillis;
    }

    /** An error before the end of a transaction, which has been rolled back. */
    public StoreException nothingWritten(SQLException error) {
        return translate(error, Effect.NOTHING_RETRY);
    }

    /** An error at COMMIT: if the disk failed, the change may or may not be there after the next start. */
    public StoreException atCommit(SQLException error) {
        return translate(error, Effect.UNKNOWN);
    }

    /** An error within a transaction of somebody else's, who alone can end it and begin again. */
    StoreException inBorrowedTransaction(SQLException error) {
        if (codeOf(error) == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT) {
            return trouble("transaction_conflict", "this transaction has read from " + file + " before somebody "
                    + "else wrote to it, so it cannot write any more. Roll it back and do it again from its beginning; "
                    + "one that is begun with transaction_mode=IMMEDIATE does not meet this",
                    Effect.NOTHING_RETRY, error);
        }
        if (isBusy(error)) {
            return trouble("store_locked", "somebody else is writing to " + file + ", for longer than this connection"
                    + " waits; a transaction that has read before does not wait at all. Roll back and do it again; let"
                    + " it begin with transaction_mode=IMMEDIATE, and have a busy_timeout of some seconds",
                    Effect.NOTHING_RETRY, error);
        }
        return nothingWritten(error);
    }

    private StoreException translate(SQLException error, Effect whenDiskFails) {
        return switch (SQLiteErrorCode.getErrorCode(codeOf(error).code & KIND)) {
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL -> trouble("store_locked", "another process has locked "
                    + file + " for more than " + busyMillis + " ms. Find what keeps a transaction open on it (a"
                    + " database browser, a backup, a script) and end that; then this works again",
                    Effect.NOTHING_RETRY, error);
            case SQLITE_FULL -> trouble("store_full", "the disk of " + file
                    + " is full, nothing was written. Make room; then this works again", Effect.NOTHING_RETRY, error);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> trouble("store_read_only", "this process may not write"
                    + " to " + file + " or to its directory. Give it the right to write to both",
                    Effect.NOTHING_RETRY, error);
            case SQLITE_CANTOPEN -> trouble("store_cannot_open", file + " cannot be opened. Its directory must exist,"
                    + " and this process must be allowed to write to it", Effect.NOTHING_RETRY, error);
            case SQLITE_NOTADB, SQLITE_CORRUPT -> trouble("store_unreadable", file + " is damaged, or no database at"
                    + " all. Check the path; if it is right, restore the file from a backup, together with its -wal"
                    + " file if there is one", Effect.NOTHING_REFUSED, error);
            case SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE -> trouble("store_refused", file
                    + " refuses what was to be written: it is too large, or contradicts what is there. Make payloads"
                    + " smaller, SQLite takes up to 1,000,000,000 octets", Effect.NOTHING_REFUSED, error);
            case SQLITE_IOERR -> trouble("store_io", "the disk of " + file
                    + " failed. The system's log says why; when it is repaired, this works again",
                    whenDiskFails, error);
            default -> trouble("store_failed", file
                    + " could not do what was asked. If that does not go away, please report it", whenDiskFails, error);
        };
    }

    private static StoreException trouble(String code, String message, Effect effect, SQLException error) {
        return new StoreException(code, message + " (SQLite says: " + error.getMessage() + ")", effect, error);
    }

    /** Whether another connection has the lock that was needed. */
    static boolean isBusy(SQLException error) {
        return (codeOf(error).code & KIND) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    /** The driver hides the code of a failed batch in a cause. */
    private static SQLiteErrorCode codeOf(SQLException error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof SQLiteException precise) {
                return precise.getResultCode();
            }
        }
        return SQLiteErrorCode.UNKNOWN_ERROR;
    }
}
