// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.store.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.util.PSQLState;

/** A server for all tests of this module, started when the first one asks for it, with a schema for each store. */
public final class TestServer {

    /** admin_shutdown: what pg_terminate_backend leaves behind. */
    private static final String ENDED_BY_ANOTHER = "57P01";

    private static final DataSource CONNECTIONS = pool();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private TestServer() {
    }

    private static DataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(PostgresServer.start().jdbcUrl());
        config.setMaximumPoolSize(10);
        return new HikariDataSource(config);
    }

    /** An empty store, in a schema of its own. */
    public static Store open() {
        return PostgresStore.open(CONNECTIONS,
                PostgresOptions.defaults().schema("test " + SCHEMAS.incrementAndGet()));
    }

    /** A connection to the database of all stores, past them. */
    public static Connection connect() throws SQLException {
        return CONNECTIONS.getConnection();
    }

    /** Closes a store and forgets what it held. */
    public static void close(Store store) {
        String schema = store.settings().get("schema");
        store.close();
        boolean dropped = false;
        while (!dropped) {
            dropped = drop(schema);
        }
    }

    /**
     * False if an engine that was crashed on purpose was just looking, and the two stood in each other's way; or if it
     * was ending a node, and ended who kept it waiting for that.
     */
    private static boolean drop(String schema) {
        try (Connection connection = CONNECTIONS.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA \"" + schema + "\" CASCADE");
            return true;
        } catch (SQLException failed) {
            if (PSQLState.DEADLOCK_DETECTED.getState().equals(failed.getSQLState())
                    || ENDED_BY_ANOTHER.equals(failed.getSQLState())) {
                return false;
            }
            throw new IllegalStateException(failed);
        }
    }

    /** What the end of a lease does: nobody waits for a node that has died. */
    public static void end(Store store, UUID node) {
        ((PostgresStore) store).end(node);
    }
}
