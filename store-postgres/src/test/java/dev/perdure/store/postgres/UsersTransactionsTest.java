// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.RunExistsException;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StartOptions.Policy;
import dev.perdure.UnknownWorkflowException;
import dev.perdure.Workflow;
import dev.perdure.WrongTypeException;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts and signals that are part of a user's transaction, under an engine that runs. */
class UsersTransactionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Workflow.Implemented<String, String> GREET = Workflow.of("greet", String.class, String.class,
            (ctx, name) -> ctx.step("greet", String.class, step -> "hello " + name)
                    + ctx.info().headers().getOrDefault("mark", ""));

    /** Adds up so many numbers. */
    private static final Workflow.Implemented<Integer, Integer> SUM = Workflow.of("sum", Integer.class, Integer.class,
            (ctx, count) -> {
                int sum = 0;
                for (int i = 0; i < count; i++) {
                    sum += ctx.signals("number", Integer.class).receive();
                }
                return sum;
            });

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Shop shop;
    private PostgresStore store;
    private Engine engine;

    @BeforeEach
    void open() throws SQLException {
        shop = new Shop();
        store = shop.store();
        engine = Engine.builder().store(store).workflow(GREET).workflow(SUM).start();
    }

    @AfterEach
    void close() throws SQLException {
        threads.shutdownNow();
        shop.disconnect();
        engine.close();
        store.close();
        shop.close();
    }

    // ---- together or not at all ----

    @Test
    void a_users_row_and_a_run_are_there_together_or_not_at_all() throws SQLException {
        Connection connection = shop.begin();
        RunStarter within = engine.within(connection);
        Random random = new Random(7);
        Set<String> committed = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            String id = "order-" + i;
            boolean rowFirst = random.nextBoolean();
            if (rowFirst) {
                Shop.order(connection, id);
            }
            within.start(GREET, id, "ada");
            if (!rowFirst) {
                Shop.order(connection, id);
            }
            if (random.nextBoolean()) {
                connection.commit();
                committed.add(id);
            } else {
                connection.rollback();
            }
        }
        assertThat(Shop.orders()).isEqualTo(committed);
        for (String id : committed) {
            assertThat(engine.handle(GREET, id).result(LIMIT)).isEqualTo("hello ada");
        }
        assertThat(engine.count(RunFilter.all())).isEqualTo(committed.size());
    }

    @Test
    void a_handle_waits_for_the_run_of_a_transaction_that_commits_later() throws Exception {
        Connection connection = shop.begin();
        RunHandle<String> run = engine.within(connection).start(GREET, "ada");
        assertThat(run.created()).isTrue();
        assertThatThrownBy(run::describe).isInstanceOf(RunNotFoundException.class);
        Future<String> result = threads.submit(() -> run.result(LIMIT));
        assertThat(result).isNotDone();
        connection.commit();
        assertThat(result.get()).isEqualTo("hello ada");
        assertThat(run.describe().status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void every_option_of_a_start_holds_within_a_transaction() throws SQLException {
        Connection connection = shop.begin();
        RunStarter within = engine.within(connection);
        RunHandle<String> marked = within.start(GREET, StartOptions.id("marked").header("mark", "!")
                .attribute("customer", "c-12"), "ada");
        RunHandle<Integer> signalled = within.start(SUM, StartOptions.none().signal("number", 5), 1);
        RunHandle<String> later = within.start(GREET, StartOptions.none().delay(Duration.ofHours(1)), "bob");
        RunHandle<Payload> byName = within.start("greet", StartOptions.id("by-name"), encoded("cyd"));
        connection.commit();
        assertThat(marked.result(LIMIT)).isEqualTo("hello ada!");
        assertThat(engine.list(RunFilter.all().attribute("customer", "c-12"), 10).runs()).hasSize(1);
        assertThat(signalled.result(LIMIT)).isEqualTo(5);
        assertThat(later.describe().status()).isEqualTo(RunStatus.QUEUED);
        assertThat(byName.result(LIMIT)).isEqualTo(encoded("hello cyd"));
        assertThat(within.start(GREET, "marked", "eve").created()).isFalse();
        assertThatThrownBy(() -> within.start(GREET, StartOptions.id("marked").policy(Policy.FAIL), "eve"))
                .isInstanceOf(RunExistsException.class);
        assertThatThrownBy(() -> within.start(SUM, "marked", 1)).isInstanceOf(RunExistsException.class);
        RunHandle<String> again = within.start(GREET, StartOptions.id("marked").policy(Policy.RESTART_FINISHED), "eve");
        assertThat(again.created()).isTrue();
        connection.commit();
        assertThat(again.result(LIMIT)).isEqualTo("hello eve");
    }

    private static Payload encoded(String text) {
        return Payloads.found().encode(text);
    }

    @Test
    void a_thousand_starts_are_one_transaction() throws SQLException {
        Connection connection = shop.begin();
        List<RunHandle<String>> runs = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            runs.add(engine.within(connection).start(GREET, "order-" + i, "ada"));
        }
        assertThat(engine.count(RunFilter.all())).isZero();
        connection.commit();
        for (RunHandle<String> run : runs) {
            assertThat(run.result(LIMIT)).isEqualTo("hello ada");
        }
    }

    // ---- others at the same time ----

    @Test
    void who_starts_the_same_id_waits_for_the_transaction_and_joins_its_run() throws Exception {
        Connection first = shop.begin();
        Connection second = shop.begin();
        RunHandle<String> run = engine.within(first).start(GREET, "order-1", "ada");
        Future<RunHandle<String>> joining = threads.submit(() -> engine.within(second).start(GREET, "order-1", "bob"));
        Shop.awaitWaitFor(Shop.pid(first));
        first.commit();
        assertThat(joining.get().created()).isFalse();
        assertThat(joining.get().incarnation()).isEqualTo(run.incarnation());
        second.commit();
        assertThat(joining.get().result(LIMIT)).isEqualTo("hello ada");
    }

    @Test
    void who_starts_the_same_id_waits_for_the_transaction_and_starts_if_that_rolls_back() throws Exception {
        Connection first = shop.begin();
        Connection second = shop.begin();
        engine.within(first).start(GREET, "order-1", "ada");
        Future<RunHandle<String>> starting = threads.submit(() -> engine.within(second).start(GREET, "order-1", "bob"));
        Shop.awaitWaitFor(Shop.pid(first));
        first.rollback();
        assertThat(starting.get().created()).isTrue();
        second.commit();
        assertThat(starting.get().result(LIMIT)).isEqualTo("hello bob");
    }

    @Test
    void a_start_that_waits_for_a_transaction_keeps_nobody_else_waiting() throws Exception {
        Connection connection = shop.begin();
        RunHandle<String> run = engine.within(connection).start(GREET, "order-1", "ada");
        Future<RunHandle<String>> joining = threads.submit(() -> engine.start(GREET, "order-1", "bob"));
        Shop.awaitWaitFor(Shop.pid(connection));
        for (int i = 0; i < 50; i++) {
            assertThat(engine.start(GREET, "other-" + i, "cyd").result(LIMIT)).isEqualTo("hello cyd");
        }
        assertThat(joining).isNotDone();
        connection.commit();
        assertThat(joining.get().created()).isFalse();
        assertThat(joining.get().incarnation()).isEqualTo(run.incarnation());
        assertThat(run.result(LIMIT)).isEqualTo("hello ada");
    }

    @Test
    void signals_of_transactions_held_open_in_opposite_orders_keep_nobody_waiting() throws Exception {
        long deadlocks = deadlocks();
        int pairs = 20;
        engine.start(SUM, "left", 3 * pairs);
        engine.start(SUM, "right", 3 * pairs);
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            Connection one = impatient();
            Connection other = impatient();
            engine.within(one).signal("left", "number", 1);
            engine.within(other).signal("right", "number", 1);
            engine.within(one).signal("right", "number", 1);
            engine.within(other).signal("left", "number", 1);
            open.add(one);
            open.add(other);
        }
        // While all of them are open, the two runs hear others, and the engine has other things to do.
        List<RunHandle<String>> load = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            load.add(engine.start(GREET, "load-" + i, "ada"));
            if (i < pairs) {
                engine.signal("left", "number", 1);
                engine.signal("right", "number", 1);
            }
        }
        for (RunHandle<String> run : load) {
            assertThat(run.result(LIMIT)).isEqualTo("hello ada");
        }
        for (Connection each : open) {
            assertThat(Shop.waitingFor(Shop.pid(each))).isEmpty();
        }
        assertThat(store.find("left").orElseThrow().status()).isNotEqualTo(RunStatus.COMPLETED);
        for (Connection each : open) {
            each.commit();
        }
        assertThat(engine.handle(SUM, "left").result(LIMIT)).isEqualTo(3 * pairs);
        assertThat(engine.handle(SUM, "right").result(LIMIT)).isEqualTo(3 * pairs);
        assertThat(deadlocks()).isEqualTo(deadlocks);
    }

    /** Fails where it would wait, so that the test does not. */
    private Connection impatient() throws SQLException {
        Connection connection = shop.begin();
        Shop.run(connection, "SET LOCAL lock_timeout = '5s'");
        return connection;
    }

    private long deadlocks() throws SQLException {
        return Long.parseLong(Shop.column(shop.connect(),
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").getFirst());
    }

    @Test
    void a_signal_with_an_id_counts_once_whatever_transaction_sends_it() throws Exception {
        RunHandle<Integer> run = engine.start(SUM, "sum", 3);
        Connection first = shop.begin();
        Connection second = shop.begin();
        assertThat(engine.within(first).signal("sum", "number", 1, "m-1")).isTrue();
        assertThat(engine.within(first).signal("sum", "number", 1, "m-1")).isFalse();
        Future<Boolean> again = threads.submit(() -> engine.within(second).signal("sum", "number", 1, "m-1"));
        Shop.awaitWaitFor(Shop.pid(first));
        first.commit();
        assertThat(again.get()).isFalse();
        assertThat(engine.within(second).signal("sum", "number", 10, "m-2")).isTrue();
        second.rollback();
        assertThat(engine.within(second).signal("sum", "number", 100, "m-2")).isTrue();
        second.commit();
        engine.signal("sum", "number", 1_000);
        assertThat(run.result(LIMIT)).isEqualTo(1_101);
    }

    // ---- isolation ----

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED,
        Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void it_works_at_each_level_of_isolation(int isolation) throws SQLException {
        RunHandle<Integer> sum = engine.start(SUM, "sum", 2);
        Connection connection = shop.begin();
        connection.setTransactionIsolation(isolation);
        assertThat(Shop.column(connection, "SELECT count(*) FROM shop_orders")).containsExactly("0");
        engine.signal("sum", "number", 1);
        Shop.order(connection, "order-1");
        RunHandle<String> run = engine.within(connection).start(GREET, "order-1", "ada");
        engine.within(connection).signal("sum", "number", 10);
        connection.commit();
        assertThat(run.result(LIMIT)).isEqualTo("hello ada");
        assertThat(sum.result(LIMIT)).isEqualTo(11);
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void what_the_snapshot_cannot_see_fails_the_transaction_which_works_when_done_again(int isolation)
            throws SQLException {
        Connection connection = shop.begin();
        connection.setTransactionIsolation(isolation);
        assertThat(Shop.column(connection, "SELECT count(*) FROM shop_orders")).containsExactly("0");
        RunHandle<String> there = engine.start(GREET, "order-1", "ada");
        assertThatThrownBy(() -> engine.within(connection).start(GREET, "order-1", "bob"))
                .isInstanceOfSatisfying(StoreException.class, conflict -> {
                    assertThat(conflict.code()).isEqualTo("transaction_conflict");
                    assertThat(conflict.effect()).isEqualTo(Effect.NOTHING_RETRY);
                    assertThat(conflict).hasMessageContaining("do it again from its beginning");
                });
        connection.rollback();
        RunHandle<String> joined = engine.within(connection).start(GREET, "order-1", "bob");
        connection.commit();
        assertThat(joined.incarnation()).isEqualTo(there.incarnation());
    }

    @Test
    void two_transactions_that_start_the_same_two_ids_in_opposite_orders_are_told_to_try_again() throws Exception {
        Connection first = shop.begin();
        Connection second = shop.begin();
        engine.within(first).start(GREET, "a", "ada");
        engine.within(second).start(GREET, "b", "bob");
        Future<?> waiting = threads.submit(() -> engine.within(first).start(GREET, "b", "ada"));
        Shop.awaitWaitFor(Shop.pid(second));
        List<Throwable> failures = new ArrayList<>();
        try {
            engine.within(second).start(GREET, "a", "bob");
        } catch (StoreException failed) {
            failures.add(failed);
            second.rollback();
        }
        try {
            waiting.get();
        } catch (ExecutionException failed) {
            failures.add(failed.getCause());
        }
        assertThat(failures).singleElement().isInstanceOfSatisfying(StoreException.class,
                failed -> assertThat(failed.code()).isEqualTo("transaction_conflict"));
    }

    // ---- what is refused ----

    @Test
    void what_cannot_be_meant_is_refused_and_the_transaction_goes_on() throws SQLException {
        RunHandle<String> finished = engine.start(GREET, "finished", "ada");
        finished.result(LIMIT);
        Connection connection = shop.begin();
        RunStarter within = engine.within(connection);
        Workflow<String, String> other = Workflow.named("other", String.class, String.class);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Workflow<Object, String> raw = (Workflow) GREET;
        assertThatThrownBy(() -> within.start(other, "x", "ada")).isInstanceOf(UnknownWorkflowException.class);
        assertThatThrownBy(() -> within.start(raw, "x", 42)).isInstanceOf(WrongTypeException.class);
        assertThatThrownBy(() -> within.signal("nobody", "number", 1)).isInstanceOf(RunNotFoundException.class);
        assertThatThrownBy(() -> within.signal("finished", "number", 1)).isInstanceOf(RunFinishedException.class);
        RunHandle<String> run = within.start(GREET, "order-1", "bob");
        connection.commit();
        assertThat(run.result(LIMIT)).isEqualTo("hello bob");
        assertThat(engine.count(RunFilter.all())).isEqualTo(2);
    }

    @Test
    void a_closed_engine_writes_nothing_and_a_client_still_does() throws SQLException {
        Connection connection = shop.begin();
        RunStarter within = engine.within(connection);
        engine.close();
        assertThatThrownBy(() -> within.start(GREET, "order-1", "ada")).isInstanceOfSatisfying(StoreException.class,
                closed -> assertThat(closed.code()).isEqualTo("engine_closed"));
        try (Client client = Client.connect(store)) {
            client.within(connection).start(GREET, "order-2", "ada");
            connection.commit();
            assertThat(client.handle("order-2").describe().status()).isEqualTo(RunStatus.QUEUED);
        }
        assertThat(store.find("order-1")).isEmpty();
    }
}
