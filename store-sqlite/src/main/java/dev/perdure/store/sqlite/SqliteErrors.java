// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

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
final class SqliteErrors {

    /** The low octet of a result code is its kind, the rest is detail. */
    private static final int KIND = 0xFF;

    private final Path file;
    private final long busyMillis;

    SqliteErrors(Path file, long busyMillis) {
        this.file = file;
        this.busyMillis = busyMillis;
    }

    /** An error before the end of a transaction, which has been rolled back. */
    StoreException nothingWritten(SQLException error) {
        return translate(error, Effect.NOTHING_RETRY);
    }

    /** An error at COMMIT: if the disk failed, the change may or may not be there after the next start. */
    StoreException atCommit(SQLException error) {
        return translate(error, Effect.UNKNOWN);
    }

    private StoreException translate(SQLException error, Effect whenDiskFails) {
        SQLiteErrorCode code = codeOf(error);
        String said = " (SQLite says: " + error.getMessage() + ")";
        return switch (SQLiteErrorCode.getErrorCode(code.code & KIND)) {
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL -> new StoreException("store_locked", "the database " + file
                    + " was locked by another process for " + busyMillis + " ms. Find what keeps a transaction open on it"
                    + " (a database browser, a backup, a script) and end that; this will be tried again" + said,
                    Effect.NOTHING_RETRY, error);
            case SQLITE_FULL -> new StoreException("store_full", "the disk of " + file
                    + " is full, nothing was written. Make room; this will be tried again" + said,
                    Effect.NOTHING_RETRY, error);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> new StoreException("store_read_only", "this process may not"
                    + " write to " + file + " or to its directory. Give it the right to write to both" + said,
                    Effect.NOTHING_RETRY, error);
            case SQLITE_CANTOPEN -> new StoreException("store_cannot_open", "the database " + file + " cannot be opened."
                    + " Its directory must exist and this process must be allowed to write there" + said,
                    Effect.NOTHING_RETRY, error);
            case SQLITE_NOTADB, SQLITE_CORRUPT -> new StoreException("store_unreadable", file + " is damaged, or is not a"
                    + " Perdure database at all. Check the path; if it is right, restore the file from a backup, together"
                    + " with its -wal file if there is one" + said, Effect.NOTHING_REFUSED, error);
            case SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE -> new StoreException("store_refused",
                    "the database " + file + " refuses what was to be written: it is too large or contradicts what is"
                    + " there. Make payloads smaller (SQLite takes up to 1,000,000,000 octets)" + said,
                    Effect.NOTHING_REFUSED, error);
            case SQLITE_IOERR -> new StoreException("store_io", "the disk of " + file
                    + " failed. Look at the system's log; this will be tried again" + said, whenDiskFails, error);
            default -> new StoreException("store_failed", "the database " + file
                    + " could not do what was asked; this will be tried again. If it stays so, report it" + said,
                    whenDiskFails, error);
        };
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
