// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A real server for all tests of this module, started once and stopped with the process. As durable as by default. */
final class Server {

    private static final EmbeddedPostgres POSTGRES = start();
    private static final DataSource CONNECTIONS = pool();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private Server() {
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on").start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static DataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(POSTGRES.getPostgresDatabase());
        config.setMaximumPoolSize(10);
        return new HikariDataSource(config);
    }

    static DataSource connections() {
        return CONNECTIONS;
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
