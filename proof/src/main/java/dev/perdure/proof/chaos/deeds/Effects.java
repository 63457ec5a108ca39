// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos.deeds;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.StepContext;
import dev.perdure.WorkflowContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/**
 * What runs do to the world: a row in a table of the campaign's own, which goes to the database directly, past the
 * faults of the wire, and is durable by itself. The row compares what the code has heard with what is in the journal.
 */
public final class Effects implements AutoCloseable {

    /** How often an effect happens. */
    enum Kind {
        /** At least once. */
        MUST,
        /** At most once. */
        ONCE,
        /** As it comes: a step that fails anyway. */
        MAY
    }

    /**
     * What the code knew when it asked for a step. It must be the same when the step is asked for again.
     *
     * @param incarnation whose code it is
     * @param entry the number of the last entry that it has heard
     * @param time the time in the run
     * @param content drawn by the run's own chance
     */
    record Heard(UUID incarnation, long entry, long time, String content) {

        static Heard by(WorkflowContext ctx) {
            return new Heard(ctx.info().incarnation(), ctx.info().journalSize(), ctx.now().toEpochMilli(),
                    ctx.info().journalSize() + " " + ctx.now().toEpochMilli() + " " + ctx.uuid() + " "
                            + ctx.random().nextInt());
        }
    }

    private static final int CONNECTIONS = 4;

    private final HikariDataSource database;
    private final Queries queries;
    private final String process;

    /**
     * Connects when it is needed.
     *
     * @param url the database itself, not through a wire
     * @param process who does it
     */
    public Effects(String url, String process) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url + "&ApplicationName=effects");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        config.setInitializationFailTimeout(-1);
        this.database = new HikariDataSource(config);
        this.queries = new Queries(url, 0);
        this.process = process;
    }

    /** Called by the body of a step; fails when the database is away, although the effect may have happened. */
    void happen(StepContext step, Kind kind, Heard heard) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(queries.text("effect"))) {
            statement.setString(1, step.runId());
            statement.setString(2, step.idempotencyKey());
            statement.setInt(3, step.attempt());
            statement.setString(4, kind.name());
            statement.setString(5, heard.content());
            statement.setLong(6, heard.entry());
            statement.setLong(7, heard.time());
            statement.setString(8, process);
            statement.setObject(9, heard.incarnation());
            statement.executeUpdate();
        }
    }

    /**
     * Called by the body of a transaction, within it.
     *
     * @return how often this run has done it
     */
    int withdraw(Connection connection, String runId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(queries.text("withdraw"))) {
            statement.setString(1, runId);
            statement.setString(2, process);
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(queries.text("withdrawals"))) {
            statement.setString(1, runId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /**
     * Called by the body of an activity in a queue with limits, when it begins.
     *
     * @return for {@link #end}
     */
    long begin(String queue, String key, String runId) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(queries.text("work.begin"))) {
            statement.setString(1, queue);
            statement.setString(2, key);
            statement.setString(3, runId);
            statement.setString(4, process);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Called by the same body before it ends. */
    void end(long number) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(queries.text("work.end"))) {
            statement.setLong(1, number);
            statement.executeUpdate();
        }
    }

    /** Leaves the token of an activity for somebody outside. */
    void leave(String token) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(queries.text("token"))) {
            statement.setString(1, token);
            statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
