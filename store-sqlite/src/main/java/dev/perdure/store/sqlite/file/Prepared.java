// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A prepared statement that is given its values in order, carried out, and then used again. Not safe for threads. */
public final class Prepared {

    /** Makes a value of the row at which the result stands. */
    public interface Row<T extends @Nullable Object> {
        T of(ResultSet row) throws SQLException;
    }

    private final PreparedStatement statement;
    private int next = 1;

    Prepared(PreparedStatement statement) {
        this.statement = statement;
    }

    public Prepared with(long value) throws SQLException {
        statement.setLong(next++, value);
        return this;
    }

    public Prepared with(String value) throws SQLException {
        statement.setString(next++, value);
        return this;
    }

    public Prepared with(byte[] value) throws SQLException {
        statement.setBytes(next++, value);
        return this;
    }

    public Prepared with(@Nullable UUID value) throws SQLException {
        statement.setBytes(next++, value == null ? null : octets(value));
        return this;
    }

    /** A time that may never come, which is NULL in the database. */
    public Prepared withTime(long time) throws SQLException {
        if (time == Long.MAX_VALUE) {
            statement.setObject(next++, null);
            return this;
        }
        return with(time);
    }

    /** Carries out a change, and tells how many rows it concerned. */
    public int update() throws SQLException {
        next = 1;
        return statement.executeUpdate();
    }

    /** Keeps the values of one row for {@link #updateAdded}, which is quicker than one {@link #update} for each. */
    public void add() throws SQLException {
        next = 1;
        statement.addBatch();
    }

    public void updateAdded() throws SQLException {
        statement.executeBatch();
    }

    /** The first row, or null if there is none. */
    public <T> @Nullable T first(Row<T> row) throws SQLException {
        next = 1;
        try (ResultSet result = statement.executeQuery()) {
            return result.next() ? row.of(result) : null;
        }
    }

    public boolean any() throws SQLException {
        return first(row -> true) != null;
    }

    public <T> List<T> all(Row<T> row) throws SQLException {
        next = 1;
        List<T> all = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                all.add(row.of(result));
            }
        }
        return all;
    }

    /** Goes through the rows as long as that returns true. */
    public void eachWhile(Row<Boolean> row) throws SQLException {
        next = 1;
        try (ResultSet result = statement.executeQuery()) {
            boolean goOn = true;
            while (goOn && result.next()) {
                goOn = row.of(result);
            }
        }
    }

    /** The first rows of which something can be made, up to a limit; a row of which null is made is passed over. */
    public <T> List<T> some(int limit, Row<@Nullable T> row) throws SQLException {
        next = 1;
        List<T> some = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (some.size() < limit && result.next()) {
                T made = row.of(result);
                if (made != null) {
                    some.add(made);
                }
            }
        }
        return some;
    }

    public void close() throws SQLException {
        statement.close();
    }

    private static byte[] octets(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
    }
}
