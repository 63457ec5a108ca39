// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.ResultTimeoutException;
import dev.perdure.RunStuckException;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private final Store store = new MemoryStore();

    @Test
    void a_result_is_waited_for_in_three_ways() {
        Workflow.Implemented<Void, String> wait = Workflow.of("wait", Void.class, String.class,
                (ctx, none) -> ctx.signals("word", String.class).receive());
        try (Engine engine = Engine.builder().store(store).workflow(wait).start()) {
            engine.start(wait, "wait-1", null);
            // snippet:ways
            RunHandle<String> run = engine.handle(wait, "wait-1");
            CompletableFuture<String> future = run.resultAsync();        // no thread waits
            try {
                run.result(Duration.ofMillis(20));                       // waits, but not for ever
            } catch (ResultTimeoutException notYet) {
                run.signal("word", "now");
            }
            String result = run.result();                                // waits
            // end
            assertThat(result).isEqualTo("now");
            assertThat(future.join()).isEqualTo("now");
            assertThat(future.thenApply(String::length).join()).isEqualTo(3);
        }
    }

    @Test
    void a_run_without_a_result_says_why() {
        Workflow.Implemented<Void, String> fails = Workflow.of("fails", Void.class, String.class, (ctx, none) -> {
            throw new IllegalStateException("out of stock");
        });
        try (Engine engine = Engine.builder().store(store).workflow(fails).start()) {
            RunHandle<String> run = engine.start(fails, null);
            assertThatThrownBy(run::result).isInstanceOf(WorkflowFailedException.class)
                    .hasMessageContaining("out of stock");
            String outcome;
            // snippet:failure
            try {
                outcome = "result: " + run.result();
            } catch (WorkflowFailedException ended) {
                outcome = ended.status() + ": " + ended.failure().message();
            } catch (RunStuckException stuck) {
                outcome = "needs somebody to look at it: " + stuck.report();
            }
            // end
            assertThat(outcome).isEqualTo("FAILED: out of stock");
        }
    }
}
