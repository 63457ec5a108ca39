// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One schema of one database: hands out connections, and turns their errors into the store's. Safe for threads. */
public final class Database {

    /** What is done in a transaction. */
    public interface Work<T extends @Nullable Object> {
        T in(Session session) throws SQLException;
    }

    private interface Try<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** How often a transaction that met another one is made anew. */
    public static final int MOST_TRIES = 10;

    /** Of a pool's connections: the others are for what must not wait behind many runs that are read at once. */
    private static final int MOST_READERS = 2;

    private final Semaphore readers = new Semaphore(MOST_READERS, true);
    private final DataSource connections;
    private final Sql sql;
    private final String schema;
    private final PostgresErrors errors;

    /**
     * Nothing is connected yet.
     *
     * @param connections where connections come from
     * @param schema the schema's name
     */
    public Database(DataSource connections, String schema) {
        this.connections = connections;
        this.schema = schema;
        this.sql = new Sql(schema);
        this.errors = new PostgresErrors("schema '" + schema + "' of the database");
    }

    public String schema() {
        return schema;
    }

    Sql sql() {
        return sql;
    }

    PostgresErrors errors() {
        return errors;
    }

    /** Reads, each statement by itself. */
    public <T extends @Nullable Object> T read(Work<T> work) {
        readers.acquireUninterruptibly();
        try (Connection connection = connections.getConnection()) {
            return work.in(new Session(connection, sql));
        } catch (SQLException failed) {
            throw errors.nothingWritten(failed);
        } finally {
            readers.release();
        }
    }

    /** Writes with a single statement, which is a transaction by itself. */
    public <T extends @Nullable Object> T alone(Work<T> work) {
        return untilItMeetsNobody(connection -> alone(connection, work));
    }

    private <T extends @Nullable Object> T alone(Connection connection, Work<T> work) throws SQLException {
        try {
            return work.in(new Session(connection, sql));
        } catch (SQLException failed) {
            if (PostgresErrors.metAnother(failed)) {
                throw failed;
            }
            // The answer may have been lost, and not the change.
            throw errors.atCommit(failed);
        }
    }

    /** A connection for the caller alone, until it closes it. */
    Connection connect() throws SQLException {
        return connections.getConnection();
    }

    /**
     * Does a piece of work whose statements are durable together, or not at all. It is done again if it met another
     * transaction, so it must not remember what it saw.
     */
    public <T extends @Nullable Object> T transaction(Work<T> work) {
        return transaction(work, true);
    }

    /** The same, and then takes it back: to find out whether it could be done. */
    public <T extends @Nullable Object> T tried(Work<T> work) {
        return transaction(work, false);
    }

    private <T extends @Nullable Object> T transaction(Work<T> work, boolean keep) {
        return untilItMeetsNobody(connection -> once(connection, work, keep));
    }

    private <T extends @Nullable Object> T untilItMeetsNobody(Try<T> attempt) {
        for (int tries = 1;; tries++) {
            try (Connection connection = connections.getConnection()) {
                return attempt.on(connection);
            } catch (SQLException failed) {
                if (tries == MOST_TRIES || !PostgresErrors.metAnother(failed)) {
                    throw errors.nothingWritten(failed);
                }
            }
        }
    }

    private <T extends @Nullable Object> T once(Connection connection, Work<T> work, boolean keep)
            throws SQLException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            T result = work.in(new Session(connection, sql));
            if (keep) {
                done = true;
                commit(connection);
            }
            return result;
        } finally {
            end(connection, done);
        }
    }

    private void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException failed) {
            if (PostgresErrors.metAnother(failed)) {
                throw failed;
            }
            throw errors.atCommit(failed);
        }
    }

    /** A connection that cannot even be rolled back is broken, and whoever lent it will notice. */
    private static void end(Connection connection, boolean done) throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        try {
            if (!done) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        } catch (SQLException broken) {
            if (done) {
                connection.abort(Runnable::run);
            }
        }
    }
}
