// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.InvalidArgumentException;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.postgres.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts and signals that are part of a user's transaction on tables in the file of the store. */
class UsersTransactionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Workflow.Implemented<String, String> GREET = Workflow.of("greet", String.class, String.class,
            (ctx, name) -> ctx.step("greet", String.class, step -> "hello " + name));

    private static final Workflow.Implemented<Integer, Integer> SUM = Workflow.of("sum", Integer.class, Integer.class,
            (ctx, count) -> {
                int sum = 0;
                for (int i = 0; i < count; i++) {
                    sum += ctx.signals("number", Integer.class).receive();
                }
                return sum;
            });

    @TempDir
    Path directory;

    private final List<Connection> opened = new ArrayList<>();
    private SqliteStore store;
    private Engine engine;

    @BeforeEach
    void open() throws SQLException {
        store = SqliteStore.open(directory.resolve("shop.db"));
        try (Connection connection = connect("shop.db", "")) {
            run(connection, "CREATE TABLE shop_orders (id TEXT PRIMARY KEY)");
        }
        engine = Engine.builder().store(store).workflow(GREET).workflow(SUM).start();
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
        engine.close();
        store.close();
    }

    private Connection connect(String file, String settings) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(file) + settings);
        opened.add(connection);
        return connection;
    }

    /**
     * Begins a transaction that has the write lock. The driver begins the next one at each commit, so that the lock is
     * free only when the connection is in auto-commit mode again, or closed.
     */
    private Connection begin() throws SQLException {
        return begin("?transaction_mode=IMMEDIATE&busy_timeout=5000");
    }

    private Connection begin(String settings) throws SQLException {
        Connection connection = connect("shop.db", settings);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void order(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO shop_orders VALUES (?)")) {
            insert.setString(1, id);
            insert.executeUpdate();
        }
    }

    private static Set<String> orders(Connection connection) throws SQLException {
        Set<String> orders = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM shop_orders")) {
            while (rows.next()) {
                orders.add(rows.getString(1));
            }
        }
        return orders;
    }

    private static StoreException failed(String code, ThrowingCallable call) {
        StoreException failed = catchThrowableOfType(StoreException.class, call);
        assertThat(failed).as("an error with code %s", code).isNotNull();
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.effect()).isEqualTo(Effect.NOTHING_RETRY);
        return failed;
    }

    // ---- together or not at all ----

    @Test
    void a_users_row_and_a_run_are_there_together_or_not_at_all() throws SQLException {
        Connection connection = begin();
        RunStarter within = engine.within(connection);
        Random random = new Random(7);
        Set<String> committed = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            String id = "order-" + i;
            boolean rowFirst = random.nextBoolean();
            if (rowFirst) {
                order(connection, id);
            }
            within.start(GREET, id, "ada");
            if (!rowFirst) {
                order(connection, id);
            }
            if (random.nextBoolean()) {
                connection.commit();
                committed.add(id);
            } else {
                connection.rollback();
            }
        }
        assertThat(orders(connection)).isEqualTo(committed);
        connection.setAutoCommit(true);
        for (String id : committed) {
            assertThat(engine.handle(GREET, id).result(LIMIT)).isEqualTo("hello ada");
        }
        assertThat(engine.count(RunFilter.all())).isEqualTo(committed.size());
    }

    @Test
    void the_store_notices_what_a_user_of_its_own_process_commits() throws SQLException {
        engine.close();
        long before = store.foreignChanges();
        Connection connection = begin();
        try (Client client = Client.connect(store)) {
            client.within(connection).start(GREET, "order-1", "ada");
            assertThat(store.foreignChanges()).isEqualTo(before);
            connection.rollback();
            assertThat(store.foreignChanges()).isEqualTo(before);
            client.within(connection).start(GREET, "order-1", "ada");
            connection.commit();
            assertThat(store.foreignChanges()).isNotEqualTo(before);
        }
    }

    @Test
    void a_start_that_fails_half_way_leaves_nothing_in_a_transaction_that_goes_on() throws SQLException {
        Connection connection = begin();
        run(connection, "CREATE TEMP TRIGGER full BEFORE INSERT ON main.attributes "
                + "BEGIN SELECT RAISE(ABORT, 'no room'); END");
        order(connection, "order-1");
        assertThatThrownBy(() -> engine.within(connection).start(GREET,
                StartOptions.id("order-1").signal("a", 1).attribute("customer", "c-1"), "ada"))
                .isInstanceOf(StoreException.class).hasMessageContaining("no room");
        engine.within(connection).start(GREET, "order-2", "ada");
        connection.commit();
        assertThat(orders(connection)).containsExactly("order-1");
        connection.setAutoCommit(true);
        assertThat(store.find("order-1")).isEmpty();
        assertThat(engine.handle(GREET, "order-2").result(LIMIT)).isEqualTo("hello ada");
    }

    // ---- others at the same time ----

    @Test
    void the_engine_waits_for_an_open_transaction_and_goes_on() throws Exception {
        engine.start(SUM, "sum", 2);
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        Workflow.Implemented<String, String> slow = Workflow.of("slow", String.class, String.class,
                (ctx, name) -> ctx.step("slow", String.class, step -> {
                    inStep.countDown();
                    held.await();
                    return name;
                }));
        engine.close();
        engine = Engine.builder().store(store).workflow(GREET).workflow(SUM).workflow(slow).start();
        RunHandle<String> underWay = engine.start(slow, "slow", "ada");
        inStep.await();
        Connection connection = begin();
        engine.within(connection).signal("sum", "number", 1);
        engine.within(connection).signal("sum", "number", 10);
        held.countDown();
        assertThat(store.find("slow").orElseThrow().status().isFinished()).isFalse();
        connection.commit();
        connection.close();
        assertThat(engine.handle(SUM, "sum").result(LIMIT)).isEqualTo(11);
        assertThat(underWay.result(LIMIT)).isEqualTo("ada");
    }

    @Test
    void users_transactions_get_their_turn_while_the_engine_is_busy() throws SQLException {
        List<RunHandle<String>> load = new ArrayList<>();
        Connection connection = connect("shop.db", "?transaction_mode=IMMEDIATE&busy_timeout=5000");
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 25; j++) {
                load.add(engine.start(GREET, "load-" + i + "-" + j, "ada"));
            }
            connection.setAutoCommit(false);
            order(connection, "order-" + i);
            load.add(engine.within(connection).start(GREET, "order-" + i, "ada"));
            connection.commit();
            connection.setAutoCommit(true);
        }
        for (RunHandle<String> run : load) {
            assertThat(run.result(LIMIT)).isEqualTo("hello ada");
        }
    }

    @Test
    void a_transaction_that_has_read_before_others_wrote_is_told_to_begin_again() throws SQLException {
        Connection connection = begin("?busy_timeout=5000");
        assertThat(orders(connection)).isEmpty();
        engine.start(GREET, "order-1", "ada").result(LIMIT);
        assertThat(failed("transaction_conflict", () -> engine.within(connection).start(GREET, "order-2", "bob")))
                .hasMessageContainingAll("Roll it back and do it again", "transaction_mode=IMMEDIATE");
        connection.rollback();
        RunHandle<String> run = engine.within(connection).start(GREET, "order-2", "bob");
        connection.commit();
        assertThat(run.result(LIMIT)).isEqualTo("hello bob");
    }

    @Test
    void a_transaction_that_waits_in_vain_says_for_what() throws SQLException {
        Connection first = begin();
        engine.within(first).start(GREET, "order-1", "ada");
        Connection second = begin("?busy_timeout=1");
        assertThat(failed("store_locked", () -> engine.within(second).start(GREET, "order-2", "bob")))
                .hasMessageContainingAll("somebody else is writing", "busy_timeout");
        second.rollback();
        first.commit();
        first.close();
        engine.within(second).start(GREET, "order-2", "bob");
        second.commit();
        assertThat(engine.handle(GREET, "order-2").result(LIMIT)).isEqualTo("hello bob");
    }

    // ---- what is refused ----

    @Test
    void a_connection_to_another_file_is_refused() throws SQLException {
        Connection other = connect("other.db", "");
        run(other, "CREATE TABLE mine (id TEXT)");
        other.setAutoCommit(false);
        assertThatThrownBy(() -> engine.within(other).start(GREET, "order-1", "ada"))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContainingAll("other.db", "shop.db", "Give a connection to that file");
        other.rollback();
        other.setAutoCommit(true);
        run(other, "ATTACH '" + directory.resolve("shop.db") + "' AS shop");
        other.setAutoCommit(false);
        assertThatThrownBy(() -> engine.within(other).signal("sum", "number", 1))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("attached");
        try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            memory.setAutoCommit(false);
            assertThatThrownBy(() -> engine.within(memory).start(GREET, "order-1", "ada"))
                    .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("a database in memory");
        }
        assertThat(engine.count(RunFilter.all())).isZero();
    }

    @Test
    void a_connection_to_another_kind_of_database_is_refused() throws SQLException {
        Connection connection = begin();
        Store postgres = TestServer.open();
        try (Client client = Client.connect(postgres)) {
            assertThatThrownBy(() -> client.within(connection).start(GREET, "order-1", "ada"))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("leads to SQLite, and the store is in PostgreSQL");
        } finally {
            TestServer.close(postgres);
        }
    }

    @Test
    void a_store_without_sql_says_which_stores_can() throws SQLException {
        Connection connection = begin();
        try (Client client = Client.connect(new MemoryStore())) {
            assertThatThrownBy(() -> client.within(connection)).isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContainingAll("MemoryStore", "PostgresStore, SqliteStore");
        }
    }
}
