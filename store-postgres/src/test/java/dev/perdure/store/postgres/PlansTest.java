// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.store.Limit;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the server remembers of statements, and must not: how to read tables that were small then. */
class PlansTest {

    /** More often than the driver and the server wait before they keep a plan: five times each. */
    private static final int OFTEN = 15;
    /** As the statements are marked. */
    private static final int GO_BY_INDEXES = 17;
    private static final long NOW = 1_700_000_000_000L;
    private static final Payload NOTHING = Payload.NONE;

    private final String schema = Server.newSchema();
    private final UUID node = UUID.randomUUID();

    @Test
    void what_looks_for_rows_is_planned_for_tables_as_large_as_they_are_now() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Server.url());
        // One, so that it sees every statement, and can be asked.
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config);
                Store store = PostgresStore.open(pool, PostgresOptions.defaults().schema(schema)
                        .notifications(false))) {
            store.join(node, NOW);
            store.write(List.of(new Write.Define(Queue.named("limited").limit(2), false)));
            for (int i = 0; i < OFTEN; i++) {
                serve(store, "free", i);
                serve(store, "limited", i);
                writeAndRead(store, "run-" + i);
            }
            List<Kept> kept = kept(pool);
            assertThat(kept).filteredOn(Kept::goesByIndexes).hasSize(GO_BY_INDEXES);
            assertThat(kept).filteredOn(each -> !each.goesByIndexes()).isNotEmpty().extracting(Kept::text)
                    .allMatch(text -> text.startsWith("INSERT INTO")
                            || text.startsWith("WITH") && text.contains("INSERT INTO") || isOfNoGrowingTable(text));
        } finally {
            Server.drop(schema);
        }
    }

    /** At night everything has been done, and the server counts rows. What waits in the morning is not to be sorted. */
    @Test
    void what_looks_for_rows_does_not_go_by_how_few_there_were_when_rows_were_counted() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Server.url());
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config);
                Store store = PostgresStore.open(pool, PostgresOptions.defaults().schema(schema)
                        .notifications(false))) {
            store.join(node, NOW);
            store.write(List.of(new Write.Define(Queue.named("limited").limit(2), false),
                    new Write.Define(Queue.named("keyed").limitPerKey(2), false)));
            for (int i = 0; i < 500; i++) {
                serve(store, List.of("free", "limited", "keyed").get(i % 3), i);
            }
            try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
                statement.execute("ANALYZE");
            }
            for (int i = 0; i < OFTEN; i++) {
                serve(store, "free", 1000 + i);
                serve(store, "limited", 1000 + i);
                serve(store, "keyed", 1000 + i);
                writeAndRead(store, "run-" + i);
            }
            assertThat(kept(pool)).filteredOn(Kept::goesByIndexes).isNotEmpty().allSatisfy(each -> {
                assertThat(each.plan()).doesNotContain("states_by_status");
                assertThat(each.text().contains("WITH RECURSIVE alive") ? "" : each.plan())
                        .as("only a look goes through owners").doesNotContain("states_by_owner");
            });
        } finally {
            Server.drop(schema);
        }
    }

    private boolean isOfNoGrowingTable(String text) {
        return !text.replace("\"" + schema + "\".fences", "").contains("\"" + schema + "\"");
    }

    private void writeAndRead(Store store, String name) {
        UUID run = UUID.randomUUID();
        NewRun wanted = new NewRun(name, run, run, "w", NOTHING, Map.of(), Map.of(), NOW, NOW, null);
        store.write(List.of(new Write.Start(wanted, false, List.of())));
        store.look(node, NOW);
        store.claimable(NOW);
        store.nextWake(NOW);
        store.load(store.claim(new Store.Claim(node, Set.of("w"), NOW, 1)), 10);
        store.write(List.of(new Write.Send(name, new NewMessage("m", NewMessage.Kind.SIGNAL, "s", NOTHING, "t", NOW))));
        store.inboxOf(node);
        store.write(List.of(advance(run, 1, RunStatus.RUNNING)));
        store.write(List.of(advance(run, 2, null)));
        store.find(name);
        store.find(run);
        store.launch(run);
        store.journal(run, 0, 10);
        store.lastUnit(run);
        store.inbox(run);
        store.attempts(run);
        store.published(run);
        store.list(RunFilter.all(), Optional.empty(), 10);
        store.count(RunFilter.all());
        store.write(List.of(advance(run, 3, RunStatus.COMPLETED)));
        store.ended(Set.of(run));
        UUID late = UUID.randomUUID();
        Limit limit = new Limit(Limit.Kind.START, NOW, 1);
        store.write(List.of(new Write.Start(new NewRun("late-" + name, late, late, "late", NOTHING, Map.of(), Map.of(),
                NOW, NOW, null), false, List.of(), List.of(limit))));
        store.write(List.of(new Write.Expire(new Limit.Of(late, limit), NOW)));
    }

    private void serve(Store store, String queue, int number) {
        UUID run = UUID.randomUUID();
        store.write(List.of(new Write.Start(new NewRun(queue + "-" + number, run, run, "w", NOTHING, Map.of(), Map.of(),
                NOW, NOW, null, null, new Ticket(queue, "", 0)), false, List.of())));
        store.serve(queue, new Store.Claim(node, Set.of("w"), NOW, 1));
        store.write(List.of(advance(run, 1, RunStatus.COMPLETED)));
    }

    private Write.Advance advance(UUID run, long seq, RunStatus status) {
        Unit unit = new Unit(seq, NOW, new Arrival.TimerFired(new Position("main", 1)), List.of());
        RunState state = status == null ? null
                : new RunState(status, Long.MAX_VALUE, "", "", 0, false, NOW);
        return new Write.Advance(node, run, null, List.of(unit), state == null ? List.of() : List.of(seq), state,
                List.of(), List.of(), Map.of(), null);
    }

    /**
     * What the server has kept.
     *
     * @param plansMade how often it was planned for the values of the moment
     * @param plan the one that is kept for any values
     */
    private record Kept(String text, long plansMade, String plan) {

        /** Whatever the tables were like, and the values. */
        boolean goesByIndexes() {
            return plansMade == 0 && (plan.contains(" using ") || plan.contains("Bitmap Index Scan on"))
                    && Stream.of("Seq Scan", "Hash Join", "Merge Join",
                    // Of rows that were found another way, and are compared one by one.
                    "Join Filter").noneMatch(plan::contains);
        }
    }

    private static List<Kept> kept(HikariDataSource pool) throws SQLException {
        List<Kept> kept = new ArrayList<>();
        try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
            // What is explained is the plan that is kept, and not one for no values.
            statement.execute("SET plan_cache_mode = force_generic_plan");
            List<String> names = column(statement, "SELECT name FROM pg_prepared_statements");
            for (String name : names) {
                try (ResultSet row = statement.executeQuery("SELECT statement, custom_plans, "
                        + "cardinality(parameter_types) FROM pg_prepared_statements WHERE name = '" + name + "'")) {
                    row.next();
                    String text = row.getString(1).strip();
                    long plansMade = row.getLong(2);
                    String values = String.join(", ", Collections.nCopies(row.getInt(3), "NULL"));
                    kept.add(new Kept(text, plansMade, String.join("\n", column(statement, "EXPLAIN EXECUTE \"" + name
                            + "\"" + (values.isEmpty() ? "" : "(" + values + ")")))));
                }
            }
        }
        return kept;
    }

    private static List<String> column(Statement statement, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }
}
