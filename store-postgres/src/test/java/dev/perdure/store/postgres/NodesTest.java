// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.store.Limit;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several nodes, and strangers, on one schema at the same time. */
@Timeout(120)
class NodesTest {

    private static final long NEVER = Long.MAX_VALUE;

    private final String schema = Server.newSchema();
    private final PostgresStore store = open();
    private final UUID node = join();

    private PostgresStore open() {
        return PostgresStore.open(Server.connections(), PostgresOptions.defaults().schema(schema));
    }

    private UUID join() {
        UUID next = UUID.randomUUID();
        store.join(next, 0);
        return next;
    }

    @AfterEach
    void drop() {
        store.close();
        Server.drop(schema);
    }

    private static NewRun run(String runId) {
        UUID incarnation = UUID.randomUUID();
        return new NewRun(runId, incarnation, incarnation, "checkout", Payload.NONE, Map.of(), Map.of(), 0, 0, null);
    }

    private Write.Advance create(UUID owner, NewRun run) {
        return new Write.Advance(owner, run.incarnation(), new Write.Start(run, false, List.of()), List.of(), List.of(),
                new RunState(RunStatus.RUNNING, NEVER, "", "", 0, false, 0), List.of(), List.of(), Map.of(), null);
    }

    private Kind write(Write write) {
        return store.write(List.of(write)).getFirst().kind();
    }

    private static NewMessage message(String id) {
        return new NewMessage(id, NewMessage.Kind.SIGNAL, "approval", Payload.NONE, "test", 0);
    }

    @Test
    void what_was_sent_to_a_run_that_had_finished_when_it_was_committed_is_swept_away() throws SQLException {
        NewRun order = run("order-1");
        write(create(node, order));
        NewRun other = run("order-2");
        write(create(node, other));
        try (Connection stranger = Server.connections().getConnection()) {
            stranger.setAutoCommit(false);
            assertThat(store.send(stranger, new Write.Send("order-1", message("m-1"))).isDone()).isTrue();
            assertThat(store.send(stranger, new Write.Send("order-2", message("m-2"))).isDone()).isTrue();
            write(new Write.Advance(node, order.incarnation(), null, List.of(), List.of(),
                    new RunState(RunStatus.TERMINATED, NEVER, "", "", 0, true, 1), List.of(), List.of(), Map.of(),
                    null));
            stranger.commit();
        }

        store.look(node, System.currentTimeMillis());

        try (Connection connection = Server.connections().getConnection();
                Statement statement = connection.createStatement();
                ResultSet left = statement.executeQuery("SELECT string_agg(message_id, ',') FROM \"" + schema
                        + "\".inbox")) {
            left.next();
            assertThat(left.getString(1)).isEqualTo("m-2");
        }
    }

    private void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.replace("$", '"' + schema + '"'));
        }
    }

    /** A transaction of somebody's that stays open. */
    private Connection begin() throws SQLException {
        Connection connection = Server.connections().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    @Test
    void x43_a_node_that_is_stopped_in_the_middle_of_a_batch_is_ended_with_its_transaction() throws Exception {
        NewRun run = run("order-1");
        write(create(node, run));
        try (Connection stopped = begin()) {
            // A batch: its fence is held, something is written, and the client says no more.
            execute(stopped, "SELECT 1 FROM $.fences WHERE node = '" + node + "' FOR KEY SHARE");
            execute(stopped, "INSERT INTO $.journal VALUES ('" + run.incarnation() + "', 1, 1, '')");
            store.end(node);
            assertThat(store.find("order-1").orElseThrow().owner()).isNull();
            assertThatThrownBy(() -> {
                execute(stopped, "SELECT 1");
                stopped.commit();
            }).isInstanceOf(SQLException.class);
            stopped.abort(Runnable::run);
        }
        assertThat(store.journal(run.incarnation(), 0, 10)).isEmpty();
    }

    @Test
    void x44_a_take_over_waits_for_the_batch_that_is_being_written_and_frees_what_it_made() throws Exception {
        try (Connection batch = begin()) {
            execute(batch, "SELECT 1 FROM $.fences WHERE node = '" + node + "' FOR KEY SHARE");
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> store.end(node));
            awaitLockWait();
            // Made after the take-over has begun.
            NewRun child = run("child-1");
            execute(batch, "INSERT INTO $.runs (incarnation, run_id, chain, workflow, codec, input, headers, start_at,"
                    + " created_at) VALUES ('" + child.incarnation() + "', 'child-1', '" + child.chain()
                    + "', 'checkout', '', '', '{}', 0, 0)");
            execute(batch, "INSERT INTO $.states (incarnation, status, owner, changed_at) VALUES ('"
                    + child.incarnation() + "', 'RUNNING', '" + node + "', 0)");
            batch.commit();
            ended.get(30, TimeUnit.SECONDS);
        }
        assertThat(store.find("child-1").orElseThrow().owner()).isNull();
    }

    /** Until some backend waits for another's transaction. */
    private void awaitLockWait() throws SQLException, InterruptedException {
        CountDownLatch nothing = new CountDownLatch(1);
        boolean waits = false;
        while (!waits) {
            try (Connection connection = Server.connections().getConnection();
                    Statement statement = connection.createStatement();
                    var row = statement.executeQuery(
                            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")) {
                waits = row.next();
            }
            nothing.await(5, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void a_take_over_that_died_half_way_is_finished_by_whoever_looks() throws Exception {
        write(create(node, run("order-1")));
        try (Connection connection = Server.connections().getConnection()) {
            execute(connection, "DELETE FROM $.fences WHERE node = '" + node + "'");
        }
        UUID other = join();
        assertThat(store.look(other, 0).ended()).containsExactly(node);
        store.end(node);
        assertThat(store.look(other, 0).ended()).isEmpty();
        assertThat(store.find("order-1").orElseThrow().owner()).isNull();
    }

    @Test
    void a_node_without_a_row_that_still_owns_runs_is_seen_as_ended() throws Exception {
        write(create(node, run("order-1")));
        try (Connection connection = Server.connections().getConnection()) {
            execute(connection, "DELETE FROM $.fences");
            execute(connection, "DELETE FROM $.nodes");
        }
        assertThat(store.look(join(), 0).ended()).containsExactly(node);
    }

    @Test
    void x42_what_a_stranger_keeps_locked_is_given_back_soon_and_says_who_to_look_for() throws Exception {
        try (Connection stranger = begin()) {
            NewRun first = run("order-1");
            execute(stranger, "INSERT INTO $.runs (incarnation, run_id, chain, workflow, codec, input, headers,"
                    + " start_at, created_at) VALUES ('" + first.incarnation() + "', 'order-1', '" + first.chain()
                    + "', 'checkout', '', '', '{}', 0, 0)");
            Write.Advance second = create(node, run("order-1"));
            assertThat(store.mayWait(second)).isTrue();
            assertThatThrownBy(() -> store.write(List.of(second))).isInstanceOf(StoreException.class)
                    .hasMessageContaining("locked").satisfies(locked ->
                            assertThat(((StoreException) locked).isLocked()).isTrue());
            UUID incarnation = UUID.randomUUID();
            NewRun unnamed = new NewRun(incarnation.toString(), incarnation, incarnation, "checkout", Payload.NONE,
                    Map.of(), Map.of(), 0, 0, null);
            assertThat(store.mayWait(create(node, unnamed))).isFalse();
            assertThat(write(create(node, unnamed))).isEqualTo(Kind.DONE);
            stranger.rollback();
            assertThat(write(second)).isEqualTo(Kind.DONE);
        }
    }

    @Test
    void x41_a_message_in_an_open_transaction_keeps_nobody_waiting() throws Exception {
        NewRun run = run("order-1");
        write(create(node, run));
        try (Connection sender = begin()) {
            execute(sender, "INSERT INTO $.sent VALUES ('" + run.chain() + "', 'm-1')");
            execute(sender, "INSERT INTO $.inbox (chain, rank, message_id, kind, name, codec, value, sender, sent_at)"
                    + " VALUES ('" + run.chain() + "', 0, 'm-1', 'SIGNAL', 'approval', '', '', 'test', 0)");
            Write.Send unnamed = new Write.Send("order-1", message(NewMessage.MADE_UP + "1"));
            assertThat(store.mayWait(unnamed)).isFalse();
            assertThat(write(unnamed)).isEqualTo(Kind.DONE);
            assertThat(write(new Write.Advance(node, run.incarnation(), null, List.of(), List.of(),
                    new RunState(RunStatus.SUSPENDED, NEVER, "", "", 0, true, 0), List.of(), List.of(), Map.of(),
                    null))).isEqualTo(Kind.DONE);
            assertThat(store.inbox(run.chain())).hasSize(1);
            sender.commit();
        }
        assertThat(store.inbox(run.chain())).as("the lower number came later").hasSize(2);
    }

    @Test
    void x33_eight_processes_that_open_an_empty_database_make_it_once() throws Exception {
        String empty = Server.newSchema();
        List<CompletableFuture<PostgresStore>> opened = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 8; i++) {
            opened.add(CompletableFuture.supplyAsync(() -> {
                await(go);
                return PostgresStore.open(Server.connections(), PostgresOptions.defaults().schema(empty));
            }, body -> Thread.ofPlatform().start(body)));
        }
        go.countDown();
        for (CompletableFuture<PostgresStore> each : opened) {
            PostgresStore one = each.get(60, TimeUnit.SECONDS);
            assertThat(one.count(RunFilter.all())).isZero();
            one.close();
        }
        Server.drop(empty);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void another_schema_of_the_same_database_has_nothing_to_do_with_this_one() {
        write(create(node, run("order-1")));
        String other = Server.newSchema();
        try (PostgresStore second = PostgresStore.open(Server.connections(),
                PostgresOptions.defaults().schema(other))) {
            assertThat(second.find("order-1")).isEmpty();
            UUID there = UUID.randomUUID();
            second.join(there, 0);
            assertThat(second.look(there, 0).pulses()).isEmpty();
            second.end(node);
        }
        Server.drop(other);
        assertThat(store.look(node, 0).alive()).isTrue();
    }

    /** What another process hears. Both are told once when it begins to listen, for what was missed. */
    private static final class Listener implements Store.Ear {

        private final CountDownLatch work = new CountDownLatch(2);
        private final CountDownLatch ends = new CountDownLatch(2);

        static Listener on(Store store) {
            Listener listener = new Listener();
            store.listen(listener);
            while (listener.work.getCount() == 2 || listener.ends.getCount() == 2) {
                Thread.onSpinWait();
            }
            return listener;
        }

        @Override
        public void work() {
            work.countDown();
        }

        @Override
        public void ends() {
            ends.countDown();
        }
    }

    @Test
    void others_hear_of_work_and_of_ends_without_asking() {
        try (PostgresStore elsewhere = open()) {
            Listener listener = Listener.on(elsewhere);
            NewRun run = run("order-1");
            write(new Write.Start(run, false, List.of()));
            await(listener.work);
            List<RunRow> claimed = store.claim(new Store.Claim(node, Set.of("checkout"), 0, 1));
            assertThat(claimed).hasSize(1);
            write(new Write.Advance(node, run.incarnation(), null, List.of(), List.of(),
                    new RunState(RunStatus.COMPLETED, NEVER, "", "", 0, false, 0), List.of(), List.of(), Map.of(),
                    null));
            await(listener.ends);
        }
    }

    @Test
    void others_hear_without_asking_that_a_run_was_told_something_by_another_one() {
        NewRun parent = run("order-1");
        NewRun child = run("order-2");
        write(create(node, parent));
        write(create(node, child));
        try (PostgresStore elsewhere = open()) {
            Listener listener = Listener.on(elsewhere);
            write(new Write.Advance(node, parent.incarnation(), null, List.of(), List.of(), null, List.of(), List.of(),
                    Map.of(), null, new Write.Others(List.of(), Set.of(), List.of(new Write.Told(child.chain(),
                            message("m-1"))), Write.Said.NOTHING, List.of())));
            await(listener.work);
        }
    }

    // ---- somebody is stopped ----

    private List<Limit.Of> late(String... runs) {
        for (String run : runs) {
            write(new Write.Start(run(run), false, List.of(), List.of(new Limit(Limit.Kind.START, 1, 1))));
        }
        return store.look(node, 2).exceeded();
    }

    /** Nodes expire limits before they claim: if they waited for one that is stopped, runs would wait with them. */
    @Test
    void c12_who_ends_late_runs_waits_for_nobody_who_is_stopped_while_he_does_so() throws SQLException {
        List<Limit.Of> exceeded = late("held", "taken", "free");
        List<Write> writes = new ArrayList<>();
        exceeded.forEach(each -> writes.add(new Write.Expire(each, 2)));
        try (Connection stopped = Server.connections().getConnection()) {
            stopped.setAutoCommit(false);
            execute(stopped, "DELETE FROM $.limits l USING $.runs r WHERE r.chain = l.chain AND r.run_id = 'held'");
            execute(stopped, "SELECT 1 FROM $.states s JOIN $.runs r USING (incarnation) WHERE r.run_id = 'taken' "
                    + "FOR UPDATE");
            assertThat(store.write(writes)).allMatch(Outcome::isDone);
            assertThat(names(RunStatus.CANCELLED)).containsExactly("free");
            assertThat(store.look(node, 2).exceeded()).as("to be tried again").hasSize(2);
            stopped.rollback();
        }
        store.write(writes);
        assertThat(names(RunStatus.CANCELLED)).containsExactlyInAnyOrder("held", "taken", "free");
        assertThat(store.look(node, 2).exceeded()).isEmpty();
    }

    private List<String> names(RunStatus status) {
        return store.list(RunFilter.all().status(status), Optional.empty(), 9).stream().map(RunRow::runId).toList();
    }

    @Test
    void c8_who_is_stopped_while_he_changes_a_limit_keeps_nobody_from_the_queue() {
        NewRun letter = run("letter");
        write(new Write.Start(new NewRun("letter", letter.incarnation(), letter.chain(), "checkout", Payload.NONE,
                Map.of(), Map.of(), 0, 0, null, null, new Ticket("mail", "", 0)), false, List.of()));
        Write limit = new Write.Define(Queue.named("mail").limit(5), false);
        write(limit);
        TappedSource source = TappedSource.of(Server.server());
        List<Store.Served> whenStopped = new ArrayList<>();
        source.beforeCommit = tap -> whenStopped.add(store.serve("mail",
                new Store.Claim(node, Set.of("checkout"), 0, 9)));
        try (HikariDataSource pool = source.pool(); PostgresStore other = PostgresStore.open(pool,
                PostgresOptions.defaults().schema(schema).notifications(false))) {
            whenStopped.clear();
            other.write(List.of(limit));
        }
        whenStopped.add(store.serve("mail", new Store.Claim(node, Set.of("checkout"), 0, 9)));
        assertThat(whenStopped.getFirst().runs()).hasSize(1);
    }

    /** Who saw it ended with runs that it still has would count them as lost with it. */
    @Test
    void h1_a_node_that_leaves_is_gone_together_with_its_runs() throws Exception {
        write(create(node, run("order-1")));
        UUID other = join();
        whileSomebodyIsStoppedWithRuns(() -> store.leave(node), () ->
                assertThat(store.look(other, 0).ended()).isEmpty());
        assertThat(claimedBy(other)).extracting(RunRow::recoveries).containsExactly(0);
    }

    @Test
    void h1_the_runs_of_a_dead_node_are_free_although_somebody_who_terminates_one_is_stopped() throws Exception {
        write(create(node, run("order-1")));
        UUID other = join();
        whileSomebodyIsStoppedWithRuns(() -> store.end(node), () -> store.look(other, 0));
        assertThat(claimedBy(other)).extracting(RunRow::recoveries).containsExactly(1);
    }

    private void whileSomebodyIsStoppedWithRuns(Runnable ending, Runnable meanwhile) throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor(); Connection stopped = Server.connect()) {
            stopped.setAutoCommit(false);
            execute(stopped, "SELECT 1 FROM $.states FOR UPDATE");
            Future<?> ended = thread.submit(ending);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!ended.isDone() && System.nanoTime() - until < 0) {
                meanwhile.run();
            }
            assertThat(ended.isDone()).as("waits for nobody").isTrue();
            ended.get();
        }
        assertThat(store.look(join(), 0).ended()).isEmpty();
    }

    private List<RunRow> claimedBy(UUID claimant) {
        return store.claim(new Store.Claim(claimant, Set.of("checkout"), 0, 9));
    }
}
