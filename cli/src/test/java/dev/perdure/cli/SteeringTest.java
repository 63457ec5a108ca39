// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.NewRun;
import dev.perdure.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands that change something, beside an engine that works on the same file, and beside none. */
class SteeringTest {

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

    private Tool perdure(String... args) {
        return Tool.run(environment, args);
    }

    @Test
    void a_run_is_started_signalled_and_finished_from_outside_while_the_engine_works() {
        try (Engine engine = Shop.start(store, true)) {
            assertThat(perdure("start", "approval", "--id", "order-1", "--input",
                    "{\"id\": \"order-1\", \"cents\": 4990}"))
                    .isEqualTo(new Tool(0, "started order-1\n", ""));
            assertThat(perdure("signal", "order-1", "approval", "{\"by\": \"Ada\", \"approved\": true}").out())
                    .isEqualTo("signalled order-1\n");
            assertThat(perdure("result", "order-1", "--timeout", "30s").out()).isEqualTo("\"approved by Ada\"\n");
        }
    }

    @Test
    void start_joins_a_run_that_exists_and_fails_if_told_to() {
        perdure("start", "approval", "--id", "order-1");

        assertThat(perdure("start", "approval", "--id", "order-1").out())
                .isEqualTo("joined order-1, which exists already and is QUEUED\n");
        assertThat(perdure("start", "approval", "--id", "order-1", "--policy", "fail")).satisfies(tool -> {
            assertThat(tool.exit()).isEqualTo(1);
            assertThat(tool.err()).contains("already a run 'order-1'");
        });
    }

    @Test
    void start_takes_everything_that_start_options_have() throws IOException {
        Path input = Files.writeString(directory.resolve("input.json"),
                "{\"id\": \"x\", \"cents\": 12345678901234567890.10}");

        Tool tool = perdure("start", "approval", "--id", "order-1", "--input", "@" + input, "--delay", "2h",
                "--header", "from=cli", "--attribute", "customer=ada", "--attribute", "region=north");

        assertThat(tool).isEqualTo(new Tool(0, "started order-1\n", ""));
        NewRun run = store.launch(store.find("order-1").orElseThrow().incarnation()).orElseThrow();
        assertThat(run.input().text()).as("as written, digit by digit").contains("12345678901234567890.10");
        assertThat(run.headers()).containsEntry("from", "cli");
        assertThat(run.attributes()).containsEntry("customer", "ada").containsEntry("region", "north");
        assertThat(run.startAt() - run.createdAt()).isEqualTo(Duration.ofHours(2).toMillis());
    }

    @Test
    void start_without_an_id_prints_the_one_it_gave() {
        String id = perdure("start", "approval").out().strip().substring("started ".length());

        assertThat(perdure("explain", id).out()).contains("queued");
    }

    @Test
    void a_signal_with_a_known_message_id_is_dropped() {
        perdure("start", "approval", "--id", "order-1");

        assertThat(perdure("signal", "order-1", "approval", "--message-id", "m-1").out())
                .isEqualTo("signalled order-1\n");
        assertThat(perdure("signal", "order-1", "approval", "--message-id", "m-1").out())
                .startsWith("dropped: order-1");
        assertThat(perdure("explain", "order-1").out()).contains("1 message in its inbox");
    }

    @Test
    void d6_events_are_emitted_once_shown_and_listed() {
        assertThat(perdure("event", "emit", "rates", "{\"EUR\": 1.0}")).isEqualTo(new Tool(0, "emitted rates\n", ""));
        assertThat(perdure("event", "emit", "rates").out())
                .isEqualTo("dropped: rates was emitted before, see perdure event show rates\n");
        assertThat(perdure("event", "emit", "shipped").exit()).isZero();

        assertThat(perdure("event", "show", "rates").out()).contains("event         rates\n")
                .contains("value         {\"EUR\": 1.0}\n").contains(" by " + System.getProperty("user.name"));
        assertThat(perdure("event", "show", "rates", "--json").json().get("value").get("EUR").asDouble()).isEqualTo(1);
        assertThat(perdure("event", "list").out()).startsWith("NAME").contains("\nrates ").contains("\nshipped ")
                .doesNotContain("There may be more");
        assertThat(perdure("event", "list", "--limit", "1").out()).contains("\nrates ").doesNotContain("\nshipped ")
                .endsWith("There may be more: perdure event list --after rates\n");
        assertThat(perdure("event", "list", "--after", "rates", "--json").json().get("events")).singleElement()
                .satisfies(event -> assertThat(event.get("name").asString()).isEqualTo("shipped"));
    }

    @Test
    void d6_mistakes_about_events_name_the_fix() {
        assertThat(perdure("event", "show", "rates").err())
                .isEqualTo("perdure: no event 'rates' has been emitted. See perdure event list\n");
        assertThat(perdure("event", "emit", "rates", "null").err()).contains("an event cannot be null");
        assertThat(perdure("event", "list", "--limit", "0").err()).contains("must be 1 or more");
        assertThat(perdure("event").out()).contains("emit");
        assertThat(store.facts("", 1)).isEmpty();
    }

    @Test
    void c8_a_queue_gets_limits_and_tells_what_waits_in_it() {
        assertThat(perdure("queue", "set", "mail", "--limit", "0", "--rate", "100/1s").out())
                .isEqualTo("set mail: limit 0, per key -, per node -, rate 100 in PT1S\n");
        perdure("start", "approval", "--id", "order-1", "--queue", "mail", "--key", "acme", "--priority", "2");

        assertThat(perdure("queue", "list").out()).contains("NAME  WAITING  RUNNING").contains("\nmail  1        0");
        JsonNode mail = perdure("queue", "list", "--json").json().get("queues").get(0);
        assertThat(mail.get("waiting").asInt()).isEqualTo(1);
        assertThat(mail.get("limit").asInt()).isZero();
        assertThat(mail.get("limitPerKey").isNull()).isTrue();
        for (String rate : List.of("many", "many/1s", "5/soon", "5")) {
            assertThat(perdure("queue", "set", "mail", "--rate", rate)).satisfies(tool -> {
                assertThat(tool.exit()).isEqualTo(2);
                assertThat(tool.err()).contains("'" + rate + "' is not a rate");
            });
        }
    }

    @Test
    void cancel_asks_and_terminate_does_not() {
        try (Engine engine = Shop.start(store, true)) {
            RunHandle<String> first = engine.start(Shop.APPROVAL, "order-1", new Shop.Order("order-1", 1));
            RunHandle<String> second = engine.start(Shop.APPROVAL, "order-2", new Shop.Order("order-2", 2));

            assertThat(perdure("cancel", "order-1", "--reason", "customer called").out())
                    .isEqualTo("asked order-1 to stop\n");
            assertThat(perdure("terminate", "order-2").out()).isEqualTo("terminated order-2\n");

            assertThat(perdure("result", "order-1", "--timeout", "30s").err()).contains("ended as CANCELLED")
                    .contains("customer called");
            assertThat(perdure("result", "order-2", "--timeout", "30s").err()).contains("ended as TERMINATED")
                    .contains("asked for at the command line");
            assertThat(first.describe().status()).isEqualTo(RunStatus.CANCELLED);
            assertThat(second.describe().status()).isEqualTo(RunStatus.TERMINATED);
        }
    }

    @Test
    void a_finished_run_takes_no_signal_and_cannot_be_cancelled() {
        perdure("start", "approval", "--id", "order-1");
        perdure("terminate", "order-1");

        assertThat(perdure("signal", "order-1", "approval")).satisfies(tool -> {
            assertThat(tool.exit()).isEqualTo(1);
            assertThat(tool.err()).contains("order-1").contains("TERMINATED");
        });
        assertThat(perdure("cancel", "order-1").exit()).isEqualTo(1);
    }

    @Test
    void stuck_runs_are_redriven_after_the_code_was_mended() {
        try (Engine first = Shop.start(store, true)) {
            Shop.awaitSuspended(first.start(Shop.CHANGED, "order-1", new Shop.Order("order-1", 1)));
            Shop.awaitSuspended(first.start(Shop.CHANGED, "order-2", new Shop.Order("order-2", 2)));
        }
        try (Engine changed = Shop.start(store, false)) {
            perdure("signal", "order-1", "go");
            perdure("signal", "order-2", "go");
            assertThat(perdure("result", "order-1", "--timeout", "30s").err()).contains("order-1").contains("renamed");
            assertThat(perdure("result", "order-2", "--timeout", "30s").exit()).isEqualTo(1);
        }
        assertThat(perdure("count", "--status", "stuck").out()).isEqualTo("2\n");

        assertThat(perdure("redrive", "order-1").out()).isEqualTo("redriven order-1\n");
        assertThat(perdure("redrive", "order-1")).satisfies(tool -> {
            assertThat(tool.exit()).isEqualTo(1);
            assertThat(tool.err()).contains("not STUCK");
        });
        assertThat(perdure("redrive", "--all", "--workflow", "approval").out()).isEqualTo("redriven 0 runs\n");
        assertThat(perdure("redrive", "--all").out()).isEqualTo("redriven 1 run\n");

        try (Engine mended = Shop.start(store, true); Client client = Client.connect(store)) {
            assertThat(client.handle(Shop.CHANGED, "order-1").result(PATIENCE)).isEqualTo("before");
            assertThat(client.handle(Shop.CHANGED, "order-2").result(PATIENCE)).isEqualTo("before");
        }
    }
}
