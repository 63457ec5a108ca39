// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.store.RunFilter;
import dev.perdure.store.postgres.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** E4 and X26: a thousand runs, each the child of another, end with the first of them. */
class TreeTest extends OnEveryStore {

    private static final int DEPTH = 3;
    private static final int CHILDREN = 10;
    private static final int ALL = 1 + 10 + 100 + 1_000;

    private static final Workflow<Integer, String> NODE = Workflow.named("node", Integer.class, String.class);

    private long deadlocks() throws SQLException {
        if (backend != Backend.POSTGRES) {
            return 0;
        }
        try (Connection connection = TestServer.connect(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void start() {
        stage.with(builder -> builder.workflow(NODE, (ctx, depth) -> {
            for (int i = 0; depth > 0 && i < CHILDREN; i++) {
                ctx.start(NODE, depth - 1);
            }
            return ctx.signals("never", String.class).receive();
        })).start();
    }

    private long count(RunStatus status) {
        return stage.outside().count(RunFilter.all().status(status));
    }

    @Test
    void e4_x26_a_cancelled_tree_of_a_thousand_runs_ends_without_a_deadlock() throws SQLException {
        long before = deadlocks();
        start();
        stage.engine().start(NODE, StartOptions.id("root"), DEPTH);
        stage.until("all wait", () -> count(RunStatus.SUSPENDED) == ALL);
        stage.engine().cancel("root", "the season is over");
        stage.until("all are cancelled", () -> count(RunStatus.CANCELLED) == ALL);
        assertThat(deadlocks()).isEqualTo(before);
    }

    @Test
    void e4_x26_children_that_end_by_themselves_meet_the_cancellation_of_their_parent() throws SQLException {
        long before = deadlocks();
        start();
        stage.engine().start(NODE, StartOptions.id("root"), 2);
        stage.until("all wait", () -> count(RunStatus.SUSPENDED) == 111);
        stage.outside().list(RunFilter.all().status(RunStatus.SUSPENDED), 200).runs().stream()
                .filter(run -> !run.runId().equals("root")).limit(50)
                .forEach(run -> stage.outside().signal(run.runId(), "never", "now"));
        stage.engine().cancel("root", "the season is over");
        stage.until("all have ended", () -> count(RunStatus.CANCELLED) + count(RunStatus.COMPLETED) == 111);
        assertThat(deadlocks()).isEqualTo(before);
    }
}
