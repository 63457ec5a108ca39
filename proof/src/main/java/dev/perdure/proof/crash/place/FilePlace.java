// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash.place;

import dev.perdure.store.SqlStore;
import dev.perdure.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of SQLite.
 *
 * @param directory with the file, the effects, and nothing else of other lives
 */
public record FilePlace(Path directory) implements Place {

    private static final String NAME = "runs.db";

    @Override
    public String line() {
        return directory.toString();
    }

    private Path file() {
        return directory.resolve(NAME);
    }

    @Override
    public SqlStore open() {
        return SqliteStore.open(file());
    }

    /** Opens a copy: opening and closing the files themselves would tidy up. */
    @Override
    public SqlStore look(int life) throws IOException {
        Path copy = Files.createDirectory(directory.resolve("look-" + life));
        for (String name : List.of(NAME, NAME + "-wal")) {
            if (Files.exists(directory.resolve(name))) {
                Files.copy(directory.resolve(name), copy.resolve(name));
            }
        }
        return SqliteStore.open(copy.resolve(NAME));
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    @Override
    public String table(String name) {
        return name;
    }

    @Override
    public void clear() throws IOException {
        delete(directory);
    }

    /**
     * Deletes a directory with everything in it.
     *
     * @param directory which
     * @throws IOException if something is left
     */
    public static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
