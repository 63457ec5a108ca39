// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.RetryPolicy;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunStarter;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExactlyOnceTest {

    private static final Workflow<String, Integer> PAY = Workflow.named("pay", String.class, Integer.class);
    private static final Workflow<String, String> MAIL = Workflow.named("mail", String.class, String.class);

    @TempDir
    Path directory;

    private SqliteStore store;
    private Engine engine;

    @BeforeEach
    void open() throws SQLException {
        store = SqliteStore.open(directory.resolve("bank.db"));
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE accounts (id TEXT PRIMARY KEY, balance INTEGER CHECK (balance >= 0))");
            statement.execute("INSERT INTO accounts VALUES ('ada', 100)");
        }
        engine = Engine.builder().store(store).workflow(PAY, (ctx, account) -> pay(ctx, account))
                .workflow(MAIL, (ctx, account) -> "mailed " + account).start();
    }

    @AfterEach
    void close() {
        engine.close();
        store.close();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("bank.db") + "?busy_timeout=5000");
    }

    private int pay(WorkflowContext ctx, String account) {
        // snippet:transaction
        int left = ctx.transaction("withdraw", Integer.class, connection -> {
            try (PreparedStatement withdraw = connection.prepareStatement(
                    "UPDATE accounts SET balance = balance - 40 WHERE id = ? RETURNING balance")) {
                withdraw.setString(1, account);
                try (ResultSet row = withdraw.executeQuery()) {
                    row.next();
                    return row.getInt("balance");
                }
            }
        });
        // end
        // snippet:options
        StepSpec<Void> note = StepSpec.of("note").retry(RetryPolicy.fixed(Duration.ofSeconds(1), 5))
                .timeout(Duration.ofSeconds(10));
        ctx.runTransaction(note, connection -> {
            RunStarter within = engine.within(connection);
            within.start(MAIL, "mail-" + account, account);
        });
        // end
        return left;
    }

    @Test
    void a_withdrawal_is_made_once_and_its_result_remembered() throws SQLException {
        assertThat(engine.start(PAY, "pay-1", "ada").result()).isEqualTo(60);
        assertThat(engine.start(PAY, "pay-1", "ada").result()).isEqualTo(60);
        assertThat(engine.handle(MAIL, "mail-ada").result()).isEqualTo("mailed ada");
        assertThat(balance()).isEqualTo(60);
    }

    @Test
    void what_the_database_refuses_is_a_failed_step() throws SQLException {
        engine.start(PAY, "pay-1", "ada").result();
        engine.start(PAY, "pay-2", "ada").result();
        assertThatThrownBy(() -> engine.start(PAY, "pay-3", "ada").result())
                .hasMessageContaining(StepFailedException.class.getSimpleName());
        assertThat(balance()).isEqualTo(20);
    }

    private int balance() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT balance FROM accounts")) {
            row.next();
            return row.getInt(1);
        }
    }
}
