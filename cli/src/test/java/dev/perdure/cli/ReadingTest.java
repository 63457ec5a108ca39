// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.StartOptions;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands that only look, at a database whose engine has stopped: one run waits, one is done, one has failed. */
class ReadingTest {

    @TempDir
    private static Path directory;

    private static String db;

    @BeforeAll
    static void fill() {
        Path file = directory.resolve("shop.db");
        db = file.toString();
        try (SqliteStore store = SqliteStore.open(file); Engine engine = Shop.start(store, true)) {
            engine.start(Shop.APPROVAL, StartOptions.id("order-1").attribute("customer", "ada").header("from", "web")
                    .signal("approval", new Shop.Approval("Grace", true)), new Shop.Order("order-1", 4990)).result();
            Assertions.assertThatThrownBy(() -> engine.start(Shop.BROKEN, "order-2", new Shop.Order("order-2", 1))
                    .result())
                    .isInstanceOf(WorkflowFailedException.class);
            Shop.awaitSuspended(engine.start(Shop.APPROVAL, "order-3", new Shop.Order("order-3", 100)));
            engine.start(Shop.APPROVAL, StartOptions.id("later").delay(Duration.ofDays(3)), new Shop.Order("later", 7));
        }
    }

    private static Tool perdure(String... args) {
        String[] withDatabase = Arrays.copyOf(args, args.length + 2);
        withDatabase[args.length] = "--db";
        withDatabase[args.length + 1] = db;
        return Tool.run(withDatabase);
    }

    @Test
    void list_shows_runs_newest_first_in_a_table() {
        Tool list = perdure("list");

        assertThat(list.exit()).isZero();
        assertThat(list.err()).isEmpty();
        assertThat(list.out().lines()).hasSize(5).first().asString().startsWith("RUN      WORKFLOW  STATUS ");
        assertThat(list.out().lines().skip(1).map(line -> line.split(" ")[0]))
                .containsExactly("later", "order-3", "order-2", "order-1");
        assertThat(list.out()).contains("waits for signal 'approval'");
    }

    @Test
    void list_is_filtered_by_status_workflow_prefix_and_attribute() {
        assertThat(perdure("list", "--status", "completed,FAILED").out().lines()).hasSize(3);
        assertThat(perdure("list", "--workflow", "broken").out()).contains("order-2").doesNotContain("order-1");
        assertThat(perdure("list", "--prefix", "order-").out()).doesNotContain("later");
        assertThat(perdure("list", "--attribute", "customer=ada").out().lines()).hasSize(2);
        assertThat(perdure("list", "--attribute", "customer=bob").out()).isEqualTo("no runs that fit\n");
    }

    @Test
    void list_goes_on_after_a_page() {
        Tool first = perdure("list", "--limit", "3", "--json");
        String next = first.json().get("next").asString();

        assertThat(first.json().get("runs")).hasSize(3);
        assertThat(perdure("list", "--limit", "3").out()).contains("--after " + next);
        JsonNode second = perdure("list", "--limit", "3", "--after", next, "--json").json();
        assertThat(second.get("runs")).hasSize(1);
        assertThat(second.get("runs").get(0).get("runId").asString()).isEqualTo("order-1");
        assertThat(second.get("next").isNull()).isTrue();
    }

    @Test
    void count_prints_a_number() {
        assertThat(perdure("count").out()).isEqualTo("4\n");
        assertThat(perdure("count", "--status", "FAILED").out()).isEqualTo("1\n");
    }

    @Test
    void show_tells_everything_about_a_run_that_waits() {
        String out = perdure("show", "order-3").out();

        assertThat(out).containsPattern("status +SUSPENDED").containsPattern("input "
                + "+\\{\"id\":\"order-3\",\"cents\":100}")
                .containsPattern("published +offer = \"offer for order-3\"")
                .contains("waiting for signal 'approval' since ");
    }

    @Test
    void show_tells_how_a_run_ended_and_what_it_was_started_with() {
        String out = perdure("show", "order-1").out();

        assertThat(out).containsPattern("ended with +run_completed -> \"approved by Grace\"")
                .containsPattern("attribute +customer = ada").containsPattern("header +from = web");
    }

    @Test
    void show_speaks_json() {
        JsonNode run = perdure("show", "order-3", "--json").json();

        assertThat(run.get("status").asString()).isEqualTo("SUSPENDED");
        assertThat(run.get("input").get("cents").asLong()).isEqualTo(100);
        assertThat(run.get("waits").get(0).get("name").asString()).isEqualTo("approval");
        assertThat(run.get("published").get("offer").asString()).isEqualTo("offer for order-3");
        assertThat(run.get("explanation").asString()).startsWith("waiting for signal 'approval'");
    }

    @Test
    void explain_is_a_sentence() {
        assertThat(perdure("explain", "order-3").out()).startsWith("waiting for signal 'approval' since ");
        assertThat(perdure("explain", "later").out()).startsWith("queued; to be started at ");
    }

    @Test
    void journal_has_a_line_for_each_entry() {
        assertThat(perdure("journal", "order-1").out().lines()).first().asString().contains("run_started");
        assertThat(perdure("journal", "order-1").out()).contains("step_completed", "main#0 'offer'", "run_completed");
        assertThat(perdure("journal", "later").out()).contains("has not taken its first turn yet");
    }

    @Test
    void journal_speaks_json_with_values_and_failures() {
        JsonNode done = perdure("journal", "order-1", "--json").json();
        JsonNode failed = perdure("journal", "order-2", "--json").json();

        assertThat(done.get(0).get("event").asString()).isEqualTo("run_started");
        assertThat(done.get(0).get("seq").asInt()).isEqualTo(1);
        assertThat(done).anySatisfy(
                entry -> assertThat(entry.path("position").asString("")).isEqualTo("main#0"));
        assertThat(done).allSatisfy(entry -> assertThat(Instant.parse(entry.get("at").asString())).isNotNull());
        assertThat(done).anySatisfy(entry -> {
            assertThat(entry.get("event").asString()).isEqualTo("signal_received");
            assertThat(entry.get("family").asString()).isEqualTo("arrival");
            assertThat(entry.get("value").get("by").asString()).isEqualTo("Grace");
        });
        assertThat(failed).anySatisfy(entry -> {
            assertThat(entry.get("event").asString()).isEqualTo("step_failed");
            assertThat(entry.get("attempts").asInt()).isEqualTo(2);
            assertThat(entry.get("failure").get("message").asString()).isEqualTo("card declined");
        });
    }

    @Test
    void read_prints_published_values() {
        assertThat(perdure("read", "order-3", "offer").out()).isEqualTo("\"offer for order-3\"\n");
        assertThat(perdure("read", "order-3").out()).isEqualTo("offer = \"offer for order-3\"\n");
        assertThat(perdure("read", "order-3", "price")).satisfies(tool -> {
            assertThat(tool.exit()).isEqualTo(1);
            assertThat(tool.err()).contains("published nothing under 'price'; there is [offer]");
        });
    }

    @Test
    void result_prints_json_or_says_how_the_run_ended() {
        assertThat(perdure("result", "order-1")).isEqualTo(new Tool(0, "\"approved by Grace\"\n", ""));
        assertThat(perdure("result", "order-2")).satisfies(tool -> {
            assertThat(tool.exit()).isEqualTo(1);
            assertThat(tool.err()).startsWith("perdure: run 'order-2' ended as FAILED").contains("card declined");
        });
    }

    @Test
    void result_gives_up_when_told_to() {
        Tool tool = perdure("result", "order-3", "--timeout", "0s");

        assertThat(tool.exit()).isEqualTo(1);
        assertThat(tool.err()).contains("order-3").doesNotContain("\tat ");
    }

    @Test
    void settings_are_names_and_values() {
        assertThat(perdure("settings").out()).contains("journal_mode=wal");
    }
}
