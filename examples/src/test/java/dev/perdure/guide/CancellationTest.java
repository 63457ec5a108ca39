// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.CancelRequest;
import dev.perdure.CancelledException;
import dev.perdure.Promise;
import dev.perdure.RunStatus;
import dev.perdure.Selection;
import dev.perdure.StepContext;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CancellationTest {

    private final Store store = new MemoryStore();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void a_cancelled_run_cleans_up() {
        Workflow.Implemented<Void, Void> rent = Workflow.of("rent", ctx -> {
            // snippet:clean-up
            ctx.step("unlock", step -> done.add("unlock"));
            try {
                ctx.sleep(Duration.ofHours(1));
            } catch (CancelledException cancelled) {
                ctx.runShielded(cleanUp -> ctx.step("lock", step -> done.add("lock")));
                throw cancelled;
            }
            // end
        });
        try (Engine engine = Engine.builder().store(store).workflow(rent).start()) {
            RunHandle<Void> run = engine.start(rent, "bike-3", null);
            Await.untilSuspended(run);
            // snippet:cancel
            engine.cancel("bike-3", "the customer changed her mind");
            // end
            WorkflowFailedException ended = catchThrowableOfType(WorkflowFailedException.class, run::result);
            assertThat(ended.status()).isEqualTo(RunStatus.CANCELLED);
            assertThat(ended).hasMessageContaining("the customer changed her mind");
        }
        assertThat(done).containsExactly("unlock", "lock");
    }

    @Test
    void without_shield_every_further_wait_throws_again() {
        Workflow.Implemented<Void, Void> stubborn = Workflow.of("stubborn", ctx -> {
            try {
                ctx.sleep(Duration.ofHours(1));
            } catch (CancelledException ignored) {
                ctx.step("never", step -> done.add("never"));
            }
        });
        try (Engine engine = Engine.builder().store(store).workflow(stubborn).start()) {
            RunHandle<Void> run = engine.start(stubborn, null);
            Await.untilSuspended(run);
            run.cancel("enough");
            assertThat(catchThrowableOfType(WorkflowFailedException.class, run::result).status())
                    .isEqualTo(RunStatus.CANCELLED);
        }
        assertThat(done).isEmpty();
    }

    @Test
    void the_request_is_a_promise_too() {
        Workflow.Implemented<Void, String> polite = Workflow.of("polite", Void.class, String.class, (ctx, none) -> {
            // snippet:promise
            Promise<CancelRequest> asked = ctx.cancellation();
            Timer shift = ctx.timer(Duration.ofHours(8));
            Selection first = ctx.select(asked, shift);
            if (first.is(asked)) {
                return "left early: " + first.value(asked).reason();
            }
            return "stayed to the end";
            // end
        });
        try (Engine engine = Engine.builder().store(store).workflow(polite).start()) {
            RunHandle<String> run = engine.start(polite, null);
            Await.untilSuspended(run);
            run.cancel("fire drill");
            assertThat(run.result()).isEqualTo("left early: fire drill");
        }
    }

    @Test
    void a_step_under_way_ends_before_the_run_does() {
        CountDownLatch under = new CountDownLatch(1);
        Workflow.Implemented<Void, Void> copy = Workflow.of("copy", ctx ->
                ctx.step("copy", step -> {
                    under.countDown();
                    copyUntilAsked(step);
                    done.add("copied what was open");
                }));
        try (Engine engine = Engine.builder().store(store).workflow(copy).start()) {
            RunHandle<Void> run = engine.start(copy, null);
            Await.until("the step is under way", () -> under.getCount() == 0);
            run.cancel("stop");
            // Nothing waits after the step, so the run completes.
            run.result();
        }
        assertThat(done).containsExactly("copied what was open");
    }

    // snippet:long-step
    static void copyUntilAsked(StepContext step) {
        while (!step.isCancelRequested()) {
            copySomeMore();
        }
    }
    // end

    private static void copySomeMore() {
        Thread.onSpinWait();
    }

    @Test
    void a_terminated_run_is_not_asked() {
        Workflow.Implemented<Void, Void> loop = Workflow.of("loop", ctx -> {
            try {
                ctx.sleep(Duration.ofDays(1));
            } finally {
                done.add("finally");
            }
        });
        try (Engine engine = Engine.builder().store(store).workflow(loop).start()) {
            RunHandle<Void> run = engine.start(loop, "loop-1", null);
            Await.untilSuspended(run);
            // snippet:terminate
            engine.terminate("loop-1", "written by mistake");
            // end
            assertThat(catchThrowableOfType(WorkflowFailedException.class, run::result).status())
                    .isEqualTo(RunStatus.TERMINATED);
        }
    }
}
