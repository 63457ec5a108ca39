// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.Failed;
import dev.perdure.RunStatus;
import dev.perdure.StepFailedException;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class FailuresTest {

    private final Store store = new MemoryStore();

    // snippet:declined
    record Decline(String code, int retriesLeft) {}

    static final class CardDeclined extends Failed {

        private static final long serialVersionUID = 1L;

        CardDeclined(Decline details) {
            super("card declined: " + details.code(), details, null);
        }
    }
    // end

    @Test
    void a_failure_reads_the_same_live_and_on_replay() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Workflow.Implemented<Void, String> pay = Workflow.of("pay", Void.class, String.class, (ctx, none) -> {
            String answer;
            // snippet:catch
            try {
                answer = ctx.step("charge", String.class, step -> {
                    throw new CardDeclined(new Decline("insufficient_funds", 2));
                });
            } catch (StepFailedException failed) {
                if (!failed.failure().is(CardDeclined.class)) {
                    throw failed;
                }
                Decline decline = failed.details(Decline.class);
                answer = "declined: " + decline.code();
            }
            // end
            seen.add(answer);
            ctx.sleep(Duration.ofDays(1));
            return answer;
        });
        MovableClock clock = new MovableClock();
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(pay).start()) {
            Await.untilSuspended(engine.start(pay, "p", null));
        }
        clock.skip(Duration.ofDays(1));
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(pay).start()) {
            assertThat(engine.handle(pay, "p").result()).isEqualTo("declined: insufficient_funds");
        }
        assertThat(seen).containsExactly("declined: insufficient_funds", "declined: insufficient_funds");
    }

    @Test
    void what_the_code_throws_is_the_failure_of_the_run() {
        Workflow.Implemented<Void, Void> pay = Workflow.of("pay", ctx -> ctx.step("charge", step -> {
            throw new CardDeclined(new Decline("stolen", 0));
        }));
        try (Engine engine = Engine.builder().store(store).workflow(pay).start()) {
            RunHandle<Void> run = engine.start(pay, null);
            WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, run::result);
            assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
            assertThat(failed.failure().is(StepFailedException.class)).isTrue();
            assertThat(failed.failure().rootCause().is(CardDeclined.class)).isTrue();
            assertThat(failed.failure().rootCause().message()).isEqualTo("card declined: stolen");
        }
    }
}
