// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.ceiling;

import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Postgres;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.Charge;
import dev.perdure.journal.UnitFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * What PostgreSQL does with plain JDBC: one connection, one thread, one table, a batch per transaction, and nothing to
 * decide. It is as durable as the store, and that is checked.
 */
public final class PostgresCeiling implements Ceiling {

    /** How rows get there; which one is faster differs with the size of the batch, so both are tried. */
    public enum Way {
        /** Prepared inserts in a batch, which the driver rewrites as inserts of many rows. */
        INSERT,
        /** COPY in its binary form. */
        COPY
    }

    private static final List<String> DURABLE = List.of("fsync", "synchronous_commit", "full_page_writes");

    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final short COLUMNS = 3;

    private final BenchDirectory place;
    private final Address address;
    private final Way way;
    private final Connection connection;
    private final PreparedStatement insert;
    private final String copy;
    private final byte[] row = UnitFormat.encode(Charge.unit(7));
    private long written;

    /**
     * Makes an empty table in a schema of its own.
     *
     * @param place knows the server
     * @param way in which rows are written
     * @param settings of the store
     */
    public PostgresCeiling(BenchDirectory place, Way way, Map<String, String> settings) throws SQLException {
        this.place = place;
        this.way = way;
        address = place.address(StoreKind.POSTGRES, "ceiling");
        connection = place.postgres().connect("reWriteBatchedInserts", "true");
        String schema = '"' + Postgres.schemaOf(address.where()) + '"';
        try (Statement statement = connection.createStatement()) {
            for (String name : DURABLE) {
                check(statement, name, settings.get(name));
            }
            statement.execute("CREATE SCHEMA " + schema);
            statement.execute(sql("postgres-events", schema));
        }
        insert = connection.prepareStatement(sql("postgres-insert", schema));
        copy = sql("postgres-copy", schema);
    }

    private static void check(Statement statement, String name, String expected) throws SQLException {
        try (ResultSet answer = statement.executeQuery("SHOW " + name)) {
            answer.next();
            if (!answer.getString(1).equals(expected)) {
                throw new BrokenMeasurementException("the ceiling must be as durable as the store: " + name
                        + " must be " + expected + " and is " + answer.getString(1));
            }
        }
    }

    @Override
    public void append(int rows) throws SQLException {
        if (way == Way.COPY) {
            copy(rows);
        } else {
            insert(rows);
        }
    }

    /** A single row commits by itself: that is one way to the server and back, and BEGIN and COMMIT would be two. */
    private void insert(int rows) throws SQLException {
        connection.setAutoCommit(rows == 1);
        for (int i = 0; i < rows; i++) {
            insert.setLong(1, run());
            insert.setLong(2, seq());
            insert.setBytes(3, row);
            written++;
            if (rows > 1) {
                insert.addBatch();
            }
        }
        if (rows == 1) {
            insert.executeUpdate();
        } else {
            insert.executeBatch();
            connection.commit();
        }
    }

    /** See "Binary Format" of COPY in PostgreSQL's manual: a header, rows of fields with their lengths, an end. */
    private void copy(int rows) throws SQLException {
        int size = Short.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES + Integer.BYTES + row.length;
        ByteBuffer bytes = ByteBuffer.allocate(SIGNATURE.length + 2 * Integer.BYTES + rows * size + Short.BYTES);
        bytes.put(SIGNATURE).putInt(0).putInt(0);
        for (int i = 0; i < rows; i++) {
            bytes.putShort(COLUMNS).putInt(Long.BYTES).putLong(run()).putInt(Long.BYTES).putLong(seq())
                    .putInt(row.length).put(row);
            written++;
        }
        bytes.putShort((short) -1);
        CopyIn in = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
        in.writeToCopy(bytes.array(), 0, bytes.position());
        in.endCopy();
    }

    private long run() {
        long generation = written / ((long) RUNS * ROWS_PER_RUN);
        return generation * RUNS + written % RUNS;
    }

    private long seq() {
        return written / RUNS % ROWS_PER_RUN + 1;
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        connection.close();
        place.forget(address);
    }

    private static String sql(String name, String schema) {
        try (InputStream in = PostgresCeiling.class.getResourceAsStream(name + ".sql")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${schema}", schema);
        } catch (IOException e) {
            throw new BrokenMeasurementException("cannot read " + name + ".sql", e);
        }
    }
}
