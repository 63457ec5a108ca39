// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.store.Answer;
import dev.perdure.store.Message;
import dev.perdure.store.Asker;
import dev.perdure.store.Fact;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an {@link SqlStore} does within a user's transaction: the same as without, at its commit or never. */
public abstract class TransactionContract extends StoreContract {

    /** Where the stores of one test come from, and connections of their users. */
    public interface SqlFixture extends StoreFixture {

        /**
         * Connects to the database of the store, past the store.
         *
         * @return a new connection in auto-commit mode, closed by the test
         * @throws SQLException if there is none
         */
        Connection connect() throws SQLException;
    }

    private final List<Connection> opened = new ArrayList<>();
    private SqlFixture fixture;

    /** For subclasses. */
    protected TransactionContract() {
    }

    /**
     * Where the store comes from.
     *
     * @return a new fixture, whose stores are {@link SqlStore}s
     * @throws Exception if there is none
     */
    protected abstract SqlFixture sqlFixture() throws Exception;

    @Override
    protected final StoreFixture fixture() throws Exception {
        fixture = sqlFixture();
        return fixture;
    }

    @AfterEach
    void closeConnections() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
    }

    private Connection begin() throws SQLException {
        Connection connection = fixture.connect();
        opened.add(connection);
        connection.setAutoCommit(false);
        return connection;
    }

    private SqlStore sqlStore() {
        return (SqlStore) store;
    }

    private Outcome start(Connection connection, Write.Start start) {
        return sqlStore().start(connection, start);
    }

    private Kind send(Connection connection, Write.Send send) {
        return sqlStore().send(connection, send).kind();
    }

    // ---- starts ----

    @Test
    void a_start_is_seen_when_the_transaction_commits_and_not_before() throws SQLException {
        Connection connection = begin();
        NewRun run = run("order-1");
        Outcome outcome = start(connection, start(run, signal("a"), signal("b")));
        assertThat(outcome).isEqualTo(new Outcome(Kind.DONE, RunRow.of(run, null)));
        assertThat(store.find("order-1")).isEmpty();
        assertThat(store.find(run.incarnation())).isEmpty();
        assertThat(claim(10, "checkout")).isEmpty();
        connection.commit();
        assertThat(store.find("order-1")).contains(RunRow.of(run, null));
        assertThat(store.launch(run.incarnation())).contains(run);
        assertThat(inbox(run.chain())).containsExactly("a", "b");
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run.incarnation());
    }

    @Test
    void a_start_that_is_rolled_back_has_never_been() throws SQLException {
        Connection connection = begin();
        NewRun gone = run("order-1");
        start(connection, start(gone, signal("a")));
        connection.rollback();
        assertThat(store.find("order-1")).isEmpty();
        assertThat(store.find(gone.incarnation())).isEmpty();
        assertThat(store.launch(gone.incarnation())).isEmpty();
        NewRun next = run("order-1");
        assertThat(start(connection, start(next)).kind()).isEqualTo(Kind.DONE);
        connection.commit();
        assertThat(row(next.incarnation()).status()).isEqualTo(RunStatus.QUEUED);
        assertThat(inbox(next.chain())).isEmpty();
    }

    @Test
    void a_fact_is_known_when_the_transaction_commits_and_has_never_been_if_it_rolls_back() throws SQLException {
        UUID run = owned("order-1");
        Write.Listening listening = new Write.Listening(new Asker(run, run, at(3)), "paid");
        done(move(run).units(unit(1)).listen(listening).write());
        Connection connection = begin();
        assertThat(emit(connection, "lost")).isEqualTo(Kind.DONE);
        connection.rollback();
        assertThat(emit(connection, "kept")).isEqualTo(Kind.DONE);
        assertThat(emit(connection, "second")).isEqualTo(Kind.EXISTS);
        assertThat(store.fact("paid")).isEmpty();
        assertThat(store.inbox(run)).isEmpty();
        connection.commit();
        assertThat(store.fact("paid").orElseThrow().value()).isEqualTo(text("kept"));
        store.look(node, now);
        assertThat(store.inbox(run)).singleElement().satisfies(message ->
                assertThat(message.content().value()).isEqualTo(text("kept")));
    }

    private Kind emit(Connection connection, String value) {
        return sqlStore().emit(connection, new Write.Emit(new Fact("paid", text(value), "tester", now))).kind();
    }

    @Test
    void what_a_run_was_started_with_comes_along() throws SQLException {
        Connection connection = begin();
        UUID id = UUID.randomUUID();
        NewRun run = new NewRun("order 'ä' %", id, id, "check'out", new Payload("json+zip", new byte[] {0, -1}),
                Map.of("traceparent", "00-ab'c"), Map.of("customer", "c-12", "region", ""), now, now + 500, null);
        start(connection, start(run));
        connection.commit();
        assertThat(store.launch(id)).contains(run);
        assertThat(row(id).wakeAt()).isEqualTo(now + 500);
        assertThat(store.nextWake(now)).isEqualTo(now + 500);
    }

    @Test
    void a_transaction_sees_what_it_has_done_itself() throws SQLException {
        Connection connection = begin();
        NewRun first = run("order-1");
        start(connection, start(first));
        assertThat(start(connection, start(run("order-1"), signal("a"))))
                .isEqualTo(new Outcome(Kind.EXISTS, RunRow.of(first, null)));
        assertThat(start(connection, start(first))).as("sent again")
                .isEqualTo(new Outcome(Kind.DONE, RunRow.of(first, null)));
        assertThat(send(connection, send("order-1", signal("b")))).isEqualTo(Kind.DONE);
        assertThat(send(connection, send("order-1", signal("b")))).isEqualTo(Kind.DUPLICATE);
        connection.commit();
        assertThat(inbox(first.chain())).containsExactly("a", "b");
    }

    @Test
    void a_taken_name_is_answered_as_without_a_transaction() throws SQLException {
        UUID living = suspended("living", NEVER);
        UUID finished = owned("finished");
        done(move(finished).units(unit(1)).state(finished(RunStatus.COMPLETED)).write());
        Connection connection = begin();
        assertThat(start(connection, start(run("living"), signal("a"))))
                .isEqualTo(new Outcome(Kind.EXISTS, row(living)));
        assertThat(start(connection, restart(run("living"), signal("b"))).kind()).isEqualTo(Kind.EXISTS);
        assertThat(start(connection, start(run("finished"), signal("c"))))
                .isEqualTo(new Outcome(Kind.EXISTS, row(finished)));
        NewRun next = run("finished");
        assertThat(start(connection, restart(next, signal("d"))).kind()).isEqualTo(Kind.DONE);
        assertThat(store.find("finished").orElseThrow().incarnation()).isEqualTo(finished);
        connection.commit();
        assertThat(store.find("finished").orElseThrow().incarnation()).isEqualTo(next.incarnation());
        assertThat(store.journal(finished, 0, 10)).containsExactly(unit(1));
        assertThat(inbox(living)).containsExactly("a", "b");
        assertThat(inbox(next.chain())).containsExactly("d");
    }

    @Test
    void a_restart_that_is_rolled_back_leaves_the_finished_run() throws SQLException {
        UUID finished = owned("order-1");
        done(move(finished).state(finished(RunStatus.FAILED)).write());
        Connection connection = begin();
        start(connection, restart(run("order-1")));
        connection.rollback();
        assertThat(store.find("order-1").orElseThrow().incarnation()).isEqualTo(finished);
    }

    @Test
    void a_thousand_starts_are_one_transaction() throws SQLException {
        Connection connection = begin();
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            runs.add(run("order-" + i));
            start(connection, start(runs.getLast()));
        }
        assertThat(store.count(RunFilter.all())).isZero();
        connection.commit();
        assertThat(claim(2_000, "checkout")).extracting(RunRow::incarnation)
                .containsExactlyInAnyOrderElementsOf(runs.stream().map(NewRun::incarnation).toList());
    }

    // ---- messages ----

    @Test
    void a_message_wakes_its_run_when_the_transaction_commits_and_not_before() throws SQLException {
        UUID run = suspended("order-1", NEVER);
        Connection connection = begin();
        assertThat(sqlStore().send(connection, send("order-1", signal("a"))))
                .isEqualTo(new Outcome(Kind.DONE, row(run)));
        assertThat(inbox(run)).isEmpty();
        assertThat(claim(10, "checkout")).isEmpty();
        connection.commit();
        assertThat(inbox(run)).containsExactly("a");
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
    }

    @Test
    void a_message_that_is_rolled_back_was_never_sent() throws SQLException {
        UUID run = suspended("order-1", NEVER);
        Connection connection = begin();
        send(connection, send("order-1", signal("a")));
        connection.rollback();
        assertThat(inbox(run)).isEmpty();
        assertThat(claim(10, "checkout")).isEmpty();
        assertThat(send(connection, send("order-1", signal("a")))).isEqualTo(Kind.DONE);
        connection.commit();
        assertThat(inbox(run)).containsExactly("a");
    }

    @Test
    void the_owner_hears_a_message_and_goes_on() throws SQLException {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).write());
        Connection connection = begin();
        send(connection, send("order-1", signal("a")));
        connection.commit();
        assertThat(ids(store.inboxOf(node))).containsExactly("a");
        done(move(run).units(unit(2)).heard(number(run, "a")).write());
        assertThat(inbox(run)).isEmpty();
        assertThat(store.journal(run, 0, 10)).containsExactly(unit(1), unit(2));
    }

    @Test
    void a_message_nobody_can_hear_is_refused_and_the_transaction_goes_on() throws SQLException {
        UUID finished = owned("finished");
        done(send("finished", signal("a")));
        done(move(finished).state(finished(RunStatus.COMPLETED)).write());
        Connection connection = begin();
        assertThat(sqlStore().send(connection, send("nobody", signal("a"))))
                .isEqualTo(new Outcome(Kind.NOT_FOUND, null));
        assertThat(sqlStore().send(connection, send("finished", signal("b"))))
                .isEqualTo(new Outcome(Kind.FINISHED, row(finished)));
        assertThat(send(connection, send("finished", signal("a")))).isEqualTo(Kind.DUPLICATE);
        NewRun run = run("order-1");
        start(connection, start(run));
        connection.commit();
        assertThat(row(run.incarnation()).status()).isEqualTo(RunStatus.QUEUED);
    }

    // ---- the connection ----

    @Test
    void a_connection_without_a_transaction_is_refused_before_anything_is_written() throws SQLException {
        UUID run = suspended("order-1", NEVER);
        Connection connection = begin();
        connection.setAutoCommit(true);
        assertThatThrownBy(() -> start(connection, start(run("order-2"))))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("setAutoCommit(false)");
        assertThatThrownBy(() -> send(connection, send("order-1", signal("a"))))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("setAutoCommit(false)");
        connection.close();
        assertThatThrownBy(() -> start(connection, start(run("order-2"))))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("closed");
        assertThat(store.find("order-2")).isEmpty();
        assertThat(inbox(run)).isEmpty();
    }

    @Test
    void the_connection_is_left_as_it_was() throws SQLException {
        Connection connection = begin();
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        String schema = connection.getSchema();
        start(connection, start(run("order-1")));
        send(connection, send("order-1", signal("a")));
        assertThat(connection.isClosed()).isFalse();
        assertThat(connection.getAutoCommit()).isFalse();
        assertThat(connection.isReadOnly()).isFalse();
        assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(connection.getSchema()).isEqualTo(schema);
        connection.rollback();
        assertThat(store.find("order-1")).isEmpty();
    }

    @Test
    void a_connection_may_be_used_for_one_transaction_after_the_other() throws SQLException {
        Connection connection = begin();
        for (int i = 0; i < 4; i++) {
            start(connection, start(run("order-" + i)));
            if (i % 2 == 0) {
                connection.commit();
            } else {
                connection.rollback();
            }
        }
        assertThat(claim(10, "checkout")).extracting(RunRow::runId).containsExactly("order-0", "order-2");
    }

    // ---- steps that are transactions ----

    private final List<String> marked = new ArrayList<>();

    /** Leaves a trace of the transaction: a run of its own. */
    private void mark(Connection connection) {
        marked.add("mark-" + marked.size());
        assertThat(start(connection, start(run(marked.getLast()))).isDone()).isTrue();
    }

    private long marks() {
        return marked.stream().filter(mark -> store.find(mark).isPresent()).count();
    }

    private NewMessage answer(UUID run) {
        return new Answer(run, at(1), "charge", 1).message(text("result"), now);
    }

    private SqlStore.Work work(NewMessage message, BooleanSupplier wanted) {
        return new SqlStore.Work() {
            @Override
            public NewMessage run(Connection connection, Runnable abort) throws SQLException {
                assertThat(connection.getAutoCommit()).isFalse();
                mark(connection);
                return message;
            }

            @Override
            public boolean isWanted() {
                return wanted.getAsBoolean();
            }
        };
    }

    @Test
    void a_transaction_and_its_message_are_one_commit_and_come_once() throws Exception {
        UUID run = owned("order-1");
        NewMessage answer = answer(run);
        assertThat(Answer.of(answer)).isEqualTo(new Answer(run, at(1), "charge", 1));
        assertThat(sqlStore().hasLanded(run, answer.id())).isFalse();
        assertThat(sqlStore().transact(row(run), work(answer, () -> true)).kind()).isEqualTo(Kind.DONE);
        assertThat(sqlStore().hasLanded(run, answer.id())).isTrue();
        assertThat(store.inbox(run)).extracting(Message::content).containsExactly(answer);
        assertThat(sqlStore().transact(row(run), work(answer, () -> true)).kind()).isEqualTo(Kind.DUPLICATE);
        assertThat(marks()).isEqualTo(1);
        done(move(run).units(unit(1)).heard(number(run, answer.id())).write());
        assertThat(sqlStore().transact(row(run), work(answer, () -> true)).kind()).isEqualTo(Kind.DUPLICATE);
        assertThat(sqlStore().hasLanded(run, answer.id())).isTrue();
        assertThat(inbox(run)).isEmpty();
        assertThat(marks()).isEqualTo(1);
    }

    @Test
    void a_transaction_that_throws_or_is_not_wanted_any_more_has_never_been() throws Exception {
        UUID run = owned("order-1");
        Exception mine = new Exception("no");
        assertThatThrownBy(() -> sqlStore().transact(row(run), new SqlStore.Work() {
            @Override
            public NewMessage run(Connection connection, Runnable abort) throws Exception {
                mark(connection);
                throw mine;
            }

            @Override
            public boolean isWanted() {
                return true;
            }
        })).isSameAs(mine);
        assertThat(sqlStore().transact(row(run), work(answer(run), () -> false)).kind()).isEqualTo(Kind.REFUSED);
        assertThat(sqlStore().hasLanded(run, answer(run).id())).isFalse();
        assertThat(inbox(run)).isEmpty();
        assertThat(marks()).isZero();
        assertThat(sqlStore().transact(row(run), work(answer(run), () -> true)).kind()).isEqualTo(Kind.DONE);
        assertThat(marks()).isEqualTo(1);
    }

    @Test
    void a_transaction_of_a_run_that_the_node_has_let_go_of_is_refused() throws Exception {
        UUID run = owned("order-1");
        RunRow mine = row(run);
        done(move(run).state(suspend(NEVER)).write());
        assertThat(sqlStore().transact(mine, work(answer(run), () -> true)).kind()).isEqualTo(Kind.REFUSED);
        assertThat(marks()).isZero();
        assertThat(inbox(run)).isEmpty();
    }

    @Test
    void a_transaction_of_a_node_that_has_ended_is_refused() throws Exception {
        UUID run = owned("order-1");
        RunRow mine = row(run);
        store.leave(node);
        assertThat(sqlStore().transact(mine, work(answer(run), () -> true)).kind()).isEqualTo(Kind.REFUSED);
        assertThat(marks()).isZero();
        assertThat(inbox(run)).isEmpty();
    }

    @Test
    void who_asks_whether_a_transaction_has_landed_waits_for_one_that_is_about_to() throws Exception {
        UUID run = owned("order-1");
        AtomicReference<CompletableFuture<Boolean>> asked = new AtomicReference<>();
        sqlStore().transact(row(run), work(answer(run), () -> {
            asked.set(CompletableFuture.supplyAsync(() -> sqlStore().hasLanded(run, answer(run).id())));
            return true;
        }));
        assertThat(asked.get().get()).isTrue();
    }

    @Test
    void a_transaction_that_is_aborted_by_another_thread_has_never_been() throws Exception {
        UUID run = owned("order-1");
        assertThatThrownBy(() -> sqlStore().transact(row(run), new SqlStore.Work() {
            @Override
            public NewMessage run(Connection connection, Runnable abort) throws Exception {
                mark(connection);
                CompletableFuture.runAsync(abort).get();
                return answer(run);
            }

            @Override
            public boolean isWanted() {
                return true;
            }
        })).isInstanceOf(StoreException.class);
        assertThat(sqlStore().hasLanded(run, answer(run).id())).isFalse();
        assertThat(marks()).isZero();
        assertThat(sqlStore().transact(row(run), work(answer(run), () -> true)).kind()).isEqualTo(Kind.DONE);
        assertThat(marks()).isEqualTo(1);
    }
}
