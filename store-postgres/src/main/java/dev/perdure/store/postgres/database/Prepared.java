// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * A statement that is given its values in order, and carried out once. Not safe for threads.
 *
 * <p><b>Plans.</b> A server remembers how it goes about a prepared statement until the next ANALYZE of one of its
 * tables. What it found out on a small table, to read it from one end to the other, takes seconds when there are a
 * hundred thousand rows a minute later. So a statement that looks for rows is not prepared on the server: it is planned
 * each time, for tables as large as they are then. That costs the server a tenth of a millisecond, a whole one for the
 * longest. Plans of statements that look for nothing, or only for a node's fence, are kept.
 */
public final class Prepared {

    /** Makes a value of the row at which the result stands. */
    public interface Row<T extends @Nullable Object> {
        T of(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final PreparedStatement statement;
    private int next = 1;

    Prepared(Connection connection, String text, boolean keepPlan) throws SQLException {
        this.connection = connection;
        this.statement = connection.prepareStatement(text);
        // A pool that hides the driver's statements decides for itself.
        if (!keepPlan && statement.isWrapperFor(PGStatement.class)) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
    }

    public Prepared with(long value) throws SQLException {
        statement.setLong(next++, value);
        return this;
    }

    public Prepared with(boolean value) throws SQLException {
        statement.setBoolean(next++, value);
        return this;
    }

    public Prepared with(int value) throws SQLException {
        statement.setInt(next++, value);
        return this;
    }

    /** A text; PostgreSQL has no place for the character with number 0 in one. */
    public Prepared with(String value) throws SQLException {
        statement.setString(next++, value);
        return this;
    }

    public Prepared with(byte[] value) throws SQLException {
        statement.setBytes(next++, value);
        return this;
    }

    public Prepared with(@Nullable UUID value) throws SQLException {
        if (value == null) {
            statement.setNull(next++, Types.OTHER, "uuid");
        } else {
            statement.setObject(next++, value);
        }
        return this;
    }

    /** A time that may never come, which is NULL in the database. */
    public Prepared withTime(long time) throws SQLException {
        if (time == Long.MAX_VALUE) {
            statement.setNull(next++, Types.BIGINT);
            return this;
        }
        return with(time);
    }

    /** Values of one type as an array, such as {@code uuid} or {@code text}. */
    public Prepared with(String type, Collection<?> values) throws SQLException {
        // The driver makes an array of octets only of what is declared as one.
        Object[] array = type.equals("bytea") ? values.toArray(new byte[0][]) : values.toArray();
        statement.setArray(next++, connection.createArrayOf(type, array));
        return this;
    }

    /** Carries out a change, and tells how many rows it concerned. */
    public int update() throws SQLException {
        try (statement) {
            return statement.executeUpdate();
        }
    }

    /** The first row, or null if there is none. */
    public <T> @Nullable T first(Row<T> row) throws SQLException {
        try (statement; ResultSet result = statement.executeQuery()) {
            return result.next() ? row.of(result) : null;
        }
    }

    public boolean any() throws SQLException {
        return first(row -> true) != null;
    }

    public <T> List<T> all(Row<T> row) throws SQLException {
        List<T> all = new ArrayList<>();
        try (statement; ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                all.add(row.of(result));
            }
        }
        return all;
    }
}
