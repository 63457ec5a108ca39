// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.CancelledException;
import dev.perdure.RetryPolicy;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.Saga;
import dev.perdure.StartOptions;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Stopping runs, with and without asking; how each kind of wait hears it is in {@link StoppingScenarios}. */
class CancelTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Workflow.Implemented<String, String> sleeper = order((ctx, input) -> {
        ctx.sleep(HOUR);
        return "slept";
    });

    private WorkflowFailedException failureOf(RunHandle<?> run) {
        return catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(run));
    }

    @Test
    void f1_a_cancel_during_a_step_lets_the_step_end_and_remembers_it() {
        Roadblock road = new Roadblock();
        AtomicBoolean asked = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.step("charge", step -> {
                try {
                    road.pass();
                } catch (InterruptedException cut) {
                    interrupted.set(true);
                    throw cut;
                }
                asked.set(step.isCancelRequested());
            });
            ctx.sleep(HOUR);
            return "";
        });
        stage.start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, "order-1", "");
        road.awaitArrival();
        run.cancel("sold out");
        stage.until("heard", () -> stage.journal("order-1").contains("cancel_requested"));
        road.open();

        assertThat(failureOf(run).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(stage.journal("order-1")).containsSubsequence("cancel_requested", "step_completed", "run_cancelled");
        assertThat(interrupted).isFalse();
        assertThat(asked).as("the step could see it").isTrue();
    }

    @Test
    void f1_a_step_that_fails_after_the_request_is_not_tried_again() {
        Roadblock road = new Roadblock();
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) ->
                ctx.step(StepSpec.of("charge", String.class).retry(RetryPolicy.fixed(Duration.ZERO, 9)), step -> {
                    bodies.incrementAndGet();
                    road.pass();
                    throw new IllegalStateException("no");
                }));
        stage.start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, "order-1", "");
        road.awaitArrival();
        run.cancel("enough");
        stage.until("heard", () -> stage.journal("order-1").contains("cancel_requested"));
        road.open();
        stage.awaitRest("order-1");

        assertThat(bodies).hasValue(1);
        assertThat(stage.journal("order-1")).contains("step_failed");
    }

    @Test
    void f1_a_run_cancelled_before_its_first_turn_stops_at_its_first_wait() {
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.step("charge", step -> bodies.incrementAndGet());
            return "";
        });
        stage.start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, StartOptions.id("order-1").delay(HOUR), "");
        run.cancel("changed my mind");
        stage.world.advance(HOUR);

        assertThat(failureOf(run).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(bodies).as("the step was never begun").hasValue(0);
    }

    @Test
    void f1_who_cancelled_and_why_is_told_to_who_waits() {
        stage.start(sleeper);
        RunHandle<String> run = stage.engine().start(sleeper, "order-1", "");
        stage.outside().cancel("order-1", "sold out");

        WorkflowFailedException failed = failureOf(run);
        assertThat(failed.code()).isEqualTo("workflow_cancelled");
        assertThat(failed.failure().is(CancelledException.class)).isTrue();
        assertThat(failed).hasMessageContaining("sold out").hasMessageContaining(System.getProperty("user.name"));
        assertThat(failureOf(stage.outside().handle(sleeper, "order-1"))).as("from outside").isNotNull();
    }

    @Test
    void f1_a_finished_run_cannot_be_cancelled_nor_an_unknown_one() {
        Workflow.Implemented<String, String> quick = order((ctx, input) -> "done");
        stage.start(quick);
        stage.result(stage.engine().start(quick, "order-1", ""));

        assertThatThrownBy(() -> stage.engine().cancel("order-1", "")).isInstanceOf(RunFinishedException.class);
        assertThatThrownBy(() -> stage.engine().terminate("order-1", "")).isInstanceOf(RunFinishedException.class);
        assertThatThrownBy(() -> stage.engine().cancel("nobody", "")).isInstanceOf(RunNotFoundException.class);
        assertThatThrownBy(() -> stage.engine().terminate("nobody", "")).isInstanceOf(RunNotFoundException.class);
    }

    @Test
    void f1_a_terminated_run_is_stopped_without_asking_and_its_step_interrupted() {
        Roadblock road = new Roadblock();
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicInteger cleanedUp = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            try {
                ctx.step("charge", step -> {
                    try {
                        road.pass();
                    } catch (InterruptedException cut) {
                        interrupted.set(true);
                        throw cut;
                    }
                });
                return "";
            } catch (RuntimeException failure) {
                cleanedUp.incrementAndGet();
                throw failure;
            }
        });
        stage.start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, "order-1", "");
        road.awaitArrival();
        run.terminate("runaway");

        WorkflowFailedException failed = failureOf(run);
        assertThat(failed.status()).isEqualTo(RunStatus.TERMINATED);
        assertThat(failed).hasMessageContaining("runaway");
        stage.until("interrupted", interrupted::get);
        assertThat(cleanedUp).as("the code was not asked").hasValue(0);
    }

    @Test
    void f1_how_a_run_was_terminated_reads_the_same_whether_it_was_in_memory_or_not() {
        stage.start(sleeper).start(sleeper, "warm", "");
        stage.engine().start(sleeper, StartOptions.id("queued").delay(HOUR), "");
        stage.awaitRest("warm");
        stage.engine().terminate("warm", "runaway");
        stage.engine().terminate("queued", "runaway");
        stage.awaitRest("warm");

        assertThat(stage.view("warm").problem()).isEqualTo(stage.view("queued").problem())
                .isEqualTo("terminated by " + System.getProperty("user.name") + ": runaway");
    }

    @Test
    void f1_a_run_that_hears_the_end_just_after_it_has_continued_as_new_is_terminated_in_its_next_life() {
        Workflow.Implemented<String, String> twoLives = order((ctx, life) -> {
            if (life.isEmpty()) {
                var go = ctx.signals("go", String.class);
                go.receive();
                go.receive();
                return ctx.continueAsNew("second");
            }
            ctx.sleep(HOUR);
            return "slept";
        });
        stage.start(twoLives).start(twoLives, "order-1", "");
        stage.awaitRest("order-1");
        UUID firstLife = stage.view("order-1").incarnation();
        stage.store().holdWrites();
        stage.outside().signal("order-1", "go", "");
        stage.until("the first signal is on its way to be heard for good", stage.store()::isHolding);
        stage.outside().signal("order-1", "go", "");
        stage.outside().terminate("order-1", "runaway");
        stage.store().letWrite();

        assertThat(failureOf(stage.engine().handle(twoLives, "order-1")).status()).isEqualTo(RunStatus.TERMINATED);
        assertThat(stage.disk.find(firstLife).orElseThrow().status()).isEqualTo(RunStatus.CONTINUED);
    }

    @Test
    void c10_a_crash_in_the_middle_of_compensating_is_recovered_from_like_any_other() {
        List<String> taken = new CopyOnWriteArrayList<>();
        Roadblock road = new Roadblock();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> Saga.run(ctx, saga -> {
            for (String what : List.of("stock", "card", "truck")) {
                saga.onFailure(StepSpec.of("release " + what), step -> {
                    taken.add("release " + what);
                    if (what.equals("card")) {
                        road.pass();
                    }
                });
                ctx.step("take " + what, step -> taken.add("take " + what));
            }
            ctx.step("ship", step -> {
                throw new IllegalStateException("no driver");
            });
            return "";
        }));
        stage.start(workflow).start(workflow, "order-1", "");
        road.awaitArrival();
        stage.crashAndStart(workflow);
        road.awaitArrival();
        road.open();

        WorkflowFailedException failed = failureOf(stage.engine().handle(workflow, "order-1"));
        assertThat(failed.failure().message()).contains("step 'ship' failed");
        assertThat(taken).containsExactly("take stock", "take card", "take truck", "release truck", "release card",
                "release card", "release stock");
    }

    @Test
    void c10_a_compensation_that_fails_does_not_keep_the_others_from_running() {
        List<String> released = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> Saga.run(ctx, saga -> {
            saga.onFailure(StepSpec.of("release stock"), step -> released.add("stock"));
            saga.onFailure(StepSpec.of("release card"), step -> {
                throw new IllegalStateException("bank is away");
            });
            throw new IllegalStateException("first");
        }));
        stage.start(workflow);

        assertThat(failureOf(stage.engine().start(workflow, "")).failure().message()).isEqualTo("first");
        assertThat(released).containsExactly("stock");
    }
}
