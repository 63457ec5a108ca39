// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import dev.perdure.InvalidArgumentException;
import dev.perdure.store.Store;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds and opens the database that the user means. Never creates one: this tool would then report on an empty one. */
public final class Database {

    /** The option that names the database. */
    public static final String OPTION = "--db";

    /** The environment variable that stands in for the option. */
    public static final String VARIABLE = "PERDURE_DATABASE_URL";

    private static final String SQLITE = "jdbc:sqlite:";

    private Database() {
    }

    static Store open(@Nullable String given) {
        if (given == null || given.isBlank()) {
            throw new InvalidArgumentException("which database? Give " + OPTION + " FILE, or set " + VARIABLE
                    + "=jdbc:sqlite:FILE");
        }
        return SqliteStore.open(file(given));
    }

    private static Path file(String given) {
        if (given.startsWith("jdbc:postgresql:")) {
            throw new InvalidArgumentException("PostgreSQL cannot be reached yet: its store comes in a later release. "
                    + "Use jdbc:sqlite:FILE");
        }
        if (given.startsWith("jdbc:") && !given.startsWith(SQLITE)) {
            throw new InvalidArgumentException("'" + given + "' is a kind of database that Perdure does not know. "
                    + "Use jdbc:sqlite:FILE, or the path of an SQLite file");
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
