// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.ContextMisuseException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.JournalText;
import dev.perdure.engine.RunHandle;
import dev.perdure.semantics.MortalSqlStore.Moment;
import dev.perdure.store.SqlStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps that are transactions, on every store that has SQL: whatever happens, each is carried out once. */
@ParameterizedClass
@EnumSource(value = Backend.class, names = {"SQLITE", "POSTGRES"})
class TransactionsTest {

    private static final Workflow<String, String> ORDER = Workflow.named("order", String.class, String.class);
    private static final StepSpec<String> CHARGE = StepSpec.of("charge", String.class);
    private static final RetryPolicy AGAIN = RetryPolicy.fixed(Duration.ZERO, 5);

    @Parameter
    Backend backend;

    @TempDir
    Path directory;

    private final AtomicInteger bodies = new AtomicInteger();
    private final List<Engine> dead = new ArrayList<>();
    private Marks marks;
    private SqlStore disk;
    private MortalSqlStore store;
    private Engine engine;

    @BeforeEach
    void open() throws SQLException {
        disk = (SqlStore) backend.open(directory);
        marks = new Marks(backend, directory);
    }

    @AfterEach
    void close() {
        dead.forEach(each -> each.close(Duration.ZERO));
        if (engine != null) {
            engine.close(Duration.ZERO);
        }
        backend.close(disk);
    }

    private Engine start(Workflow.Body<String, String> body) {
        store = new MortalSqlStore(disk);
        engine = Engine.builder().store(store.seen()).workflow(ORDER, body).closeDeadline(Duration.ZERO).start();
        return engine;
    }

    /** The engine is no more, and another one takes over what it had. */
    private Engine startAfterDeath(Workflow.Body<String, String> body) {
        store.die();
        backend.end(disk, store.node());
        dead.add(engine);
        return start(body);
    }

    private String charge(Connection connection) throws SQLException {
        bodies.incrementAndGet();
        marks.set(connection, "charged");
        return "charged";
    }

    private String journal(String runId) {
        try (Client client = Client.connect(disk)) {
            return JournalText.of(client.handle(runId).journal());
        }
    }

    private static <O> O result(RunHandle<O> run) {
        return run.result(Bell.LIMIT);
    }

    // ---- once ----

    @Test
    void c11_a_transaction_and_the_memory_of_it_are_one() throws SQLException {
        Workflow.Body<String, String> body = (ctx, order) -> {
            String first = ctx.transaction("charge", String.class, this::charge);
            ctx.transaction("note", connection -> marks.set(connection, "noted"));
            ctx.runTransaction(StepSpec.of("note"), connection -> marks.set(connection, "noted"));
            return first + ctx.signals("go", String.class).receive();
        };
        start(body).start(ORDER, "order-1", "");
        Awaiting.until(() -> journal("order-1").lines().filter(line -> line.contains("step_completed")).count() == 3);
        assertThat(journal("order-1")).contains("step_completed", "\"charged\"", "note");
        // The next engine has the answers from the journal.
        engine.close(Bell.LIMIT);
        start(body).signal("order-1", "go", "!");
        assertThat(result(engine.handle(ORDER, "order-1"))).isEqualTo("charged!");
        assertThat(bodies).hasValue(1);
        assertThat(marks.count("charged")).isEqualTo(1);
        assertThat(marks.count("noted")).isEqualTo(2);
        assertThat(disk.inbox(disk.find("order-1").orElseThrow().chain())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void c11_a_node_that_dies_at_any_moment_of_a_transaction_leaves_all_of_it_or_nothing(Moment moment)
            throws SQLException {
        Workflow.Body<String, String> body = (ctx, order) ->
                ctx.transaction("charge", String.class, this::charge) + ctx.signals("go", String.class).receive();
        start(body);
        store.deadly = moment;
        engine.start(ORDER, "order-1", "");
        if (moment == Moment.NEVER || moment == Moment.WHEN_ITS_ANSWER_IS_WRITTEN) {
            Awaiting.until(() -> journal("order-1").contains("charged"));
        } else {
            Awaiting.until(store::isDead);
        }
        startAfterDeath(body).signal("order-1", "go", "!");
        assertThat(result(engine.handle(ORDER, "order-1"))).isEqualTo("charged!");
        assertThat(marks.count("charged")).isEqualTo(1);
        assertThat(bodies).hasValue(moment == Moment.BEFORE_THE_COMMIT ? 2 : 1);
    }

    @Test
    void c11_branches_transact_beside_each_other() throws SQLException {
        int branches = 20;
        RunHandle<String> run = start((ctx, order) -> {
            List<Promise<String>> all = new ArrayList<>();
            for (int i = 0; i < branches; i++) {
                all.add(ctx.async(branch -> branch.transaction("charge", String.class, this::charge)));
            }
            return String.join(",", Promise.all(all).get());
        }).start(ORDER, "");
        assertThat(result(run).split(",")).hasSize(branches);
        assertThat(marks.count("charged")).isEqualTo(branches);
        assertThat(bodies).hasValueGreaterThanOrEqualTo(branches);
    }

    // ---- failing ----

    @Test
    void c11_a_body_that_throws_is_rolled_back_and_tried_again() throws SQLException {
        RunHandle<String> run = start((ctx, order) -> ctx.transaction(CHARGE.retry(AGAIN), connection -> {
            String charged = charge(connection);
            if (bodies.get() < 3) {
                throw new IllegalStateException("no");
            }
            return charged;
        })).start(ORDER, "order-1", "");
        assertThat(result(run)).isEqualTo("charged");
        assertThat(marks.count("charged")).isEqualTo(1);
        assertThat(bodies).hasValue(3);
        assertThat(journal("order-1")).contains("(3 attempts)");
        assertThat(disk.attempts(run.incarnation())).isEmpty();
    }

    @Test
    void c11_a_transaction_that_has_failed_for_good_has_changed_nothing() throws SQLException {
        RunHandle<String> run = start((ctx, order) -> {
            try {
                return ctx.transaction(CHARGE.retry(RetryPolicy.fixed(Duration.ZERO, 2)), connection -> {
                    charge(connection);
                    throw new SQLException("no money", "P0001");
                });
            } catch (StepFailedException failed) {
                return failed.attempts() + " " + failed.failure().message();
            }
        }).start(ORDER, "");
        assertThat(result(run)).isEqualTo("2 no money");
        assertThat(marks.count("charged")).isZero();
    }

    @Test
    void c11_a_body_that_outlives_its_time_lands_nothing_although_it_does_not_hear_of_an_interrupt()
            throws SQLException {
        CountDownLatch late = new CountDownLatch(1);
        AtomicReference<Throwable> seen = new AtomicReference<>();
        RunHandle<String> run = start((ctx, order) -> ctx.transaction(
                CHARGE.retry(AGAIN).timeout(Duration.ofMillis(500)), connection -> {
                    if (bodies.incrementAndGet() > 1) {
                        marks.set(connection, "charged");
                        return "in time";
                    }
                    marks.set(connection, "charged");
                    Awaiting.deaf(late);
                    try {
                        marks.set(connection, "charged");
                    } catch (SQLException aborted) {
                        seen.set(aborted);
                    }
                    return "late";
                })).start(ORDER, "");
        assertThat(result(run)).isEqualTo("in time");
        late.countDown();
        Awaiting.until(() -> seen.get() != null);
        assertThat(marks.count("charged")).isEqualTo(1);
    }

    @Test
    void c11_a_transaction_whose_time_is_up_while_it_commits_lands_once_or_is_tried_again() throws SQLException {
        start((ctx, order) -> ctx.transaction(CHARGE.retry(AGAIN).timeout(Duration.ofMillis(300)), this::charge));
        AtomicInteger commits = new AtomicInteger();
        store.beforeCommit = () -> {
            if (commits.incrementAndGet() == 1) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException timeIsUp) {
                    // Has been found wanted, and commits all the same.
                }
            }
        };
        assertThat(result(engine.start(ORDER, ""))).isEqualTo("charged");
        assertThat(marks.count("charged")).isEqualTo(1);
        assertThat(commits).hasValueBetween(1, 2);
    }

    // ---- stopping ----

    @Test
    void c11_f1_a_request_to_stop_does_not_cut_a_transaction_off() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        RunHandle<String> run = start((ctx, order) -> ctx.transaction("charge", String.class, connection -> {
            begun.countDown();
            goOn.await();
            return charge(connection);
        }) + ctx.signals("never", String.class).receive()).start(ORDER, "order-1", "");
        begun.await();
        CompletableFuture<Void> cancelled =
                CompletableFuture.runAsync(() -> engine.cancel("order-1", "changed my mind"));
        if (backend != Backend.SQLITE) {
            // There nobody else can write while the body runs, and so the request is not even heard.
            cancelled.get();
            Awaiting.until(() -> journal("order-1").contains("cancel_requested"));
            assertThat(journal("order-1")).doesNotContain("step_");
        }
        goOn.countDown();
        Awaiting.until(() -> run.describe().status() == RunStatus.CANCELLED);
        assertThat(journal("order-1")).contains("step_completed").doesNotContain("step_cancelled");
        assertThat(marks.count("charged")).isEqualTo(1);
    }

    @Test
    void c11_f1_a_request_to_stop_between_two_attempts_ends_a_transaction_that_has_changed_nothing() throws Exception {
        RunHandle<String> run = start((ctx, order) -> ctx.transaction(
                CHARGE.retry(RetryPolicy.fixed(Duration.ofHours(1), 2)), connection -> {
                    charge(connection);
                    throw new IllegalStateException("no");
                })).start(ORDER, "order-1", "");
        Awaiting.until(() -> disk.attempts(run.incarnation()).size() == 1);
        engine.cancel("order-1", "changed my mind");
        Awaiting.until(() -> run.describe().status() == RunStatus.CANCELLED);
        assertThat(journal("order-1")).contains("step_cancelled");
        assertThat(marks.count("charged")).isZero();
    }

    @Test
    void c11_an_engine_that_closes_in_the_middle_of_a_transaction_leaves_it_to_the_next() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Workflow.Body<String, String> body = (ctx, order) -> ctx.transaction("charge", String.class, connection -> {
            String charged = charge(connection);
            if (bodies.get() == 1) {
                begun.countDown();
                Awaiting.deaf(new CountDownLatch(1));
            }
            return charged;
        });
        start(body).start(ORDER, "order-1", "");
        begun.await();
        engine.close(Duration.ZERO);
        assertThat(result(start(body).handle(ORDER, "order-1"))).isEqualTo("charged");
        assertThat(marks.count("charged")).isEqualTo(1);
    }

    // ---- the connection ----

    @Test
    void c11_the_connection_refuses_whatever_would_end_the_transaction() throws SQLException {
        AtomicReference<Connection> kept = new AtomicReference<>();
        RunHandle<String> run = start((ctx, order) -> ctx.transaction("charge", String.class, connection -> {
            kept.set(connection);
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(connection.unwrap(Connection.class)).isSameAs(connection).isEqualTo(connection);
            assertThatThrownBy(connection::commit).isInstanceOf(ContextMisuseException.class)
                    .hasMessageContaining("transaction 'charge'").hasMessageContaining("Return or throw instead");
            assertThatThrownBy(connection::rollback).isInstanceOf(ContextMisuseException.class);
            assertThatThrownBy(connection::close).isInstanceOf(ContextMisuseException.class);
            assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(ContextMisuseException.class);
            assertThatThrownBy(() -> connection.abort(Runnable::run)).isInstanceOf(ContextMisuseException.class);
            Savepoint before = connection.setSavepoint();
            marks.set(connection, "charged");
            connection.rollback(before);
            return charge(connection);
        })).start(ORDER, "");
        assertThat(result(run)).isEqualTo("charged");
        assertThatThrownBy(() -> kept.get().createStatement()).isInstanceOf(ContextMisuseException.class)
                .hasMessageContaining("after the end of its body");
        assertThat(marks.count("charged")).isEqualTo(1);
    }

    @Test
    void c11_a_transaction_can_start_runs() throws SQLException {
        Engine running = start((ctx, order) -> order.equals("child") ? "born" : ctx.transaction("charge", String.class,
                connection -> {
                    engine.within(connection).start(ORDER, "child-1", "child");
                    if (bodies.get() == 0) {
                        engine.within(connection).start(ORDER, "child-0", "child");
                        bodies.incrementAndGet();
                        throw new IllegalStateException("no");
                    }
                    return charge(connection);
                }));
        RunHandle<String> failed = running.start(ORDER, "order-1", "");
        assertThatThrownBy(() -> result(failed)).hasMessageContaining("no");
        assertThat(disk.find("child-1")).isEmpty();
        assertThat(result(running.start(ORDER, "order-2", ""))).isEqualTo("charged");
        assertThat(result(running.handle(ORDER, "child-1"))).isEqualTo("born");
        assertThat(disk.find("child-0")).isEmpty();
    }

    @Test
    void c11_c12_a_transaction_cannot_be_at_most_once() {
        RunHandle<String> run = start((ctx, order) ->
                ctx.transaction(CHARGE.atMostOnce(), this::charge)).start(ORDER, "");
        assertThatThrownBy(() -> result(run)).hasMessageContaining(InvalidArgumentException.class.getSimpleName())
                .hasMessageContaining("exactly once already");
        assertThat(bodies).hasValue(0);
    }
}
