// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.store.Asker;
import dev.perdure.store.Fact;
import dev.perdure.store.Message;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Facts that are emitted while others begin to wait for them, in transactions that are open at the same time. */
class FactsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long NOW = 1_700_000_000_000L;
    private static final Payload VALUE = new Payload("json", new byte[] {'1'});

    private static final Workflow.Implemented<String, String> AWAIT = Workflow.of("await", String.class, String.class,
            (ctx, name) -> ctx.awaitEvent(name, String.class));

    private static final Workflow.Implemented<String, String> EMIT = Workflow.of("emit", String.class, String.class,
            (ctx, name) -> {
                ctx.emitEvent(name, "from a run");
                return "emitted";
            });

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final UUID node = UUID.randomUUID();
    private final UUID run = UUID.randomUUID();
    private final CountDownLatch committing = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private Shop shop;

    @BeforeEach
    void open() throws SQLException {
        shop = new Shop();
    }

    @AfterEach
    void close() throws SQLException {
        threads.shutdownNow();
        shop.close();
    }

    /** What happens, in this order: the user's snapshot is older than all of it. */
    private enum Act {
        /** The run's commit is about to be sent. */
        WAIT,
        /** The run's commit is done. */
        WAITING,
        /** The user emits. */
        EMIT,
        /** The user commits. */
        EMITTED
    }

    static Stream<Arguments> orders() {
        List<List<Act>> orders = List.of(
                List.of(Act.WAIT, Act.WAITING, Act.EMIT, Act.EMITTED),
                List.of(Act.WAIT, Act.EMIT, Act.WAITING, Act.EMITTED),
                List.of(Act.WAIT, Act.EMIT, Act.EMITTED, Act.WAITING),
                List.of(Act.EMIT, Act.WAIT, Act.WAITING, Act.EMITTED),
                List.of(Act.EMIT, Act.WAIT, Act.EMITTED, Act.WAITING),
                List.of(Act.EMIT, Act.EMITTED, Act.WAIT, Act.WAITING));
        return orders.stream().flatMap(order -> Stream.of(Connection.TRANSACTION_READ_COMMITTED,
                Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE)
                .map(isolation -> Arguments.of(order, isolation)));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void d6_no_wake_up_is_lost_in_whatever_order_two_open_transactions_go_on(List<Act> order, int isolation)
            throws Exception {
        TappedSource source = TappedSource.of(Server.server());
        try (HikariDataSource pool = source.pool();
                PostgresStore store = PostgresStore.open(pool, shop.options().notifications(false))) {
            begin(store);
            source.beforeCommit = tap -> hold();
            Connection user = shop.connect();
            user.setTransactionIsolation(isolation);
            user.setAutoCommit(false);
            Shop.column(user, "SELECT id FROM shop_orders");
            Future<List<Outcome>> waiting = null;
            for (Act act : order) {
                switch (act) {
                    case WAIT -> {
                        waiting = threads.submit(() -> store.write(List.of(listen())));
                        committing.await();
                    }
                    case WAITING -> {
                        released.countDown();
                        assertThat(waiting.get()).allMatch(Outcome::isDone);
                    }
                    case EMIT -> assertThat(store.emit(user, new Write.Emit(new Fact("paid", VALUE, "user", NOW)))
                            .isDone()).isTrue();
                    case EMITTED -> user.commit();
                }
            }
            store.look(node, NOW);
            assertThat(store.inbox(run)).extracting(Message::content).singleElement().satisfies(message -> {
                assertThat(message.name()).isEqualTo("paid");
                assertThat(message.value()).isEqualTo(VALUE);
            });
            assertThat(store.listening(run)).isEmpty();
        }
    }

    /** Only the one commit that waits is kept waiting. */
    private void hold() {
        committing.countDown();
        try {
            released.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private void begin(PostgresStore store) {
        store.join(node, NOW);
        NewRun launch = new NewRun("order-1", run, run, "w", Payload.NONE, Map.of(), Map.of(), NOW, NOW, null);
        RunState running = new RunState(RunStatus.RUNNING, Long.MAX_VALUE, "", "", 0, false, NOW);
        assertThat(store.write(List.of(new Write.Advance(node, run, new Write.Start(launch, false, List.of()),
                List.of(), List.of(), running, List.of(), List.of(), Map.of(), null)))).allMatch(Outcome::isDone);
    }

    private Write.Advance listen() {
        Position at = new Position("main", 1);
        Unit unit = new Unit(1, NOW, new Arrival.TimerFired(at), List.of());
        Write.Said said = new Write.Said(List.of(), List.of(),
                List.of(new Write.Listening(new Asker(run, run, at), "paid")), List.of());
        return new Write.Advance(node, run, null, List.of(unit), List.of(), null, List.of(), List.of(), Map.of(), null,
                new Write.Others(said));
    }

    @Test
    void d6_more_waits_than_one_statement_should_tell_are_told_by_several() throws Exception {
        int many = 12_000;
        try (PostgresStore store = shop.store()) {
            begin(store);
            List<Write.Listening> all = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                all.add(new Write.Listening(new Asker(run, run, new Position("main", i)), "paid"));
            }
            Unit unit = new Unit(1, NOW, new Arrival.TimerFired(new Position("main", 1)), List.of());
            Write.Said said = new Write.Said(List.of(), List.of(), all, List.of());
            Write.Advance write = new Write.Advance(node, run, null, List.of(unit), List.of(), null, List.of(),
                    List.of(), Map.of(), null, new Write.Others(said));
            assertThat(store.write(List.of(write))).allMatch(Outcome::isDone);
            store.write(List.of(new Write.Emit(new Fact("paid", VALUE, "user", NOW))));
            assertThat(store.inbox(run)).hasSizeLessThan(many);
            store.look(node, NOW);
            store.look(node, NOW);
            assertThat(store.inbox(run)).hasSize(many);
            assertThat(store.listening(run)).isEmpty();
        }
    }

    /** It keeps a node's lease: if it waited for one that is stopped, nobody would be left to end that one. */
    @Test
    void d6_a_look_does_not_wait_for_somebody_who_is_about_to_tell_and_has_not_committed() throws Exception {
        try (PostgresStore store = shop.store()) {
            begin(store);
            assertThat(store.write(List.of(listen()))).allMatch(Outcome::isDone);
            Connection stopped = shop.begin();
            Shop.run(stopped, "DELETE FROM \"" + shop.schema() + "\".listeners");
            threads.submit(() -> store.write(List.of(new Write.Emit(new Fact("paid", VALUE, "user", NOW)))))
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(threads.submit(() -> store.look(node, NOW)).get(LIMIT.toSeconds(), TimeUnit.SECONDS).unheard())
                    .isEmpty();
            stopped.rollback();
            assertThat(store.look(node, NOW).unheard()).containsExactly(run);
            assertThat(store.listening(run)).isEmpty();
        }
    }

    // ---- under an engine ----

    @Test
    void d6_a_run_waits_for_an_event_of_an_open_transaction_and_hears_of_its_commit_and_not_of_a_roll_back()
            throws Exception {
        try (PostgresStore store = shop.store();
                Engine engine = Engine.builder().store(store).workflow(AWAIT).start()) {
            Connection first = shop.begin();
            assertThat(engine.within(first).emitEvent("paid", "first")).isTrue();
            assertThat(engine.within(first).emitEvent("paid", "again")).isFalse();
            RunHandle<String> run = engine.start(AWAIT, "order-1", "paid");
            assertThat(engine.event("paid", String.class)).isEmpty();
            first.rollback();
            assertThat(engine.event("paid", String.class)).isEmpty();
            engine.within(first).emitEvent("paid", "second");
            first.commit();
            assertThat(run.result(LIMIT)).isEqualTo("second");
            assertThat(engine.event("paid", String.class)).contains("second");
        }
    }

    @Test
    void d6_who_emits_the_name_of_an_open_transaction_waits_and_nobody_waits_with_it() throws Exception {
        try (PostgresStore store = shop.store(); Client client = Client.connect(store); Engine engine = Engine.builder()
                .store(store).workflow(AWAIT).workflow(EMIT).start()) {
            Connection first = shop.begin();
            engine.within(first).emitEvent("paid", "in a transaction");
            RunHandle<String> held = client.start(EMIT, "held", "paid");
            Shop.awaitWaitFor(Shop.pid(first));
            RunHandle<String> waiting = engine.start(AWAIT, "waiting", "sold");
            assertThat(engine.start(EMIT, "free", "sold").result(LIMIT)).isEqualTo("emitted");
            assertThat(waiting.result(LIMIT)).isEqualTo("from a run");
            assertThat(held.describe().status().isFinished()).isFalse();
            first.commit();
            assertThat(held.result(LIMIT)).isEqualTo("emitted");
            assertThat(engine.event("paid", String.class)).contains("in a transaction");
        }
    }

    @Test
    void d6_many_events_and_many_waits_at_once_all_meet() throws Exception {
        int many = 200;
        try (PostgresStore store = shop.store(); Engine engine = Engine.builder().store(store).workflow(AWAIT)
                .cacheSize(50).start()) {
            List<Future<?>> emitting = new ArrayList<>();
            for (int who = 0; who < 4; who++) {
                int from = who;
                Connection connection = shop.begin();
                connection.setTransactionIsolation(who % 2 == 0 ? Connection.TRANSACTION_READ_COMMITTED
                        : Connection.TRANSACTION_REPEATABLE_READ);
                emitting.add(threads.submit(() -> {
                    Random random = new Random(from);
                    for (int i = from; i < many; i += 4) {
                        engine.within(connection).emitEvent("event-" + i, "value " + i);
                        if (random.nextInt(3) == 0) {
                            connection.commit();
                        }
                    }
                    connection.commit();
                    return null;
                }));
            }
            List<RunHandle<String>> runs = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                runs.add(engine.start(AWAIT, "event-" + i));
            }
            for (Future<?> each : emitting) {
                each.get();
            }
            for (int i = 0; i < many; i++) {
                assertThat(runs.get(i).result(LIMIT)).isEqualTo("value " + i);
            }
        }
    }
}
