// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import dev.perdure.postgres.server.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL that is measured: a server of the bench's own, or one that somebody named. It also says what the
 * server itself has counted. Used by one thread.
 */
public final class Postgres implements AutoCloseable {

    /** Stands between the URL and the schema in an address. */
    private static final char SCHEMA = '#';

    private final @Nullable PostgresServer own;
    private final String url;
    private final Connection observer;
    private final boolean countsStatements;

    private Postgres(@Nullable PostgresServer own, String url) throws SQLException {
        this.own = own;
        this.url = url;
        this.observer = DriverManager.getConnection(url);
        this.countsStatements = canCount();
    }

    /**
     * Starts a server.
     *
     * @param below the directory in which its data are, in a directory of their own; on a disk
     * @return with the settings that PostgreSQL has by itself
     * @throws SQLException if it does not answer
     */
    static Postgres start(Path below) throws SQLException {
        PostgresServer server = PostgresServer.start(below);
        return new Postgres(server, server.jdbcUrl());
    }

    /**
     * Uses a server that is there.
     *
     * @param url with user and password; the user may make schemas
     * @return where benches make schemas of their own and drop them again
     * @throws SQLException if it does not answer
     */
    static Postgres at(String url) throws SQLException {
        return new Postgres(null, url);
    }

    /**
     * Connects to the database.
     *
     * @param property of the driver, which is set for this connection
     * @param value of it
     * @return in auto-commit mode, to be closed
     */
    public Connection connect(String property, String value) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty(property, value);
        return DriverManager.getConnection(url, properties);
    }

    private boolean canCount() throws SQLException {
        try (Statement statement = observer.createStatement()) {
            statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
            read(statement);
            return true;
        } catch (SQLException missing) {
            if (own != null) {
                throw missing;
            }
            // Somebody's server need not have it: what it would say is not printed.
            return false;
        }
    }

    /** Whether {@link #read} works: a server that somebody named may lack the extension pg_stat_statements. */
    public boolean countsStatements() {
        return countsStatements;
    }

    /**
     * What the server has counted.
     *
     * @param statements how many it has carried out in this database, BEGIN and COMMIT included, its own questions not
     * @param walBytes how much it has written to its write-ahead log, for all its databases
     */
    public record Reading(long statements, long walBytes) {

        /** Nothing. */
        public static final Reading NONE = new Reading(0, 0);

        public Reading plus(Reading other) {
            return new Reading(statements + other.statements, walBytes + other.walBytes);
        }

        public Reading minus(Reading other) {
            return new Reading(statements - other.statements, walBytes - other.walBytes);
        }
    }

    /** What it has counted since some time in the past: only differences say something. */
    public Reading read() throws SQLException {
        try (Statement statement = observer.createStatement()) {
            return read(statement);
        }
    }

    private static Reading read(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(counted())) {
            row.next();
            return new Reading(row.getLong(1), row.getLong(2));
        }
    }

    private static String counted() {
        try (InputStream in = Postgres.class.getResourceAsStream("counted.sql")) {
            return new String(Objects.requireNonNull(in, "counted.sql").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BrokenMeasurementException("cannot read counted.sql", e);
        }
    }

    // ---- schemas ----

    /** The address of a schema, which need not exist. */
    String address(String schema) {
        return url + SCHEMA + schema;
    }

    static String urlOf(String address) {
        return address.substring(0, address.lastIndexOf(SCHEMA));
    }

    /**
     * The schema of an address.
     *
     * @param address of a store on PostgreSQL
     * @return its name, without quotes
     */
    public static String schemaOf(String address) {
        return address.substring(address.lastIndexOf(SCHEMA) + 1);
    }

    void drop(String schema) {
        try (Statement statement = observer.createStatement()) {
            statement.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
        } catch (SQLException e) {
            throw new BrokenMeasurementException("cannot drop the schema " + schema + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            observer.close();
        } finally {
            if (own != null) {
                own.close();
            }
        }
    }
}
