// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import dev.perdure.InvalidArgumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Works on connections of somebody else's, within their transactions. Makes sure first that they lead to this file.
 * Safe for threads.
 */
public final class Borrowed {

    private final Database database;

    public Borrowed(Database database) {
        this.database = database;
    }

    /**
     * Does a piece of work within the transaction of a connection, wholly or not at all, and leaves that open.
     *
     * @throws InvalidArgumentException if the connection cannot be meant; nothing has been changed then
     * @throws dev.perdure.store.StoreException if the database could not do it
     */
    public <T> T within(Connection connection, Writer.Work<T> work) {
        try {
            check(connection);
            Session session = new Session(connection);
            checkFile(session);
            return asOne(session, work);
        } catch (SQLException failed) {
            throw database.errors().inBorrowedTransaction(failed);
        }
    }

    /** An error in SQLite leaves the transaction as it is, half of a run and all; so that half is taken back here. */
    private static <T> T asOne(Session session, Writer.Work<T> work) throws SQLException {
        session.run("SAVEPOINT perdure_within");
        try {
            // Whoever reads first and writes then is not made to wait for others who write, but fails.
            session.sql("write.begin").update();
            T result = work.in(session);
            session.forgetStatements();
            session.run("RELEASE perdure_within");
            return result;
        } catch (SQLException | RuntimeException failed) {
            undo(session, failed);
            throw failed;
        }
    }

    private static void undo(Session session, Exception because) {
        try {
            session.run("ROLLBACK TO perdure_within");
            session.run("RELEASE perdure_within");
            session.forgetStatements();
        } catch (SQLException gone) {
            // After some errors SQLite has rolled all of the transaction back; and a statement repeats its error.
            because.addSuppressed(gone);
        }
    }

    private static void check(Connection connection) throws SQLException {
        if (connection.isClosed()) {
            throw new InvalidArgumentException("the connection is closed. Give one whose transaction is open");
        }
        if (connection.getAutoCommit()) {
            throw new InvalidArgumentException("the connection is in auto-commit mode, so there is no transaction to "
                    + "be part of. Call setAutoCommit(false) first and commit() afterwards; or start and signal "
                    + "without within(…)");
        }
        String product = connection.getMetaData().getDatabaseProductName();
        if (!"SQLite".equals(product)) {
            throw new InvalidArgumentException("the connection leads to " + product + ", and the store is in SQLite. "
                    + "Give a connection to the store's file");
        }
    }

    private void checkFile(Session session) throws SQLException {
        String file = session.mainFile();
        if (!isStore(file)) {
            throw new InvalidArgumentException("the connection leads to "
                    + (file.isEmpty() ? "a database in memory" : file) + ", and the store is " + database.file()
                    + ". Give a connection to that file; that it is attached to another one is not enough, because "
                    + "SQLite cannot commit two files as one");
        }
    }

    private boolean isStore(String file) throws SQLException {
        try {
            return !file.isEmpty() && Files.isSameFile(Path.of(file), database.file());
        } catch (IOException gone) {
            throw new SQLException("one of the files " + file + " and " + database.file() + " is not there", gone);
        }
    }
}
