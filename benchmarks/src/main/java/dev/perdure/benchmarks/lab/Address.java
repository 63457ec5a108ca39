// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import dev.perdure.store.Store;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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
        return DriverManager.getConnection(url());
    }

    /**
     * Statements that keep everybody else from advancing a run until COMMIT, while reading goes on: SQLite's one lock
     * does that, and on PostgreSQL a migration or a backup tool that locks the table of journals. One table, because
     * locks on several would meet those of the engine's transactions in another order.
     *
     * @return to be carried out in this order
     */
    public List<String> lockAgainstWriters() {
        return kind == StoreKind.SQLITE ? List.of("PRAGMA busy_timeout=5000", "BEGIN IMMEDIATE")
                : List.of("BEGIN", "LOCK TABLE \"" + schema() + "\".journal IN EXCLUSIVE MODE");
    }

    /**
     * Where its database is.
     *
     * @return for JDBC
     */
    public String url() {
        return kind == StoreKind.SQLITE ? "jdbc:sqlite:" + where : Postgres.urlOf(where);
    }

    /**
     * Its schema, on PostgreSQL.
     *
     * @return a name, to be quoted
     */
    public String schema() {
        return Postgres.schemaOf(where);
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
