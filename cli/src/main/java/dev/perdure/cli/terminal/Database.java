// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import dev.perdure.InvalidArgumentException;
import dev.perdure.store.Store;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/** Finds and opens the database that the user means. Never creates one: this tool would then report on an empty one. */
public final class Database {

    /** The option that names the database. */
    public static final String OPTION = "--db";

    /** The environment variable that stands in for the option. */
    public static final String VARIABLE = "PERDURE_DATABASE_URL";

    /** The option that names the schema. */
    public static final String SCHEMA_OPTION = "--schema";

    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRES = "jdbc:postgresql:";

    /** What a schema has as soon as an engine has been there. */
    private static final String MIGRATIONS = "migrations";

    private Database() {
    }

    /**
     * Opens a database that is there.
     *
     * @param given a file, {@code sqlite:FILE}, {@code postgres://…} or either with {@code jdbc:} before it
     * @param schema the schema of a PostgreSQL database, or null for the usual one
     * @return to be closed
     */
    public static Store open(@Nullable String given, @Nullable String schema) {
        if (given == null || given.isBlank()) {
            throw new InvalidArgumentException("which database? Give " + OPTION + " FILE, or set " + VARIABLE
                    + "=jdbc:sqlite:FILE or jdbc:postgresql://HOST/DATABASE?user=NAME");
        }
        String url = inFull(given);
        if (url.startsWith(POSTGRES)) {
            PGSimpleDataSource database = database(url);
            String name = schema == null ? PostgresOptions.SCHEMA : schema;
            checkUsed(database, name);
            return PostgresStore.open(database, PostgresOptions.defaults().schema(name));
        }
        if (schema != null) {
            throw new InvalidArgumentException(SCHEMA_OPTION + " is for PostgreSQL, and " + given + " is a file");
        }
        return SqliteStore.open(file(url));
    }

    /**
     * Opens a database, and makes the schema or the file if it is missing.
     *
     * @param given as for {@link #open}
     * @param schema as for {@link #open}
     * @return to be closed
     */
    public static Store make(String given, @Nullable String schema) {
        String url = inFull(given);
        if (url.startsWith(POSTGRES)) {
            String name = schema == null ? PostgresOptions.SCHEMA : schema;
            return PostgresStore.open(database(url), PostgresOptions.defaults().schema(name));
        }
        return SqliteStore.open(Path.of(url.startsWith(SQLITE) ? url.substring(SQLITE.length()) : url));
    }

    /** With {@code jdbc:}, as drivers know it, whatever is common elsewhere. */
    private static String inFull(String given) {
        for (String common : List.of("postgres:", "postgresql:")) {
            if (given.startsWith(common)) {
                String rest = given.substring(common.length());
                return rest.startsWith(POSTGRES) ? rest : POSTGRES + rest;
            }
        }
        return given.startsWith("sqlite:") ? "jdbc:" + given : given;
    }

    /** Without a pool: a command asks a few questions. The URL is not said: it may hold a password. */
    private static PGSimpleDataSource database(String url) {
        if (Driver.parseURL(url, null) == null) {
            throw new InvalidArgumentException("what follows " + POSTGRES + " is not the address of a database. Write "
                    + POSTGRES + "//HOST:PORT/DATABASE?user=NAME&password=WORD");
        }
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        return database;
    }

    private static void checkUsed(PGSimpleDataSource database, String schema) {
        try (Connection connection = database.getConnection()) {
            if (!hasBeenUsed(connection, schema)) {
                throw new InvalidArgumentException("there are no runs in schema '" + schema + "' of database '"
                        + connection.getCatalog() + "'. Check the database and " + SCHEMA_OPTION + "; a schema is made "
                        + "by the engine that uses it, never by this tool");
            }
        } catch (SQLException failed) {
            throw new InvalidArgumentException("the database cannot be reached: " + failed.getMessage()
                    + ". Check host, port, database, user and password");
        }
    }

    private static boolean hasBeenUsed(Connection connection, String schema) throws SQLException {
        // In a pattern these two stand for any character and any text.
        String pattern = schema.replaceAll("[_%]", "\\\\$0");
        try (ResultSet found = connection.getMetaData().getTables(null, pattern, MIGRATIONS, null)) {
            return found.next();
        }
    }

    private static Path file(String given) {
        if (given.startsWith("jdbc:") && !given.startsWith(SQLITE)) {
            throw new InvalidArgumentException("'" + given + "' is a kind of database that Perdure does not know. "
                    + "Use jdbc:postgresql:..., jdbc:sqlite:FILE, or the path of an SQLite file");
        }
        Path file = Path.of(given.startsWith(SQLITE) ? given.substring(SQLITE.length()) : given);
        if (!Files.exists(file)) {
            throw new InvalidArgumentException("there is no database file " + file.toAbsolutePath()
                    + ". Check the path; a database is created by the engine that uses it, never by this tool");
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidArgumentException(file.toAbsolutePath() + " is not a file. Give the path of the SQLite "
                    + "file itself");
        }
        return file;
    }
}
