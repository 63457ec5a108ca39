// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A real server for all tests of this module, started once and stopped with the process. */
final class Server {

    private static final PostgresServer POSTGRES = PostgresServer.start();
    private static final DataSource CONNECTIONS = pool();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private Server() {
    }

    private static DataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(POSTGRES.jdbcUrl());
        config.setMaximumPoolSize(10);
        return new HikariDataSource(config);
    }

    static DataSource connections() {
        return CONNECTIONS;
    }

    static PostgresServer server() {
        return POSTGRES;
    }

    static String url() {
        return POSTGRES.jdbcUrl();
    }

    /** A connection of its own, of no pool. */
    static Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    static String newSchema() {
        return "test " + SCHEMAS.incrementAndGet();
    }

    static void drop(String schema) {
        try (Connection connection = CONNECTIONS.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
