// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.ceiling;

import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.load.Charge;
import dev.perdure.journal.UnitFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * What SQLite does with plain JDBC: one prepared statement, one thread, a batch per transaction, and nothing to decide.
 * Page size, journal mode, synchronous mode and checkpoints are those of the store, and that is checked: a ceiling that
 * is less durable would be too high, one with worse settings too low.
 */
public final class JdbcCeiling implements Ceiling {

    /** Both find the rows of a run by its key; which one is faster differs with the disk, so both are tried. */
    public enum Shape {
        /** The rows are the index: each run's rows lie together. */
        KEYED,
        /** Rows lie in the order of arrival, beside a narrow index. */
        INDEXED;

        private String table() {
            return sql(name().toLowerCase(Locale.ROOT));
        }
    }

    /** What the store and its ceiling have in common, in the order in which SQLite wants it. */
    private static final List<String> PRAGMAS =
            List.of("page_size", "journal_mode", "synchronous", "wal_autocheckpoint", "cache_size");

    private final BenchDirectory place;
    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;
    private final byte[] row = UnitFormat.encode(Charge.unit(7));
    private long written;

    /**
     * Makes an empty table in a file of its own.
     *
     * @param place for the file
     * @param shape of the table
     * @param settings of the store
     */
    public JdbcCeiling(BenchDirectory place, Shape shape, Map<String, String> settings) throws SQLException {
        this.place = place;
        file = place.file("ceiling");
        connection = DriverManager.getConnection("jdbc:sqlite:" + file, quick());
        try (Statement statement = connection.createStatement()) {
            for (String pragma : PRAGMAS) {
                if (settings.containsKey(pragma)) {
                    statement.execute("PRAGMA " + pragma + "=" + settings.get(pragma));
                }
            }
            statement.execute(shape.table());
            if (shape == Shape.INDEXED) {
                statement.execute(sql("index"));
            }
            check(statement, "journal_mode", "wal");
            check(statement, "synchronous", "2");
        }
        connection.setAutoCommit(false);
        insert = connection.prepareStatement(sql("insert"));
    }

    /** Nobody wants to know the numbers of the rows, and asking for them costs more than writing them. */
    private static Properties quick() {
        Properties properties = new Properties();
        properties.setProperty("jdbc.get_generated_keys", "false");
        return properties;
    }

    private static void check(Statement statement, String pragma, String expected) throws SQLException {
        try (ResultSet answer = statement.executeQuery("PRAGMA " + pragma)) {
            String found = answer.next() ? answer.getString(1) : "nothing";
            if (!found.equalsIgnoreCase(expected)) {
                throw new BrokenMeasurementException("the ceiling must be as durable as the store: " + pragma
                        + " must be " + expected + " and is " + found);
            }
        }
    }

    @Override
    public void append(int rows) throws SQLException {
        for (int i = 0; i < rows; i++) {
            long generation = written / ((long) RUNS * ROWS_PER_RUN);
            insert.setLong(1, generation * RUNS + written % RUNS);
            insert.setLong(2, written / RUNS % ROWS_PER_RUN + 1);
            insert.setBytes(3, row);
            insert.addBatch();
            written++;
        }
        insert.executeBatch();
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        connection.close();
        place.delete(file);
    }

    private static String sql(String name) {
        try (InputStream in = JdbcCeiling.class.getResourceAsStream(name + ".sql")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BrokenMeasurementException("cannot read " + name + ".sql", e);
        }
    }
}
