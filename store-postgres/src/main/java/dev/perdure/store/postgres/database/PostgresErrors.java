// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.postgresql.util.PSQLState;

/** What an error of PostgreSQL means to a user, and whether it is worth trying again. */
final class PostgresErrors {

    private static final String READ_ONLY_TRANSACTION = "25006";
    private static final String STATEMENT_CANCELLED = "57014";

    private final String where;

    /**
     * @param where which database and schema, for people
     */
    PostgresErrors(String where) {
        this.where = where;
    }

    /** An error before the end of a transaction, which has been rolled back or will be with its connection. */
    StoreException nothingWritten(SQLException error) {
        return translate(error, Effect.NOTHING_RETRY);
    }

    /** An error at COMMIT: if the connection broke, the answer may have been lost and not the change. */
    StoreException atCommit(SQLException error) {
        return translate(error, Effect.UNKNOWN);
    }

    /** An error within a transaction of somebody else's, who alone can end it and begin again. */
    StoreException inBorrowedTransaction(SQLException error) {
        if (PSQLState.IN_FAILED_SQL_TRANSACTION.getState().equals(error.getSQLState())) {
            return trouble("transaction_failed", "the transaction on this connection has failed before this, so "
                    + "PostgreSQL carries out nothing more in it. Look for the first error in it, and roll it back",
                    Effect.NOTHING_RETRY, error);
        }
        if (READ_ONLY_TRANSACTION.equals(error.getSQLState())) {
            return trouble("store_read_only", "the transaction on this connection may only read. Begin one that may "
                    + "write, on the primary server", Effect.NOTHING_RETRY, error);
        }
        if (STATEMENT_CANCELLED.equals(error.getSQLState())) {
            return trouble("store_locked", "a time-out of this connection, or somebody, has cancelled a statement in "
                    + where + ". It may have waited for another transaction that starts a run of the same id. Roll "
                    + "back and do it again", Effect.NOTHING_RETRY, error);
        }
        if (metAnother(error)) {
            return trouble("transaction_conflict", "this transaction met another one in " + where + ". Roll it back "
                    + "and do it again from its beginning", Effect.NOTHING_RETRY, error);
        }
        return nothingWritten(error);
    }

    /** Whether the transaction would probably succeed if it were made once more, because it met another one. */
    static boolean metAnother(SQLException error) {
        return PSQLState.SERIALIZATION_FAILURE.getState().equals(error.getSQLState())
                || PSQLState.DEADLOCK_DETECTED.getState().equals(error.getSQLState());
    }

    /** Whether the connection has broken, or its server has ended it. */
    static boolean isCut(SQLException error) {
        String state = error.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }

    private StoreException translate(SQLException error, Effect whenCut) {
        if (error instanceof SQLTransientConnectionException) {
            return trouble("store_away", "the pool had no connection to " + where + " in time: the server is away, or "
                    + "the pool is too small or lends its connections for too long", Effect.NOTHING_RETRY, error);
        }
        String state = error.getSQLState() == null ? "" : error.getSQLState();
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08" -> trouble("store_away", "the connection to " + where + " broke or cannot be made. When the "
                    + "server is back, this works again", whenCut, error);
            case "57" -> trouble("store_away", where + " is shutting down, starting, or has ended this statement. When"
                    + " it is back, this works again", whenCut, error);
            case "53" -> trouble("store_full", where + " has no more room: disk, memory or connections. Make room; "
                    + "then this works again", Effect.NOTHING_RETRY, error);
            case "55", "40" -> trouble("store_locked", "others keep what was needed in " + where + " locked. Find the "
                    + "transaction that stays open (pg_stat_activity) and end it", Effect.NOTHING_RETRY, error);
            case "28" -> trouble("store_cannot_open", where + " does not let this user in. Check user and password",
                    Effect.NOTHING_RETRY, error);
            case "3D", "3F" -> trouble("store_cannot_open", where + " does not exist. Check the name, or create it",
                    Effect.NOTHING_RETRY, error);
            case "42" -> "42501".equals(state)
                    ? trouble("store_read_only", "the user may not do this in " + where + ". The guide's page on "
                    + "PostgreSQL lists the rights that are needed", Effect.NOTHING_RETRY, error)
                    : trouble("store_unreadable", where + " does not have the tables that were expected. Open it with "
                    + "a user that may migrate it, or apply what PostgresStore.printDdl prints",
                    Effect.NOTHING_RETRY, error);
            case "22", "23", "54" -> trouble("store_refused", where + " refuses what was to be written: it is too "
                    + "large, contains the character with number 0, or contradicts what is there",
                    Effect.NOTHING_REFUSED, error);
            default -> trouble("store_failed", where + " could not do what was asked. If that does not go away, please "
                    + "report it", whenCut, error);
        };
    }

    private static StoreException trouble(String code, String message, Effect effect, SQLException error) {
        return new StoreException(code, message + " (PostgreSQL says: " + error.getMessage() + ")", effect, error);
    }
}
