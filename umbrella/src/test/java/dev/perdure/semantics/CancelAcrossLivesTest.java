// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** F1 and A10: a request to stop is for the run, whatever incarnation it is in. */
class CancelAcrossLivesTest {

    private static final Workflow.Implemented<String, String> TWO_LIVES =
            Workflow.of("two-lives", String.class, String.class, (ctx, life) -> {
                if (life.equals("first")) {
                    ctx.runShielded(shielded -> ctx.signals("go", Boolean.class).receive());
                    return ctx.continueAsNew("second");
                }
                ctx.sleep(Duration.ofHours(1));
                return "slept through it";
            });

    @Test
    void a_request_to_stop_that_a_shield_has_held_off_reaches_the_next_incarnation() {
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(TWO_LIVES).start()) {
            RunHandle<String> run = engine.start(TWO_LIVES, "r", "first");
            run.cancel("no longer wanted");
            run.signal("go", true);

            WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class,
                    () -> run.result(Duration.ofSeconds(30)));

            assertThat(failed.status()).isEqualTo(RunStatus.CANCELLED);
            assertThat(failed.failure().message()).contains("no longer wanted");
        }
    }
}
