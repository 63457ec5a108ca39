// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter;
import dev.perdure.store.StoreException;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class YourTransactionsTest {

    private static final Workflow.Implemented<String, String> SHIP = Workflow.of("ship", String.class, String.class,
            (ctx, order) -> {
                ctx.signals("paid", Boolean.class).receive();
                return "shipped " + order;
            });

    @TempDir
    Path directory;

    private SqliteStore store;
    private Engine engine;
    private DataSource database;

    @BeforeEach
    void open() throws SQLException {
        Path path = directory.resolve("orders.db");
        store = SqliteStore.open(path);
        // snippet:sqlite
        SQLiteDataSource shop = new SQLiteDataSource();
        shop.setUrl("jdbc:sqlite:" + path + "?transaction_mode=IMMEDIATE&busy_timeout=5000");
        // end
        database = shop;
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id TEXT PRIMARY KEY, paid INTEGER NOT NULL DEFAULT 0)");
        }
        engine = Engine.builder().store(store).workflow(SHIP).start();
    }

    @AfterEach
    void close() {
        engine.close();
        store.close();
    }

    // snippet:start
    void place(Client client, String order) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, order);
            client.within(connection).start(SHIP, order, order);
            connection.commit();
        }
    }
    // end

    // snippet:signal
    void paid(Client client, String order, String payment) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            markPaid(connection, order);
            client.within(connection).signal(order, "paid", true, payment);
            connection.commit();
        }
    }
    // end

    // snippet:emit
    void settled(Client client, String invoice) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            markPaid(connection, invoice);
            client.within(connection).emitEvent("invoice-" + invoice + "-paid", true);
            connection.commit();
        }
    }
    // end

    // snippet:again
    void placeForSure(Client client, String order) throws SQLException {
        for (int tries = 1;; tries++) {
            try {
                place(client, order);
                return;
            } catch (StoreException failed) {
                if (failed.effect() != StoreException.Effect.NOTHING_RETRY || tries == 5) {
                    throw failed;
                }
            }
        }
    }
    // end

    // snippet:starter
    static RunHandle<String> ship(RunStarter starter, String order) {
        return starter.start(SHIP, "ship-" + order, order);
    }
    // end

    private static void insert(Connection connection, String order) throws SQLException {
        change(connection, "INSERT INTO orders (id) VALUES (?)", order);
    }

    private static void markPaid(Connection connection, String order) throws SQLException {
        change(connection, "UPDATE orders SET paid = 1 WHERE id = ?", order);
    }

    private static void change(Connection connection, String sql, String order) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, order);
            statement.executeUpdate();
        }
    }

    @Test
    void a_row_and_its_run_are_there_together_or_not_at_all() throws SQLException {
        place(engine, "order-1");
        paid(engine, "order-1", "payment-7");
        paid(engine, "order-1", "payment-7");
        assertThat(engine.handle(SHIP, "order-1").result(Duration.ofMinutes(1))).isEqualTo("shipped order-1");
        settled(engine, "order-1");
        assertThat(engine.event("invoice-order-1-paid", Boolean.class)).contains(true);
        assertThatThrownBy(() -> place(engine, "order-1")).as("there is a row").isInstanceOf(SQLException.class);
        placeForSure(engine, "order-2");
        assertThat(engine.handle("order-2").describe().runId()).isEqualTo("order-2");
    }

    @Test
    void the_same_code_starts_within_and_without() throws SQLException {
        assertThat(ship(engine, "order-1").created()).isTrue();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(ship(engine.within(connection), "order-2").created()).isTrue();
        }
        assertThat(store.find("ship-order-1")).isPresent();
        assertThat(store.find("ship-order-2")).as("rolled back").isEmpty();
    }

    @Test
    void without_a_transaction_there_is_nothing_to_be_within() throws SQLException {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> engine.within(connection).start(SHIP, "order-1", "order-1"))
                    .isInstanceOf(InvalidArgumentException.class);
        }
    }
}
