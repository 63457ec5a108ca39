// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * A connection of its own for one transaction of somebody else's. It has the write lock: in this process by its turn at
 * the {@link Writer}, in the file by how it begins. Used by one thread, but any may {@link #abort}.
 */
public final class Lent implements AutoCloseable {

    private final Database database;
    private final Writer writer;
    private final SQLiteConnection connection;
    private final ReentrantLock ending = new ReentrantLock();
    private boolean over;

    private Lent(Database database, Writer writer, SQLiteConnection connection) {
        this.database = database;
        this.writer = writer;
        this.connection = connection;
    }

    /** Begins a transaction, after those who came before. */
    public static Lent by(Database database, Writer writer) {
        writer.takeTurn();
        SQLiteConnection connection = null;
        boolean begun = false;
        try {
            writer.checkOpen();
            connection = database.openToLend();
            new Session(connection).run("PRAGMA fullfsync = ON");
            connection.setAutoCommit(false);
            begun = true;
            return new Lent(database, writer, connection);
        } catch (SQLException failed) {
            throw database.errors().nothingWritten(failed);
        } finally {
            if (!begun) {
                giveBack(writer, connection);
            }
        }
    }

    private static void giveBack(Writer writer, @Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException broken) {
            // What was not committed has never been; SQLite makes sure of that when the file is opened next.
        } finally {
            writer.giveTurn();
        }
    }

    public Connection connection() {
        return connection;
    }

    /** Does something of the store's own within the transaction. */
    public <T> T within(Writer.Work<T> work) {
        try {
            Session session = new Session(connection);
            T result = work.in(session);
            session.forgetStatements();
            return result;
        } catch (SQLException failed) {
            throw database.errors().nothingWritten(failed);
        }
    }

    /** Is on the disk when this returns. */
    public void commit() {
        ending.lock();
        try {
            // Not commit(), which begins the next transaction.
            connection.setAutoCommit(true);
        } catch (SQLException failed) {
            throw database.errors().atCommit(failed);
        } finally {
            ending.unlock();
        }
    }

    /** Ends the transaction without a commit, if it has not ended, whatever is done on it just now. By any thread. */
    public void abort() {
        try {
            connection.getDatabase().interrupt();
        } catch (SQLException closed) {
            // Then there is nothing to interrupt.
        }
        close();
    }

    @Override
    public void close() {
        ending.lock();
        try {
            if (!over) {
                over = true;
                giveBack(writer, connection);
            }
        } finally {
            ending.unlock();
        }
    }
}
