// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection with the statements that were prepared on it. Not safe for threads: whoever has it has it alone. */
public final class Session implements AutoCloseable {

    /** What is done in a snapshot. */
    public interface Reading<T extends @Nullable Object> {
        T read() throws SQLException;
    }

    private final Connection connection;
    private final Map<String, Prepared> prepared = new HashMap<>();

    /** In the order of first use: inserts into different tables, which do not depend on each other. */
    private final Set<Prepared> waiting = new LinkedHashSet<>();

    Session(Connection connection) {
        this.connection = connection;
    }

    /** A statement of the {@code .sql} files, prepared when it is used for the first time. */
    public Prepared sql(String name) throws SQLException {
        Prepared statement = prepared.get(name);
        if (statement == null) {
            statement = prepare(Sql.text(name));
            prepared.put(name, statement);
        }
        return statement;
    }

    /** A statement of which rows are added now, and carried out by {@link #catchUp}. */
    public Prepared later(String name) throws SQLException {
        Prepared statement = sql(name);
        waiting.add(statement);
        return statement;
    }

    /** Carries out what was put off. */
    public void catchUp() throws SQLException {
        for (Prepared statement : waiting) {
            statement.updateAdded();
        }
        waiting.clear();
    }

    /** Reads several times, and sees everything as it is at the first. After an error this session is of no use. */
    public <T extends @Nullable Object> T snapshot(Reading<T> reading) throws SQLException {
        sql("begin.to_read").update();
        T read = reading.read();
        sql("commit").update();
        return read;
    }

    /** A statement made for one use; the caller closes it. */
    public Prepared prepare(String text) throws SQLException {
        return new Prepared(connection.prepareStatement(text));
    }

    /** Prepares all anew and drops what was put off: after an error the driver has closed the statement that failed. */
    void forgetStatements() throws SQLException {
        for (Prepared statement : prepared.values()) {
            statement.close();
        }
        prepared.clear();
        waiting.clear();
    }

    /** Carries out a text without results, such as a PRAGMA or a definition. */
    public void run(String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    /** The first column of the first row, as text. */
    public String ask(String text) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet answer = statement.executeQuery(text)) {
            return answer.next() ? answer.getString(1) : "";
        }
    }

    /** The file of the database itself, not of one attached to it; empty if it is in memory. Reads no table. */
    String mainFile() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet databases = statement.executeQuery("PRAGMA database_list")) {
            while (databases.next()) {
                if (databases.getString("name").equals("main")) {
                    return databases.getString("file");
                }
            }
            return "";
        }
    }

    /** Closes the statements, too. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
