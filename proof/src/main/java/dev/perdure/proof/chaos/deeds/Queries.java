// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos.deeds;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The statements of {@code chaos.sql}, by name, and connections of the campaign's own. */
public final class Queries {

    private static final Pattern NAME = Pattern.compile("(?m)^-- name: (\\S+)$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$\n?");

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final String url;

    /**
     * Connects to nothing yet.
     *
     * @param url the database itself, not through a wire
     * @param leaseMillis stands in some of the statements
     */
    public Queries(String url, long leaseMillis) {
        this.url = url;
        String file = read();
        Matcher heading = NAME.matcher(file);
        boolean more = heading.find();
        while (more) {
            String name = heading.group(1);
            int from = heading.end();
            more = heading.find();
            String text = COMMENT.matcher(file.substring(from, more ? heading.start() : file.length())).replaceAll("");
            texts.put(name, text.strip().replace("${lease}", Long.toString(leaseMillis))
                    .replace("${must}", Integer.toString(Errand.STEPS_THAT_MUST_HAPPEN)));
        }
    }

    private static String read() {
        try (InputStream in = Queries.class.getResourceAsStream("chaos.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * A statement.
     *
     * @param name in the file
     * @return as it stands there
     */
    public String text(String name) {
        return texts.get(name);
    }

    /**
     * The names of statements.
     *
     * @param prefix with which they begin
     * @return in the order of the file
     */
    public List<String> names(String prefix) {
        return texts.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    /**
     * Connects to the database.
     *
     * @return in auto-commit mode, to be closed
     * @throws SQLException if that does not work
     */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url + "&ApplicationName=chaos&connectTimeout=5&socketTimeout=120");
    }

    /**
     * Carries out one statement, or several without values.
     *
     * @param connection on which
     * @param name of the statement
     * @param values for its marks
     * @return its rows as texts
     * @throws SQLException if it fails
     */
    public List<List<String>> run(Connection connection, String name, Object... values) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(text(name))) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            if (statement.execute()) {
                ResultSet result = statement.getResultSet();
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        row.add(String.valueOf(result.getString(i)));
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    /**
     * The same on a connection for this statement alone.
     *
     * @param name of the statement
     * @param values for its marks
     * @return its rows as texts
     * @throws SQLException if it fails
     */
    public List<List<String>> run(String name, Object... values) throws SQLException {
        try (Connection connection = connect()) {
            return run(connection, name, values);
        }
    }

    /**
     * The only number of a statement's only row.
     *
     * @param name of the statement
     * @return the number
     * @throws SQLException if it fails
     */
    public long number(String name) throws SQLException {
        return Long.parseLong(run(name).getFirst().getFirst());
    }
}
