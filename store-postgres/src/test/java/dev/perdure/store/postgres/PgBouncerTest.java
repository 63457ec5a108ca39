// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.tck.BatchingContract;
import dev.perdure.store.tck.ClaimingContract;
import dev.perdure.store.tck.InboxContract;
import dev.perdure.store.tck.JournalContract;
import dev.perdure.store.tck.LimitsContract;
import dev.perdure.store.tck.NodesContract;
import dev.perdure.store.tck.QueuesContract;
import dev.perdure.store.tck.StoreFixture;
import dev.perdure.store.tck.TransactionContract;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Through a real PgBouncer in transaction mode: each transaction of a connection may get another connection of the
 * server's, so whatever relies on a session breaks. Skipped where PgBouncer is not installed.
 */
@Timeout(120)
class PgBouncerTest {

    private static final PostgresOptions OPTIONS = PostgresOptions.defaults().notifications(false);
    private static final int RUNS = 100;

    private static Bouncer bouncer;
    private static DataSource connections;

    @BeforeAll
    static void start() throws IOException {
        bouncer = Bouncer.start();
        connections = bouncer.connections();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (bouncer != null) {
            bouncer.close();
        }
    }

    @Nested
    class Journal extends JournalContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Nested
    class Batching extends BatchingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Nested
    class Claiming extends ClaimingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Nested
    class Limits extends LimitsContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Nested
    class Queues extends QueuesContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Nested
    class Inbox extends InboxContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Nested
    class Nodes extends NodesContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Nested
    class Transactions extends TransactionContract {
        @Override
        protected SqlFixture sqlFixture() {
            return new PostgresFixture(connections, OPTIONS);
        }
    }

    @Test
    void two_nodes_carry_out_runs_with_signals_and_transactions() throws SQLException {
        String schema = Server.newSchema();
        PostgresOptions options = OPTIONS.schema(schema);
        var book = Workflow.of("book", Integer.class, Integer.class, (ctx, number) -> {
            int more = ctx.signals("more", Integer.class).receive();
            int sum = ctx.step("sum", Integer.class, step -> number + more);
            ctx.transaction("book", connection -> insert(connection, schema, sum));
            return sum;
        });
        try (PostgresStore one = PostgresStore.open(connections, options);
                PostgresStore two = PostgresStore.open(bouncer.connections(), options)) {
            makeTable(schema);
            try (Engine left = Engine.builder().store(one).workflow(book).start();
                    Engine right = Engine.builder().store(two).workflow(book).start()) {
                List<RunHandle<Integer>> runs = new ArrayList<>();
                for (int i = 0; i < RUNS; i++) {
                    runs.add((i % 2 == 0 ? left : right).start(book, "run-" + i, i));
                }
                for (int i = 0; i < RUNS; i++) {
                    // Half of the signals come from the node that does not have the run.
                    (i % 4 < 2 ? left : right).signal("run-" + i, "more", 1_000);
                }
                for (int i = 0; i < RUNS; i++) {
                    assertThat(runs.get(i).result(Duration.ofSeconds(60))).isEqualTo(1_000 + i);
                }
            }
            assertThat(booked(schema)).isEqualTo(RUNS + " " + RUNS);
        } finally {
            Server.drop(schema);
        }
    }

    private static void makeTable(String schema) throws SQLException {
        try (Connection connection = Server.connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE \"" + schema + "\".booked (sum integer)");
        }
    }

    private static void insert(Connection connection, String schema, int sum) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO \"" + schema + "\".booked VALUES (" + sum + ")");
        }
    }

    private static String booked(String schema) throws SQLException {
        try (Connection connection = Server.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) || ' ' || count(DISTINCT sum) FROM \""
                        + schema + "\".booked")) {
            row.next();
            return row.getString(1);
        }
    }
}
