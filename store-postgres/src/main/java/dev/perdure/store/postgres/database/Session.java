// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** A connection for the time of one transaction. Not safe for threads: whoever has it has it alone. */
public final class Session {

    /** Tells the values of a row that is written. */
    public interface Values<R> {
        void of(R row, Cells cells) throws SQLException;
    }

    /** As many rows as one statement carries; fewer go as a sum of powers of two, so that texts are few and known. */
    private static final int MOST_ROWS = 256;
    private static final int WORTH_COPYING = 32;

    private final Connection connection;
    private final Sql sql;

    Session(Connection connection, Sql sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /** A statement of the {@code .sql} files. */
    public Prepared sql(String name) throws SQLException {
        return after("", name);
    }

    /** The same, and another one before it, the parameters of which come first and whose result nobody needs. */
    public Prepared after(String first, String name) throws SQLException {
        Plan plan = sql.plan(name);
        List<String> texts = new ArrayList<>();
        if (plan == Plan.BY_INDEX) {
            texts.add(sql.text("by_index"));
        }
        if (!first.isEmpty()) {
            texts.add(sql.text(first));
        }
        texts.add(sql.text(name));
        // Sent together, they are one transaction, and take one journey.
        return new Prepared(connection, String.join(";\n", texts), plan, texts.size() - 1);
    }

    /** The text of a statement, or of a part of one. */
    public String text(String name) {
        return sql.text(name);
    }

    /** A statement that was put together. */
    public Prepared prepare(String text) throws SQLException {
        return new Prepared(connection, text, Plan.MADE_EACH_TIME, 0);
    }

    /** Carries out statements without values, such as definitions. */
    void run(String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    /** Writes rows with as few statements as possible. */
    public <R> void insert(String name, List<R> rows, int columns, Values<R> values) throws SQLException {
        for (List<R> left = rows; !left.isEmpty(); left = left.subList(atOnce(left), left.size())) {
            filled(name, left.subList(0, atOnce(left)), columns, values).update();
        }
    }

    /** Whether so many rows are written faster by COPY than by a statement with values. */
    public static boolean isWorthCopying(int rows) {
        return rows >= WORTH_COPYING;
    }

    /** Writes rows of which none is there yet: by statement {@code x.copy} if they are many, or {@code x.insert}. */
    public <R> void write(String what, List<R> rows, int columns, Values<R> values) throws SQLException {
        if (isWorthCopying(rows.size())) {
            copy(what + ".copy", rows, columns, values);
        } else {
            insert(what + ".insert", rows, columns, values);
        }
    }

    private <R> void copy(String name, List<R> rows, int columns, Values<R> values) throws SQLException {
        CopyRows all = new CopyRows();
        for (R row : rows) {
            values.of(row, all.row(columns));
        }
        ByteBuffer bytes = all.end();
        CopyIn copying = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.text(name));
        try {
            copying.writeToCopy(bytes.array(), 0, bytes.limit());
            copying.endCopy();
        } finally {
            if (copying.isActive()) {
                copying.cancelCopy();
            }
        }
    }

    /** Like the first {@code insert}, with a statement that tells something of each row it has written. */
    public <R, T> List<T> insert(String name, List<R> rows, int columns, Values<R> values, Prepared.Row<T> told)
            throws SQLException {
        List<T> all = new ArrayList<>();
        for (List<R> left = rows; !left.isEmpty(); left = left.subList(atOnce(left), left.size())) {
            all.addAll(filled(name, left.subList(0, atOnce(left)), columns, values).all(told));
        }
        return all;
    }

    private static int atOnce(List<?> rows) {
        return Math.min(MOST_ROWS, Integer.highestOneBit(rows.size()));
    }

    private <R> Prepared filled(String name, List<R> rows, int columns, Values<R> values) throws SQLException {
        String row = "(" + "?, ".repeat(columns - 1) + "?)";
        Prepared statement = new Prepared(connection, sql.text(name).replace("${values}",
                row + (", " + row).repeat(rows.size() - 1)), sql.plan(name), 0);
        for (R each : rows) {
            values.of(each, statement);
        }
        return statement;
    }
}
