// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import dev.perdure.store.Store;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the journals of one engine are, so that this process and others can open them.
 *
 * @param kind of store
 * @param where as the kind of store understands it: a file, or a schema of a database; empty for the memory store
 */
public record Address(StoreKind kind, String where) {

    /**
     * Opens the store; what is missing is made.
     *
     * @return as every application gets it: no setting is changed for the sake of a figure
     */
    public Store open() {
        return kind.open(where);
    }

    /**
     * Connects to the database of a store that has one, beside the store.
     *
     * @return in auto-commit mode, to be closed
     * @throws SQLException if that does not work
     */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(kind == StoreKind.SQLITE ? "jdbc:sqlite:" + where : Postgres.urlOf(where));
    }

    /**
     * Statements that keep everybody else from writing until COMMIT, while reading goes on: what SQLite's one lock
     * does, and what a migration does on PostgreSQL.
     *
     * @param connection to this store
     * @return to be carried out in this order
     */
    public List<String> lockAgainstWriters(Connection connection) throws SQLException {
        if (kind == StoreKind.SQLITE) {
            return List.of("PRAGMA busy_timeout=5000", "BEGIN IMMEDIATE");
        }
        List<String> tables = new ArrayList<>();
        try (ResultSet found = connection.getMetaData().getTables(null, Postgres.schemaOf(where), "%",
                new String[] {"TABLE"})) {
            while (found.next()) {
                tables.add('"' + Postgres.schemaOf(where) + "\".\"" + found.getString("TABLE_NAME") + '"');
            }
        }
        return List.of("BEGIN", "LOCK TABLE " + String.join(", ", tables) + " IN EXCLUSIVE MODE");
    }

    /**
     * The opposite of {@link #toString}.
     *
     * @param text what another process was given
     * @return the same address
     */
    public static Address parse(String text) {
        int colon = text.indexOf(':');
        return new Address(StoreKind.valueOf(text.substring(0, colon)), text.substring(colon + 1));
    }

    @Override
    public String toString() {
        return kind.name() + ":" + where;
    }
}
