// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStuckException;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.postgres.Tap.Direction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps that are transactions on PostgreSQL: what its locks, its levels of isolation and its wire can do to them. */
class TransactionStepsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Workflow<String, Integer> COUNT = Workflow.named("count", String.class, Integer.class);
    private static final StepSpec<Integer> ADD = StepSpec.of("add", Integer.class);

    private final AtomicInteger bodies = new AtomicInteger();
    private Shop shop;
    private PostgresStore store;
    private Engine engine;

    @BeforeEach
    void open() throws SQLException {
        shop = new Shop();
        try (Connection connection = Server.connect()) {
            Shop.run(connection, "CREATE TABLE shop_counters (id text PRIMARY KEY, n int NOT NULL)");
        }
    }

    @AfterEach
    void close() throws SQLException {
        if (engine != null) {
            engine.close(Duration.ZERO);
            store.close();
        }
        try (Connection connection = Server.connect()) {
            Shop.run(connection, "DROP TABLE shop_counters");
        }
        shop.close();
    }

    private void start(PostgresStore opened, Workflow.Body<String, Integer> body) {
        store = opened;
        engine = Engine.builder().store(store).workflow(COUNT, body).start();
    }

    private int add(Connection connection, String id) throws SQLException {
        bodies.incrementAndGet();
        return Integer.parseInt(Shop.column(connection, "INSERT INTO shop_counters AS c VALUES ('" + id + "', 1) "
                + "ON CONFLICT (id) DO UPDATE SET n = c.n + 1 RETURNING n").getFirst());
    }

    private static String counter(String id) throws SQLException {
        try (Connection connection = Server.connect()) {
            return String.join(",", Shop.column(connection, "SELECT n FROM shop_counters WHERE id = '" + id + "'"));
        }
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void x51_a_connection_cut_at_any_octet_of_the_commit_leaves_each_transaction_once(Direction direction)
            throws Exception {
        TappedSource source = TappedSource.of(Server.server());
        AtomicReference<Tap> tapped = new AtomicReference<>();
        int landed = 0;
        int cut = 0;
        try (HikariDataSource pool = source.pool()) {
            ThreadLocal<Integer> octets = new ThreadLocal<>();
            source.beforeCommit = tap -> {
                if (octets.get() != null) {
                    tap.cutAfter(direction, octets.get());
                    tapped.set(tap);
                    octets.remove();
                }
            };
            start(PostgresStore.open(pool, shop.options()), (ctx, id) -> ctx.transaction("add", Integer.class,
                    connection -> {
                        if (bodies.get() == 0) {
                            octets.set(Integer.parseInt(id));
                        }
                        return add(connection, id);
                    }));
            boolean wasCut = true;
            for (int octet = 0; wasCut; octet++) {
                bodies.set(0);
                tapped.set(null);
                assertThat(engine.start(COUNT, "" + octet).result(LIMIT)).isEqualTo(1);
                assertThat(counter("" + octet)).as("after %d octets", octet).isEqualTo("1");
                wasCut = tapped.get().wasCut();
                landed += wasCut && bodies.get() == 1 ? 1 : 0;
                cut += wasCut ? 1 : 0;
            }
            engine.close(Duration.ZERO);
        }
        assertThat(cut).as("octets of the exchange").isGreaterThan(15);
        // Who is cut off before COMMIT is complete has not committed; who does not hear the answer, has.
        assertThat(landed).isEqualTo(direction == Direction.TO_SERVER ? landed : cut);
    }

    @Test
    void c11_a_server_that_ends_the_connection_in_the_middle_costs_no_attempt() throws SQLException {
        start(shop.store(), (ctx, id) -> ctx.transaction("add", Integer.class, connection -> {
            int n = add(connection, id);
            if (bodies.get() < 4) {
                try (Connection other = Server.connect()) {
                    Shop.column(other, "SELECT pg_terminate_backend(" + Shop.pid(connection) + ")");
                }
                Shop.pid(connection);
            }
            return n;
        }));
        assertThat(engine.start(COUNT, "a").result(LIMIT)).isEqualTo(1);
        assertThat(counter("a")).isEqualTo("1");
        assertThat(bodies).hasValue(4);
    }

    @Test
    void c11_transactions_that_meet_are_done_again_without_costing_an_attempt() throws Exception {
        CyclicBarrier bothHaveRead = new CyclicBarrier(2);
        start(shop.store(), (ctx, id) -> ctx.transaction("add", Integer.class, connection -> {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            int seen = Shop.column(connection, "SELECT n FROM shop_counters WHERE id = 'a'").size();
            if (seen == 0 && bodies.get() < 2) {
                bothHaveRead.await(30, TimeUnit.SECONDS);
            }
            return add(connection, "a");
        }));
        RunHandle<Integer> one = engine.start(COUNT, "one", "");
        RunHandle<Integer> other = engine.start(COUNT, "other", "");
        assertThat(List.of(one.result(LIMIT), other.result(LIMIT))).containsExactlyInAnyOrder(1, 2);
        assertThat(counter("a")).isEqualTo("2");
        assertThat(bodies).hasValueGreaterThan(2);
    }

    @Test
    void c11_transactions_that_wait_for_each_other_are_done_again() throws Exception {
        CyclicBarrier bothHaveOne = new CyclicBarrier(2);
        start(shop.store(), (ctx, ids) -> ctx.transaction("add", Integer.class, connection -> {
            boolean first = bodies.get() < 2;
            add(connection, ids.substring(0, 1));
            if (first) {
                bothHaveOne.await(30, TimeUnit.SECONDS);
            }
            return add(connection, ids.substring(1));
        }));
        RunHandle<Integer> one = engine.start(COUNT, "one", "ab");
        RunHandle<Integer> other = engine.start(COUNT, "other", "ba");
        one.result(LIMIT);
        other.result(LIMIT);
        assertThat(counter("a")).isEqualTo("2");
        assertThat(counter("b")).isEqualTo("2");
    }

    @Test
    void c11_an_error_that_a_body_swallows_fails_the_attempt_and_says_why() {
        start(shop.store(), (ctx, id) -> ctx.transaction(ADD, connection -> {
            assertThatThrownBy(() -> Shop.run(connection, "SELECT 1 / 0")).isInstanceOf(SQLException.class);
            return 1;
        }));
        assertThatThrownBy(() -> engine.start(COUNT, "a").result(LIMIT))
                .hasMessageContaining("has failed before this");
    }

    @Test
    void c11_a_deferred_constraint_that_is_broken_at_the_commit_fails_the_attempt() throws SQLException {
        start(shop.store(), (ctx, id) -> ctx.transaction(ADD.retry(RetryPolicy.fixed(Duration.ZERO, 2)),
                connection -> {
                    Shop.run(connection, "CREATE TABLE shop_parents (id int PRIMARY KEY)");
                    Shop.run(connection, "CREATE TABLE shop_children (id int REFERENCES shop_parents (id) "
                            + "DEFERRABLE INITIALLY DEFERRED)");
                    Shop.run(connection, "INSERT INTO shop_children VALUES (1)");
                    return add(connection, "a");
                }));
        assertThatThrownBy(() -> engine.start(COUNT, "a").result(LIMIT)).hasMessageContaining("shop_children");
        assertThat(counter("a")).isEmpty();
        assertThat(bodies).hasValue(2);
    }

    @Test
    void x7_c11_a_node_that_is_ended_in_the_middle_of_a_transaction_lands_nothing_of_it() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        start(shop.store(), (ctx, id) -> ctx.transaction("add", Integer.class, connection -> {
            int n = add(connection, "a");
            if (bodies.get() == 1) {
                begun.countDown();
                goOn.await();
            }
            return n;
        }));
        RunHandle<Integer> run = engine.start(COUNT, "order-1", "");
        begun.await();
        store.end(engine.nodeId());
        goOn.countDown();
        // The same process goes on as another node, and does it again.
        assertThat(run.result(LIMIT)).isEqualTo(1);
        assertThat(counter("a")).isEqualTo("1");
        assertThat(bodies).hasValue(2);
    }

    @Test
    void c11_many_transactions_share_few_connections() throws Exception {
        int runs = 60;
        start(PostgresStore.open(Server.connections(), shop.options().transactions(2)), (ctx, id) ->
                ctx.transaction("add", Integer.class, connection -> add(connection, "a"))
                        + ctx.transaction("add", Integer.class, connection -> add(connection, "b")));
        List<RunHandle<Integer>> all = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            all.add(engine.start(COUNT, "order-" + i, ""));
        }
        for (RunHandle<Integer> each : all) {
            each.result(LIMIT);
        }
        assertThat(counter("a")).isEqualTo("" + runs);
        assertThat(counter("b")).isEqualTo("" + runs);
    }

    @Test
    void c11_a_store_without_sql_says_so_before_anything_is_done() {
        try (MemoryStore memory = new MemoryStore(); Engine other = Engine.builder().store(memory)
                .workflow(COUNT, (ctx, id) -> ctx.transaction("add", Integer.class, connection -> {
                    throw new AssertionError("there is no connection");
                })).start()) {
            assertThatThrownBy(() -> other.start(COUNT, "a").result(LIMIT)).isInstanceOf(RunStuckException.class)
                    .hasMessageContaining("transaction 'add'").hasMessageContaining("MemoryStore has no SQL database")
                    .hasMessageContaining("PostgresStore");
        }
    }
}
