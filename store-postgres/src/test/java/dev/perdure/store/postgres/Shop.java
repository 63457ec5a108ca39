// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** An application with a table of its own in the database of the store, and transactions on it. */
final class Shop implements AutoCloseable {

    private final String schema = Server.newSchema();
    private final List<Connection> opened = new ArrayList<>();

    Shop() throws SQLException {
        try (Connection connection = Server.connect()) {
            run(connection, "CREATE TABLE shop_orders (id text PRIMARY KEY)");
        }
    }

    String schema() {
        return schema;
    }

    PostgresOptions options() {
        return PostgresOptions.defaults().schema(schema);
    }

    PostgresStore store() {
        return PostgresStore.open(Server.connections(), options());
    }

    Connection connect() throws SQLException {
        Connection connection = Server.connect();
        opened.add(connection);
        return connection;
    }

    /** Connects, and begins a transaction. */
    Connection begin() throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        return connection;
    }

    static void order(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO shop_orders VALUES (?)")) {
            insert.setString(1, id);
            insert.executeUpdate();
        }
    }

    static Set<String> orders() throws SQLException {
        try (Connection connection = Server.connect()) {
            return new TreeSet<>(column(connection, "SELECT id FROM shop_orders"));
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static List<String> column(Connection connection, String sql) throws SQLException {
        List<String> column = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                column.add(rows.getString(1));
            }
        }
        return column;
    }

    static long pid(Connection connection) throws SQLException {
        return Long.parseLong(column(connection, "SELECT pg_backend_pid()").getFirst());
    }

    /** Who waits for a lock that the server process of this number has. */
    static List<String> waitingFor(long pid) throws SQLException {
        try (Connection connection = Server.connect()) {
            return column(connection,
                    "SELECT pid FROM pg_stat_activity WHERE " + pid + " = ANY (pg_blocking_pids(pid))");
        }
    }

    /** Returns when somebody waits so. The database pauses between two looks. */
    static void awaitWaitFor(long pid) throws SQLException {
        long until = System.nanoTime() + 30_000_000_000L;
        while (waitingFor(pid).isEmpty()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("nobody waits for " + pid);
            }
            try (Connection connection = Server.connect()) {
                run(connection, "SELECT pg_sleep(0.01)");
            }
        }
    }

    /** Ends all transactions that are still open, so that nobody waits for them when the engine is closed. */
    void disconnect() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
    }

    @Override
    public void close() throws SQLException {
        disconnect();
        try (Connection connection = Server.connect()) {
            run(connection, "DROP TABLE shop_orders");
        }
        Server.drop(schema);
    }
}
