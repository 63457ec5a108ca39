// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.RunStatus;
import dev.perdure.journal.Unit;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunState;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.Write;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where units stand: in the log first, in rows of the journal later, and in each journal exactly once all the time. */
class SqliteLogTest {

    private static final int BUSY_MILLIS = 5_000;

    @TempDir
    private Path directory;

    private final UUID node = UUID.randomUUID();

    @Test
    void a_batch_is_one_row_of_the_log_and_every_store_reads_it_at_once() throws Exception {
        NewRun first = Runs.run("order-1");
        NewRun second = Runs.run("order-2");
        try (SqliteStore store = open(Log.LIMITS); SqliteStore other = open(Log.LIMITS)) {
            store.join(node, 1);
            write(store, Runs.create(node, first), Runs.create(node, second));
            write(store, Runs.advance(node, first.incarnation(), Runs.unit(2)),
                    Runs.advance(node, first.incarnation(), Runs.unit(3)),
                    Runs.advance(node, second.incarnation(), Runs.unit(2)));
            assertThat(number("SELECT count(*) FROM journal")).isZero();
            assertThat(number("SELECT count(*) FROM log")).isEqualTo(2);
            for (SqliteStore reader : List.of(store, other)) {
                assertThat(reader.journal(first.incarnation(), 0, 10))
                        .containsExactly(Runs.unit(1), Runs.unit(2), Runs.unit(3));
                assertThat(reader.journal(first.incarnation(), 1, 1)).containsExactly(Runs.unit(2));
                assertThat(reader.lastUnit(second.incarnation())).contains(Runs.unit(2));
                assertThat(reader.countEntries()).isEqualTo(5);
            }
        }
    }

    @Test
    void a_run_that_is_let_go_takes_its_units_along() throws Exception {
        try (SqliteStore store = open(Log.LIMITS)) {
            store.join(node, 1);
            RunState asleep = new RunState(RunStatus.SUSPENDED, 9, "", "", 0, true, 1);
            RunState stuck = new RunState(RunStatus.STUCK, Long.MAX_VALUE, "", "diverged", 0, false, 1);
            RunState ended = new RunState(RunStatus.COMPLETED, Long.MAX_VALUE, "", "", 0, true, 1);
            List<NewRun> runs = new ArrayList<>();
            for (RunState state : List.of(asleep, stuck, ended)) {
                NewRun run = Runs.run(state.status().name());
                runs.add(run);
                write(store, Runs.create(node, run));
                write(store, Runs.advance(node, run.incarnation(), Runs.unit(2), state));
            }
            NewRun released = Runs.run("released");
            runs.add(released);
            write(store, Runs.create(node, released));
            write(store, Runs.advance(node, released.incarnation(), Runs.unit(2)));
            write(store, new Write.Release(node, released.incarnation()));
            sql("DELETE FROM log");
            for (NewRun run : runs) {
                assertThat(store.journal(run.incarnation(), 0, 10)).as(run.runId())
                        .containsExactly(Runs.unit(1), Runs.unit(2));
                assertThat(number("SELECT count(*) FROM journal WHERE run = (SELECT id FROM runs WHERE run_id = '"
                        + run.runId() + "')")).as("rows of %s", run.runId()).isEqualTo(1);
            }
            assertThat(store.countEntries()).isEqualTo(8);
        }
    }

    @Test
    void who_leaves_or_comes_after_a_crash_empties_the_log_into_the_journals() throws Exception {
        NewRun run = Runs.run("order-1");
        try (SqliteStore killed = open(Log.LIMITS)) {
            killed.join(node, 1);
            write(killed, Runs.create(node, run));
        }
        assertThat(number("SELECT count(*) FROM log")).as("nobody has left").isEqualTo(1);
        try (SqliteStore store = open(Log.LIMITS)) {
            assertThat(store.journal(run.incarnation(), 0, 10)).as("a client before any engine")
                    .containsExactly(Runs.unit(1));
            UUID next = UUID.randomUUID();
            store.join(next, 2);
            assertThat(number("SELECT count(*) FROM log")).isZero();
            assertThat(store.journal(run.incarnation(), 0, 10)).containsExactly(Runs.unit(1));
            NewRun more = Runs.run("order-2");
            write(store, Runs.create(next, more));
            assertThat(number("SELECT count(*) FROM log")).isEqualTo(1);
            store.leave(next);
            assertThat(number("SELECT count(*) FROM log")).isZero();
            assertThat(store.journal(more.incarnation(), 0, 10)).containsExactly(Runs.unit(1));
            assertThat(store.countEntries()).isEqualTo(2);
        }
    }

    @Test
    void units_that_fill_a_row_are_not_written_twice() throws Exception {
        NewRun run = Runs.run("order-1");
        try (SqliteStore store = open(Log.LIMITS)) {
            store.join(node, 1);
            write(store, Runs.create(node, run));
            write(store, Runs.advance(node, run.incarnation(), Runs.unit(2, Log.LIMITS.row())));
            assertThat(number("SELECT entries FROM journal")).as("the tail and the large unit").isEqualTo(2);
            assertThat(number("SELECT sum(length(records)) FROM log")).as("the first unit").isLessThan(100);
            assertThat(store.journal(run.incarnation(), 0, 10)).hasSize(2);
            assertThat(store.lastUnit(run.incarnation())).contains(Runs.unit(2, Log.LIMITS.row()));
            assertThat(store.countEntries()).isEqualTo(2);
        }
    }

    @Test
    void the_log_stays_short_however_many_runs_stand_in_it() throws Exception {
        int limit = 20_000;
        try (SqliteStore store = open(new Log.Limits(4_096, limit))) {
            store.join(node, 1);
            List<NewRun> runs = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                runs.add(Runs.run("order-" + i));
            }
            write(store, runs.stream().map(run -> Runs.create(node, run)).toArray(Write[]::new));
            for (int seq = 2; seq <= 12; seq++) {
                int next = seq;
                write(store, runs.stream().map(run -> Runs.advance(node, run.incarnation(), Runs.unit(next, 50)))
                        .toArray(Write[]::new));
                assertThat(number("SELECT sum(length(records)) FROM log")).isLessThanOrEqualTo(limit + limit / 8);
            }
            for (NewRun run : runs) {
                assertThat(store.journal(run.incarnation(), 0, 100)).extracting(Unit::seq).hasSize(12)
                        .isSorted().doesNotHaveDuplicates();
            }
            assertThat(store.countEntries()).isEqualTo(1_200);
        }
    }

    /** Whatever the sizes, whatever fails on the way: what was answered as done is in the journal once, in order. */
    @Test
    void journals_grow_without_gap_or_copy_through_failures_and_restarts() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<NewRun, List<Unit>> journals = new HashMap<>();
        List<NewRun> runs = new ArrayList<>();
        UUID me = UUID.randomUUID();
        SqliteStore store = open(new Log.Limits(300, 2_000));
        try {
            store.join(me, 1);
            for (int step = 0; step < 600; step++) {
                if (runs.size() < 6 || random.nextInt(20) == 0) {
                    NewRun run = Runs.run("run-" + step);
                    write(store, Runs.create(me, run));
                    runs.add(run);
                    journals.put(run, new ArrayList<>(List.of(Runs.unit(1))));
                }
                Map<NewRun, List<Unit>> expected = new HashMap<>();
                List<Write> batch = new ArrayList<>();
                for (int i = random.nextInt(8); i >= 0; i--) {
                    NewRun run = runs.get(random.nextInt(runs.size()));
                    List<Unit> units = expected.computeIfAbsent(run, each -> new ArrayList<>(journals.get(each)));
                    units.add(Runs.unit(units.size() + 1, random.nextInt(random.nextInt(5) == 0 ? 1_000 : 50)));
                    batch.add(Runs.advance(me, run.incarnation(), units.getLast()));
                }
                if (random.nextInt(4) == 0) {
                    Runs.pragma(store, "query_only = ON");
                    SqliteStore failing = store;
                    assertThat(catchThrowableOfType(StoreException.class, () -> failing.write(batch))).isNotNull();
                    Runs.pragma(store, "query_only = OFF");
                }
                write(store, batch.toArray(Write[]::new));
                if (random.nextInt(4) == 0) {
                    write(store, batch.toArray(Write[]::new));
                }
                journals.putAll(expected);
                NewRun any = runs.get(random.nextInt(runs.size()));
                List<Unit> journal = journals.get(any);
                int after = random.nextInt(journal.size() + 1);
                int limit = 1 + random.nextInt(20);
                assertThat(store.journal(any.incarnation(), after, limit)).as("seed %d, step %d", seed, step)
                        .isEqualTo(journal.subList(after, Math.min(journal.size(), after + limit)));
                if (random.nextInt(50) == 0) {
                    store.close();
                    store = open(new Log.Limits(300, 2_000));
                    me = UUID.randomUUID();
                    store.join(me, step);
                    runs.clear();
                }
            }
            long entries = 0;
            for (Map.Entry<NewRun, List<Unit>> each : journals.entrySet()) {
                UUID incarnation = each.getKey().incarnation();
                assertThat(store.journal(incarnation, 0, 10_000)).as("seed %d", seed).isEqualTo(each.getValue());
                assertThat(store.lastUnit(incarnation)).as("seed %d", seed).contains(each.getValue().getLast());
                entries += each.getValue().size();
            }
            assertThat(store.countEntries()).as("seed %d", seed).isEqualTo(entries);
        } finally {
            store.close();
        }
    }

    @Test
    void a_damaged_log_is_told_and_left_alone() throws Exception {
        NewRun run = Runs.run("order-1");
        try (SqliteStore store = open(Log.LIMITS)) {
            store.join(node, 1);
            write(store, Runs.create(node, run));
        }
        sql("UPDATE log SET records = substr(records, 1, length(records) - 1)");
        try (SqliteStore store = open(Log.LIMITS)) {
            for (StoreException damaged : List.of(
                    catchThrowableOfType(StoreException.class, () -> store.join(UUID.randomUUID(), 2)),
                    catchThrowableOfType(StoreException.class, () -> store.journal(run.incarnation(), 0, 10)))) {
                assertThat(damaged.code()).isEqualTo("store_unreadable");
                assertThat(damaged.effect()).isEqualTo(Effect.NOTHING_REFUSED);
                assertThat(damaged).hasMessageContainingAll("store.db", "restore the file from a backup");
            }
        }
        assertThat(number("SELECT count(*) FROM log")).isEqualTo(1);
    }

    // ---- tools ----

    private SqliteStore open(Log.Limits limits) {
        return SqliteStore.open(directory.resolve("store.db"), BUSY_MILLIS, limits);
    }

    private static void write(SqliteStore store, Write... batch) {
        assertThat(store.write(List.of(batch))).allMatch(outcome -> outcome.kind() == Kind.DONE);
    }

    private long number(String question) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
                var answer = statement.executeQuery(question)) {
            return answer.getLong(1);
        }
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
    }
}
