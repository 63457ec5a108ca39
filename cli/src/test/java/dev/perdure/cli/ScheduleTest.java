// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code perdure schedule}, beside an engine and without one. */
class ScheduleTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private SqliteStore store;
    private Map<String, String> environment;

    @BeforeEach
    void open() {
        Path file = directory.resolve("shop.db");
        store = SqliteStore.open(file);
        environment = Map.of("PERDURE_DATABASE_URL", "jdbc:sqlite:" + file);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Tool schedule(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "schedule";
        System.arraycopy(args, 0, all, 1, args.length);
        return Tool.run(environment, all);
    }

    private Tool put() {
        return schedule("put", "nightly", "--cron", "30 2 * * *", "--zone", "Europe/Berlin", "--workflow", "approval",
                "--input", "{\"id\": \"order-1\", \"cents\": 1}", "--overlap", "queue_one", "--catch-up", "6h",
                "--jitter", "1m", "--attribute", "team=shop", "--queue", "reports", "--key", "acme", "--priority", "2",
                "--finish-within", "2h");
    }

    @Test
    void d9_a_schedule_is_made_shown_paused_resumed_and_deleted_though_no_engine_runs() {
        assertThat(put().out()).startsWith("made nightly, next 20").endsWith(":30:00Z\n");
        assertThat(put().out()).startsWith("replaced nightly");
        assertThat(schedule("list").out()).contains("NAME").contains("nightly  30 2 * * * Europe/Berlin  approval  -");
        assertThat(schedule("pause", "nightly", "--reason", "closed").out()).isEqualTo("paused nightly\n");
        assertThat(schedule("show", "nightly").out()).contains("paused        closed")
                .contains("overlap       QUEUE_ONE, catches up PT6H, jitter PT1M")
                .contains("queue         reports, key 'acme', priority 2")
                .contains("limits        begins within any time, ends within PT2H");
        JsonNode json = schedule("show", "nightly", "--json").json();
        assertThat(json.get("paused").asString()).isEqualTo("closed");
        assertThat(json.get("input").get("id").asString()).isEqualTo("order-1");
        assertThat(json.get("startOptions").toString()).isEqualTo("{\"queue\":\"reports\",\"key\":\"acme\","
                + "\"priority\":2,\"startWithin\":null,\"finishWithin\":\"PT2H\",\"headers\":{},"
                + "\"attributes\":{\"team\":\"shop\"}}");
        assertThat(schedule("list", "--json").json().get("schedules").get(0)).isEqualTo(json);
        assertThat(schedule("resume", "nightly").out()).isEqualTo("resumed nightly\n");
        assertThat(schedule("show", "nightly", "--json").json().get("paused").isNull()).isTrue();
        assertThat(schedule("delete", "nightly").out()).isEqualTo("deleted nightly\n");
        assertThat(schedule("delete", "nightly"))
                .isEqualTo(new Tool(1, "", "perdure: there is no schedule 'nightly'. See perdure schedule list\n"));
    }

    @Test
    void d9_runs_are_triggered_and_backfilled_beside_an_engine() {
        try (Engine engine = Shop.start(store, true)) {
            put();
            String triggered = schedule("trigger", "nightly").out().strip().substring("triggered ".length());
            awaitRuns(engine, List.of(triggered));
            finish(engine, triggered);
            assertThat(schedule("backfill", "nightly", "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z").out())
                    .isEqualTo("asked nightly for 2 ticks\n");
            awaitRuns(engine, List.of(triggered, "nightly:2026-03-28T01:30:00Z"));
            finish(engine, "nightly:2026-03-28T01:30:00Z");
            awaitRuns(engine, List.of(triggered, "nightly:2026-03-28T01:30:00Z", "nightly:2026-03-29T01:00:00Z"));
            assertThat(schedule("show", "nightly", "--ticks", "2").out().lines()
                    .filter(line -> line.startsWith("next"))).hasSize(2);
        }
    }

    private static void awaitRuns(Client client, List<String> ids) {
        long begun = System.nanoTime();
        List<String> found = runs(client);
        while (!found.equals(ids) && System.nanoTime() - begun < PATIENCE.toNanos()) {
            LockSupport.parkNanos(1_000_000);
            found = runs(client);
        }
        assertThat(found).isEqualTo(ids);
    }

    private static List<String> runs(Client client) {
        return client.list(RunFilter.all().attribute("team", "shop"), 10).runs().reversed().stream().map(RunView::runId)
                .toList();
    }

    private static void finish(Client client, String runId) {
        RunHandle<String> run = client.handle(Shop.APPROVAL, runId);
        Shop.awaitSuspended(run);
        run.signal("approval", new Shop.Approval("Ada", true));
        assertThat(run.result()).isEqualTo("approved by Ada");
        assertThat(run.describe().status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void mistakes_in_the_arguments_name_the_fix() {
        assertThat(schedule("put", "n", "--cron", "61 * * * *", "--workflow", "approval").err())
                .contains("'61 * * * *' is not a cron expression");
        assertThat(schedule("put", "n", "--cron", "1 * * * *", "--zone", "Mars", "--workflow", "approval").err())
                .contains("'Mars' is not a time zone");
        assertThat(schedule("put", "n", "--workflow", "approval").exit()).isEqualTo(2);
        assertThat(schedule("show", "n").err()).contains("there is no schedule 'n'");
        assertThat(schedule().out()).contains("backfill");
    }
}
