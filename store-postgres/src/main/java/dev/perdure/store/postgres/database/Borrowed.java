// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import dev.perdure.InvalidArgumentException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Works on connections of somebody else's, within their transactions. Makes sure first that they lead here: a run that
 * is started in another database would be lost without a word. Safe for threads.
 */
public final class Borrowed {

    /**
     * Where a connection leads.
     *
     * @param database its name, for people
     * @param cluster the number that a server's data got when they were made; replicas and restarts keep it
     * @param number the database's number in there
     * @param runs the number of the table of runs in this schema; 0 if there is none
     */
    private record Place(String database, long cluster, long number, long runs) {
    }

    private final Database database;
    private volatile @Nullable Place home;

    public Borrowed(Database database) {
        this.database = database;
    }

    /** Learns where the store's own connections lead; the tables are there. */
    public void learn() {
        home = database.read(this::placeOf);
    }

    /**
     * Does a piece of work within the transaction of a connection, and leaves that open.
     *
     * @throws InvalidArgumentException if the connection cannot be meant; nothing has been changed then
     * @throws dev.perdure.store.StoreException if the database could not do it; then the transaction has failed
     */
    public <T> T within(Connection connection, Database.Work<T> work) {
        try {
            check(connection);
            Session session = new Session(connection, database.sql());
            checkPlace(session);
            return work.in(session);
        } catch (SQLException failed) {
            throw database.errors().inBorrowedTransaction(failed);
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
        if (!"PostgreSQL".equals(product)) {
            throw new InvalidArgumentException("the connection leads to " + product + ", and the store is in "
                    + "PostgreSQL. Give a connection to the store's database");
        }
    }

    private void checkPlace(Session session) throws SQLException {
        Place place = placeOf(session);
        if (!place.equals(home)) {
            // The store's own connections may lead elsewhere by now: to a restored database, or a schema made anew.
            learn();
        }
        if (place.equals(home)) {
            return;
        }
        String what = place.runs() == 0 ? ", which has no tables of Perdure in schema '" + database.schema() + "'"
                : ", which has a schema '" + database.schema() + "', too, but another one";
        throw new InvalidArgumentException("the connection leads to database '" + place.database() + "'" + what
                + "; the store is in database '" + (home == null ? "" : home.database()) + "'. Give a connection to "
                + "that, or open another store there (PostgresStore.open makes its tables) with a client of its own");
    }

    private Place placeOf(Session session) throws SQLException {
        Place place = session.sql("place").with(database.schema()).first(row ->
                new Place(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4)));
        if (place == null) {
            throw new IllegalStateException("PostgreSQL has not told where the connection leads");
        }
        return place;
    }
}
