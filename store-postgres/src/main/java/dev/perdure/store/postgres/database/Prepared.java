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

/** A statement that is given its values in order, and carried out once. Not safe for threads. */
public final class Prepared implements Cells {

    /** Makes a value of the row at which the result stands. */
    public interface Row<T extends @Nullable Object> {
        T of(ResultSet row) throws SQLException;
    }

    private final Connection connection;
    private final PreparedStatement statement;
    private final int preceding;
    private int next = 1;

    /**
     * @param text one statement, or several that are sent together
     * @param preceding how many there are before the one whose result is asked for
     */
    Prepared(Connection connection, String text, Plan plan, int preceding) throws SQLException {
        this.connection = connection;
        this.preceding = preceding;
        this.statement = connection.prepareStatement(text);
        // A pool that hides the driver's statements decides for itself.
        if (plan != Plan.KEPT && statement.isWrapperFor(PGStatement.class)) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(plan == Plan.BY_INDEX ? 1 : 0);
        }
    }

    @Override
    public Prepared with(long value) throws SQLException {
        statement.setLong(next++, value);
        return this;
    }

    @Override
    public Prepared with(boolean value) throws SQLException {
        statement.setBoolean(next++, value);
        return this;
    }

    @Override
    public Prepared with(int value) throws SQLException {
        statement.setInt(next++, value);
        return this;
    }

    @Override
    public Prepared with(String value) throws SQLException {
        statement.setString(next++, value);
        return this;
    }

    @Override
    public Prepared with(byte[] value) throws SQLException {
        statement.setBytes(next++, value);
        return this;
    }

    @Override
    public Prepared with(@Nullable UUID value) throws SQLException {
        if (value == null) {
            statement.setNull(next++, Types.OTHER, "uuid");
        } else {
            statement.setObject(next++, value);
        }
        return this;
    }

    @Override
    public Prepared withTime(long time) throws SQLException {
        if (time == Long.MAX_VALUE) {
            statement.setNull(next++, Types.BIGINT);
            return this;
        }
        return with(time);
    }

    @Override
    public Prepared with(String type, Collection<?> values) throws SQLException {
        // The driver makes an array of octets only of what is declared as one.
        Object[] array = type.equals("bytea") ? values.toArray(new byte[0][]) : values.toArray();
        statement.setArray(next++, connection.createArrayOf(type, array));
        return this;
    }

    /** Carries out a change, and tells how many rows it concerned. */
    public int update() throws SQLException {
        try (statement) {
            execute();
            return statement.getUpdateCount();
        }
    }

    /** The first row, or null if there is none. */
    public <T> @Nullable T first(Row<T> row) throws SQLException {
        try (statement) {
            execute();
            ResultSet result = statement.getResultSet();
            return result.next() ? row.of(result) : null;
        }
    }

    public boolean any() throws SQLException {
        return first(row -> true) != null;
    }

    public <T> List<T> all(Row<T> row) throws SQLException {
        List<T> all = new ArrayList<>();
        try (statement) {
            execute();
            ResultSet result = statement.getResultSet();
            while (result.next()) {
                all.add(row.of(result));
            }
        }
        return all;
    }

    private void execute() throws SQLException {
        statement.execute();
        for (int i = 0; i < preceding; i++) {
            statement.getMoreResults();
        }
    }
}
