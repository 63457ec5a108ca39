// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is lent to somebody else for one transaction. Used by one thread; but any may {@link #abort}, and
 * never hits whoever has the connection next.
 */
public final class Lent implements AutoCloseable {

    private final Database database;
    private final Connection connection;
    private final ReentrantLock ending = new ReentrantLock();
    private boolean committed;
    private boolean over;

    private Lent(Database database, Connection connection) {
        this.database = database;
        this.connection = connection;
    }

    /** Begins a transaction; PostgreSQL hears of it with its first statement. */
    public static Lent by(Database database) {
        Connection connection = null;
        boolean begun = false;
        try {
            connection = database.connect();
            connection.setAutoCommit(false);
            begun = true;
            return new Lent(database, connection);
        } catch (SQLException failed) {
            throw database.errors().nothingWritten(failed);
        } finally {
            if (!begun && connection != null) {
                giveBack(connection);
            }
        }
    }

    public Connection connection() {
        return connection;
    }

    /** Does something of the store's own within the transaction. */
    public <T> T within(Database.Work<T> work) {
        try {
            return work.in(new Session(connection, database.sql()));
        } catch (SQLException failed) {
            throw database.errors().inBorrowedTransaction(failed);
        }
    }

    public void commit() {
        try {
            connection.commit();
            committed = true;
        } catch (SQLException failed) {
            throw PostgresErrors.metAnother(failed) ? database.errors().inBorrowedTransaction(failed)
                    : database.errors().atCommit(failed);
        }
    }

    /** Ends the transaction with its connection, whatever is done on it just now. By any thread. */
    public void abort() {
        ending.lock();
        try {
            if (!over) {
                connection.abort(Runnable::run);
            }
        } catch (SQLException failed) {
            throw database.errors().nothingWritten(failed);
        } finally {
            ending.unlock();
        }
    }

    /** Rolls back what is not committed. A connection that cannot even do that is broken; who lent it will notice. */
    @Override
    public void close() {
        try {
            if (!connection.isClosed()) {
                if (!committed) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        } catch (SQLException broken) {
            abort();
        } finally {
            ending.lock();
            over = true;
            ending.unlock();
            giveBack(connection);
        }
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException broken) {
            // What was done on it has ended by now, and nobody gets it any more.
        }
    }

    /** What was thrown while the connection was used; if that is because it broke, as the store says it. */
    public Exception wasCut(Exception failure) {
        SQLException cut = find(failure, PostgresErrors::isCut);
        return cut == null ? failure : database.errors().nothingWritten(cut);
    }

    /** Whether a transaction would probably succeed if it were made once more, because it met another one. */
    public static boolean metAnother(Exception failure) {
        return find(failure, PostgresErrors::metAnother) != null;
    }

    private static @Nullable SQLException find(Exception failure, Predicate<SQLException> wanted) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SQLException error && wanted.test(error)) {
                return error;
            }
        }
        return null;
    }
}
