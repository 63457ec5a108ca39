// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.store.postgres.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A table of the user's in the database of a store. */
final class Marks {

    private static final AtomicInteger TABLES = new AtomicInteger();

    private final Backend backend;
    private final Path directory;
    private final String table = "marks_" + TABLES.incrementAndGet();

    Marks(Backend backend, Path directory) throws SQLException {
        this.backend = backend;
        this.directory = directory;
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table + " (mark varchar(100))");
        }
    }

    private Connection connect() throws SQLException {
        return backend == Backend.POSTGRES ? TestServer.connect()
                : DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("runs.db") + "?busy_timeout=10000");
    }

    void set(Connection connection, String mark) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
            insert.setString(1, mark);
            insert.executeUpdate();
        }
    }

    /** How many there are of this one. */
    int count(String mark) throws SQLException {
        try (Connection connection = connect(); PreparedStatement select =
                connection.prepareStatement("SELECT count(*) FROM " + table + " WHERE mark = ?")) {
            select.setString(1, mark);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
