// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.RunExistsException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StartOptions.Policy;
import dev.perdure.UnknownWorkflowException;
import dev.perdure.Workflow;
import dev.perdure.WrongTypeException;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StartingTest {

    private static final Workflow.Implemented<String, String> GREET = Workflow.of("greet", String.class, String.class,
            (ctx, name) -> "hello " + name + ctx.info().headers().getOrDefault("mark", ""));

    private final Store store = new MemoryStore();
    private final MovableClock clock = new MovableClock();
    private final Engine engine = Engine.builder().store(store).world(clock).workflow(GREET).start();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void a_start_with_a_taken_id_joins_the_run() {
        // snippet:id
        RunHandle<String> first = engine.start(GREET, "greet-ada", "ada");
        RunHandle<String> again = engine.start(GREET, "greet-ada", "somebody else");
        // end
        assertThat(first.created()).isTrue();
        assertThat(again.created()).isFalse();
        assertThat(again.result()).isEqualTo("hello ada");
    }

    @Test
    void without_an_id_each_start_is_a_new_run() {
        // snippet:no-id
        RunHandle<String> run = engine.start(GREET, "ada");
        String runId = run.runId();
        // end
        assertThat(UUID.fromString(runId).version()).isEqualTo(7);
    }

    @Test
    void the_policy_says_what_a_taken_id_means() {
        engine.start(GREET, "g", "ada").result();
        assertThatThrownBy(() ->
                // snippet:fail
                engine.start(GREET, StartOptions.id("g").policy(Policy.FAIL), "bob")
                // end
        ).isInstanceOf(RunExistsException.class);
        // snippet:restart
        RunHandle<String> restarted = engine.start(GREET, StartOptions.id("g").policy(Policy.RESTART_FINISHED), "bob");
        // end
        assertThat(restarted.created()).isTrue();
        assertThat(restarted.result()).isEqualTo("hello bob");
    }

    @Test
    void a_start_may_wait_and_carries_headers_and_attributes() {
        // snippet:options
        StartOptions options = StartOptions.id("greet-cyd")
                .delay(Duration.ofHours(1))                      // or .startAt(instant)
                .header("mark", "!")                             // read by the code: ctx.info().headers()
                .attribute("customer", "c-12");                  // found by lists: RunFilter.attribute
        RunHandle<String> run = engine.start(GREET, options, "cyd");
        // end
        assertThat(run.describe().status()).isEqualTo(RunStatus.QUEUED);
        assertThat(run.explain()).startsWith("queued; to be started at ");
        assertThat(engine.list(RunFilter.all().attribute("customer", "c-12"), 10).runs()).hasSize(1);
        clock.skip(Duration.ofHours(1));
        assertThat(run.result()).isEqualTo("hello cyd!");
    }

    @Test
    void what_cannot_be_meant_is_refused_before_anything_is_written() {
        Workflow<String, String> other = Workflow.named("other", String.class, String.class);
        assertThatThrownBy(() -> engine.start(other, "x", "ada")).isInstanceOf(UnknownWorkflowException.class);
        assertThatThrownBy(() -> StartOptions.id("x").delay(Duration.ofDays(-1)))
                .isInstanceOf(InvalidArgumentException.class);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Workflow<Object, String> raw = (Workflow) GREET;
        assertThatThrownBy(() -> engine.start(raw, "x", 42)).isInstanceOf(WrongTypeException.class);
        assertThat(engine.count(RunFilter.all())).isZero();
    }

    @Test
    void b8_a_run_that_nobody_begins_in_time_is_cancelled() {
        engine.close();
        try (Client client = Client.connect(store)) {
            // snippet:limits
            RunHandle<String> run = client.start(GREET, StartOptions.id("greet-eve")
                    .startWithin(Duration.ofMinutes(10))
                    .finishWithin(Duration.ofHours(2)), "eve");
            // end
            clock.skip(Duration.ofMinutes(10));
            Workflow.Implemented<String, String> other = Workflow.of("other", String.class, String.class,
                    (ctx, input) -> input);
            try (Engine idle = Engine.builder().store(store).world(clock).workflow(other).start()) {
                assertThatThrownBy(run::result).hasMessageContaining("it was not started within PT10M");
                assertThat(idle.count(RunFilter.all())).isEqualTo(1);
            }
        }
    }

    @Test
    void a_client_starts_what_an_engine_runs() {
        try (Client client = Client.connect(store)) {
            // snippet:client
            RunHandle<String> run = client.start(GREET, "from-outside", "dan");
            String result = run.result(Duration.ofMinutes(1));
            // end
            assertThat(result).isEqualTo("hello dan");
        }
    }
}
