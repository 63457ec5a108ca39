// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.proof.crash.place.Place;
import dev.perdure.proof.world.OneThread;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of the user's in the database of the store: what transactions have done. It has no key, so whatever is done
 * twice stands there twice.
 */
final class Books {

    private static final String TABLE = "deeds";

    private final Place place;
    private final Mortal mortal;
    private final OneThread world;

    /** What a user does within a transaction. */
    interface Work {
        void within(Connection connection) throws SQLException;
    }

    Books(Place place, Mortal mortal, OneThread world) {
        this.place = place;
        this.mortal = mortal;
        this.world = world;
    }

    /** Makes the table if it is missing. */
    void open() throws SQLException {
        try (Connection connection = place.connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS " + place.table(TABLE) + " (what text NOT NULL)");
        }
    }

    /** Enters a deed within somebody's transaction, in the middle of which a life may end. */
    void enter(Connection connection, String what) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + place.table(TABLE) + " (what) VALUES (?)")) {
            insert.setString(1, what);
            insert.executeUpdate();
        }
        mortal.effect();
    }

    /** How often a deed stands there, as a transaction sees it. */
    int count(Connection connection, String what) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT count(*) FROM " + place.table(TABLE) + " WHERE what = ?")) {
            select.setString(1, what);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    boolean has(String what) {
        return world.outside(() -> {
            try (Connection connection = place.connect()) {
                return count(connection, what) > 0;
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    /**
     * Enters a deed in a transaction of the user's, with more work; a life may end before and after the commit.
     *
     * @return true, because it has been committed
     */
    boolean transact(String what, Work more) {
        return within(what, more, true);
    }

    /** The same, but the user changes his mind, and false is returned. */
    boolean tryAndRollBack(String what, Work more) {
        return within(what, more, false);
    }

    private boolean within(String what, Work more, boolean wanted) {
        return world.outside(() -> {
            try (Connection connection = place.connect()) {
                connection.setAutoCommit(false);
                boolean done = false;
                try {
                    enter(connection, what);
                    more.within(connection);
                    mortal.before((wanted ? "commit" : "rollback") + " by a user of " + what);
                    done = wanted;
                } finally {
                    if (done) {
                        connection.commit();
                    } else {
                        connection.rollback();
                    }
                }
                mortal.after();
                return done;
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    /** All deeds that are there. */
    List<String> all() throws SQLException {
        List<String> deeds = new ArrayList<>();
        try (Connection connection = place.connect(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT what FROM " + place.table(TABLE))) {
            while (rows.next()) {
                deeds.add(rows.getString(1));
            }
        }
        return deeds;
    }
}
