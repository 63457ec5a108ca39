// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.Activity;
import dev.perdure.ActivityFailedException;
import dev.perdure.CancelledException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** B8 and C2: runs that must have begun, or ended, within a time. */
class LimitsTest extends OnEveryStore {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Activity<String, String> SHIP = Activity.named("ship", String.class, String.class);

    private final List<String> said = new CopyOnWriteArrayList<>();

    private String failure(RunHandle<?> run) {
        return catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(run)).failure().message();
    }

    /** Lets time pass, also for the engine to look up. */
    private void passUntilEnded(String runId, Duration time) {
        stage.world.idle(Duration.ofSeconds(1));
        stage.world.advance(time);
        stage.until(runId + " has ended", () -> stage.view(runId).status().hasEnded());
    }

    @Test
    void b8_a_run_that_nobody_begins_in_time_is_cancelled() {
        Workflow<String, String> unknown = Workflow.named("unknown", String.class, String.class);
        stage.start(order((ctx, input) -> input));
        RunHandle<String> run = stage.outside().start(unknown, StartOptions.id("a").startWithin(MINUTE), "x");
        passUntilEnded("a", MINUTE);
        assertThat(failure(run)).isEqualTo("run 'a' was cancelled: it was not started within PT1M");
        assertThat(stage.view("a").status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void b8_c2_a_job_that_waits_in_a_full_queue_for_too_long_is_cancelled() {
        stage.with(builder -> builder.activity(SHIP, (ctx, what) -> what).queue(Queue.named("full").limit(0)))
                .start(order((ctx, input) -> input));
        RunHandle<String> job = stage.engine().start(SHIP.startWithin(MINUTE), StartOptions.id("a").queue("full"), "x");
        passUntilEnded("a", MINUTE);
        assertThat(failure(job)).contains("it was not started within PT1M");
    }

    @Test
    void b8_f1_a_workflow_that_takes_too_long_cleans_up_and_is_cancelled() {
        Workflow.Implemented<String, String> endless = order((ctx, input) -> {
            try {
                return ctx.signals("never", String.class).receive();
            } catch (CancelledException cancelled) {
                ctx.runShielded(inside -> inside.step("clean up", step -> {
                    said.add(cancelled.getMessage());
                }));
                throw cancelled;
            }
        });
        stage.start(endless);
        RunHandle<String> run = stage.engine().start(endless, StartOptions.id("a").finishWithin(MINUTE), "x");
        stage.awaitRest("a");
        passUntilEnded("a", MINUTE);
        assertThat(stage.view("a").status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(failure(run)).contains("it had not ended within PT1M");
        assertThat(said).hasSize(1);
    }

    @Test
    void b8_a_run_that_continues_as_new_has_its_limit_still() {
        Workflow.Implemented<String, String> endless = order((ctx, input) -> {
            ctx.sleep(Duration.ofSeconds(40));
            return ctx.continueAsNew(input + "+");
        });
        stage.start(endless);
        stage.engine().start(endless, StartOptions.id("a").finishWithin(MINUTE), "x");
        stage.awaitRest("a");
        stage.world.advance(Duration.ofSeconds(40));
        stage.until("it goes on in another life", () -> stage.view("a").status() == RunStatus.SUSPENDED
                && !stage.disk.launch(stage.view("a").incarnation()).orElseThrow().chain()
                        .equals(stage.view("a").incarnation()));
        passUntilEnded("a", Duration.ofSeconds(20));
        assertThat(stage.view("a").status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void b8_a_limit_is_kept_although_the_engine_dies() {
        Workflow.Implemented<String, String> endless =
                order((ctx, input) -> ctx.signals("never", String.class).receive());
        stage.start(endless);
        stage.engine().start(endless, StartOptions.id("a").finishWithin(MINUTE), "x");
        stage.awaitRest("a");
        stage.crash();
        stage.world.advance(MINUTE);
        stage.start(endless);
        passUntilEnded("a", Duration.ZERO);
        assertThat(stage.view("a").status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void c2_an_activity_that_takes_too_long_with_all_its_attempts_is_cancelled_and_its_caller_told() {
        stage.with(builder -> builder.activity(SHIP, (ctx, what) -> {
            said.add("attempt " + ctx.attempt());
            throw new IllegalStateException("not now");
        }));
        Workflow.Implemented<String, String> shipping = order((ctx, input) -> {
            try {
                return ctx.call(SHIP.retry(RetryPolicy.fixed(Duration.ofSeconds(45), 100)).finishWithin(MINUTE), input);
            } catch (ActivityFailedException failed) {
                return failed.status() + ": " + failed.failure().message();
            }
        });
        stage.with(builder -> builder.defaultRetry(RetryPolicy.fixed(Duration.ofSeconds(45), 100))).start(shipping);
        RunHandle<String> run = stage.engine().start(shipping, "a", "x");
        stage.awaitPause("ship");
        stage.world.advance(Duration.ofSeconds(45));
        stage.until("it was tried again", () -> said.size() == 2);
        stage.awaitPause("ship");
        passUntilEnded("a", Duration.ofSeconds(15));
        assertThat(stage.result(run)).startsWith("CANCELLED").contains("it had not ended within PT1M");
        assertThat(said).hasSize(2);
    }

    @Test
    void c2_an_attempt_under_way_is_interrupted_and_what_it_comes_to_is_ignored() {
        stage.with(builder -> builder.activity(SHIP, (ctx, what) -> {
            said.add("begun");
            stage.bell.ring();
            try {
                Thread.sleep(Duration.ofHours(1));
            } catch (InterruptedException stopped) {
                said.add("interrupted");
            }
            return "late";
        })).start(order((ctx, input) -> input));
        RunHandle<String> job = stage.engine().start(SHIP.finishWithin(MINUTE), "a", "x");
        stage.until("it has begun", () -> said.contains("begun"));
        passUntilEnded("a", MINUTE);
        assertThat(failure(job)).contains("it had not ended within PT1M");
        stage.until("it was interrupted", () -> said.contains("interrupted"));
        assertThat(stage.view("a").status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void bad_limits_are_refused() {
        assertThatThrownBy(() -> StartOptions.none().startWithin(Duration.ZERO))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> SHIP.finishWithin(Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidArgumentException.class);
    }
}
