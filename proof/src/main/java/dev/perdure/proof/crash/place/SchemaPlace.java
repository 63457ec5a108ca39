// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash.place;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.store.SqlStore;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A schema of its own in a database of PostgreSQL. */
public final class SchemaPlace implements Place {

    /** The shortest there is. It runs out by the clock of the world, and so at once when nobody can move. */
    private static final Duration LEASE = Duration.ofSeconds(1);
    /** More than are used at once, where one thread moves at a time. */
    private static final int CONNECTIONS = 4;

    private final Path directory;
    private final String url;
    private final String schema;
    private @Nullable HikariDataSource pool;

    /**
     * Connects to nothing yet.
     *
     * @param directory for the effects
     * @param url of the database, for JDBC
     * @param schema its name; it need not exist
     */
    public SchemaPlace(Path directory, String url, String schema) {
        this.directory = directory;
        this.url = url;
        this.schema = schema;
    }

    @Override
    public String line() {
        return directory + "|" + url + "|" + schema;
    }

    @Override
    public Path directory() {
        return directory;
    }

    /** Without notifications, which come when they like. */
    @Override
    public SqlStore open() {
        return PostgresStore.open(pool(), PostgresOptions.defaults().schema(schema).lease(LEASE).notifications(false));
    }

    private HikariDataSource pool() {
        if (pool == null) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(url);
            config.setMaximumPoolSize(CONNECTIONS);
            config.setMinimumIdle(1);
            pool = new HikariDataSource(config);
        }
        return pool;
    }

    /** The tables themselves: reading changes nothing there. */
    @Override
    public SqlStore look(int life) {
        return open();
    }

    @Override
    public Connection connect() throws SQLException {
        return pool().getConnection();
    }

    @Override
    public String table(String name) {
        return schema + "." + name;
    }

    @Override
    public void clear() throws IOException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
        } catch (SQLException failed) {
            throw new IOException("schema " + schema + " cannot be dropped", failed);
        }
        FilePlace.delete(directory);
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
            pool = null;
        }
    }
}
