// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Failed;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StepBody;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Steps under failures, crashes and time-outs. */
class StepsTest extends OnEveryStore {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static StepBody<String> failing(List<Integer> attempts) {
        return step -> {
            attempts.add(step.attempt());
            throw new IllegalStateException("attempt " + step.attempt());
        };
    }

    private static Workflow.Implemented<String, String> single(StepSpec<String> spec, StepBody<String> body) {
        return order((ctx, input) -> ctx.step(spec, body));
    }

    // ---- crashes ----

    @Test
    void a1_a_step_cut_off_by_a_crash_is_repeated_and_completed_ones_are_not() {
        Roadblock road = new Roadblock();
        List<String> calls = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String a = ctx.step("a", String.class, step -> {
                calls.add("a");
                return "A";
            });
            String b = ctx.step("b", String.class, step -> {
                calls.add("b");
                road.pass();
                return "B";
            });
            return a + b;
        });
        stage.start(workflow).start(workflow, "order-1", "");
        road.awaitArrival();
        stage.crashAndStart(workflow);
        road.awaitArrival();
        road.open();

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("AB");
        assertThat(calls).containsExactly("a", "b", "b");
    }

    @Test
    void attempts_are_forgotten_once_their_step_has_its_answer() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.step(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(MINUTE, 2)), step -> {
                if (step.attempt() == 1) {
                    throw new IllegalStateException("again");
                }
                return "";
            });
            return ctx.signals("go", String.class).receive();
        });
        RunHandle<String> run = stage.start(workflow).start(workflow, "order-1", "");
        stage.until("it pauses", () -> stage.disk.attempts(run.incarnation()).size() == 1);
        stage.world.advance(MINUTE);

        stage.until("it has its answer", () -> stage.journal("order-1").contains("step_completed"));
        assertThat(stage.disk.attempts(run.incarnation())).isEmpty();
    }

    @Test
    void x25_c5_twenty_crashes_cost_no_attempt() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        AtomicInteger crashes = new AtomicInteger();
        Roadblock never = new Roadblock();
        Workflow.Implemented<String, String> workflow =
                single(StepSpec.of("cut off", String.class).retry(RetryPolicy.fixed(MINUTE, 3)), step -> {
                    attempts.add(step.attempt());
                    if (crashes.get() < 20) {
                        never.pass();
                    }
                    return "through at attempt " + step.attempt();
                });
        stage.start(workflow).start(workflow, "order-1", "");
        for (int i = 1; i <= 20; i++) {
            never.awaitArrival();
            stage.crash();
            crashes.incrementAndGet();
            stage.start(workflow);
        }

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("through at attempt 1");
        assertThat(attempts).hasSize(21).containsOnly(1);
    }

    @Test
    void a_run_that_takes_its_node_with_it_again_and_again_is_stuck_by_a_guard_apart() {
        Roadblock never = new Roadblock();
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = single(StepSpec.of("deadly", String.class), step -> {
            bodies.incrementAndGet();
            never.pass();
            return "";
        });
        stage.with(builder -> builder.recoveryLimit(3));
        stage.start(workflow).start(workflow, "order-1", "");
        for (int i = 1; i <= 4; i++) {
            never.awaitArrival();
            stage.crashAndStart(workflow);
        }
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);

        assertThat(stage.view("order-1").problem()).contains("4 times in a row", "crash loop", "redrive");
        assertThat(bodies).hasValue(4);

        never.open();
        stage.engine().redrive("order-1");
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEmpty();
    }

    @Test
    void c1_attempts_made_are_remembered_over_crashes_and_only_the_rest_of_the_pause_is_waited_for() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow =
                single(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(MINUTE, 3)), failing(attempts));
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        stage.crashAndStart(workflow);
        stage.world.advance(MINUTE.dividedBy(2));
        stage.crashAndStart(workflow);
        stage.awaitRest("order-1");
        assertThat(attempts).containsExactly(1);
        stage.world.advance(MINUTE.dividedBy(2));
        stage.until("second attempt", () -> attempts.size() == 2);
        stage.awaitRest("order-1");
        stage.crashAndStart(workflow);
        stage.world.advance(MINUTE);
        stage.awaitRest("order-1");

        assertThat(attempts).containsExactly(1, 2, 3);
        assertThat(stage.view("order-1").status()).isEqualTo(RunStatus.FAILED);
    }

    @Test
    void c1_attempts_are_visible_while_the_step_is_tried() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow =
                single(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(MINUTE, 9)), failing(attempts));
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        assertThat(stage.outside().handle("order-1").explain()).isEqualTo("waiting for step 'flaky' since "
                + "2100-01-01T00:00:00Z; next wake-up 2100-01-01T00:01:00Z; step 'flaky' has failed 1 time, last with "
                + "java.lang.IllegalStateException: attempt 1, next attempt 2100-01-01T00:01:00Z");

        stage.world.advance(MINUTE);
        stage.until("second attempt", () -> stage.outside().handle("order-1").explain().contains("failed 2 times"));
    }

    @Test
    void x29_every_policy_makes_the_attempts_that_its_documentation_says_after_those_pauses() {
        Map<RetryPolicy, List<Integer>> minutesOfAttempts = new LinkedHashMap<>();
        minutesOfAttempts.put(RetryPolicy.none(), List.of(0));
        minutesOfAttempts.put(RetryPolicy.fixed(MINUTE, 1), List.of(0));
        minutesOfAttempts.put(RetryPolicy.fixed(MINUTE, 3), List.of(0, 1, 2));
        minutesOfAttempts.put(RetryPolicy.fixed(Duration.ZERO, 3), List.of(0, 0, 0));
        minutesOfAttempts.put(RetryPolicy.exponential(MINUTE, 4), List.of(0, 1, 3, 7));
        minutesOfAttempts.put(RetryPolicy.exponential(MINUTE, 4).factor(3), List.of(0, 1, 4, 13));
        minutesOfAttempts.put(RetryPolicy.exponential(MINUTE, 5).maxDelay(MINUTE.multipliedBy(2)),
                List.of(0, 1, 3, 5, 7));
        minutesOfAttempts.put(RetryPolicy.fixed(MINUTE, 9).notOn(IllegalStateException.class), List.of(0));
        minutesOfAttempts.put(RetryPolicy.forever(MINUTE.dividedBy(2)).onlyIf(failure ->
                !failure.message().equals("attempt 5")), List.of(0, 0, 1, 2, 3));
        int run = 0;
        for (Map.Entry<RetryPolicy, List<Integer>> row : minutesOfAttempts.entrySet()) {
            assertThat(minutesOfAttempts("order-" + run++, row.getKey())).as(row.getKey().toString())
                    .isEqualTo(row.getValue());
        }
    }

    /** When a step that always fails was tried, in whole minutes since its run began. */
    private List<Integer> minutesOfAttempts(String runId, RetryPolicy policy) {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        long began = stage.world.currentMillis();
        var workflow = single(StepSpec.of("a", String.class).retry(policy), step -> {
            attempts.add((int) Duration.ofMillis(stage.world.currentMillis() - began).toMinutes());
            throw new IllegalStateException("attempt " + step.attempt());
        });
        stage.start(workflow).start(workflow, runId, "");
        for (int half = 0; half < 30; half++) {
            stage.awaitRest(runId);
            stage.world.advance(MINUTE.dividedBy(2));
        }
        assertThat(stage.view(runId).status()).isEqualTo(RunStatus.FAILED);
        stage.stop();
        return attempts;
    }

    @Test
    void x20_a_retry_on_an_otherwise_idle_engine_comes_when_it_is_due() {
        stage.world.letRun();
        Workflow.Implemented<String, String> workflow =
                single(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(Duration.ofMillis(300), 3)), step -> {
                    if (step.attempt() < 3) {
                        throw new IllegalStateException();
                    }
                    return "third";
                });
        stage.start(workflow);
        assertThat(stage.result(stage.engine().start(workflow, "order-1", ""))).isEqualTo("third");
    }

    @Test
    void x32_a_run_evicted_and_crashed_again_and_again_keeps_its_count_of_attempts() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            var step = ctx.async(fiber -> fiber.step(
                    StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(MINUTE, 12)), failing(attempts)));
            ctx.runAsync(fiber -> {
                while (true) {
                    fiber.signals("poke", String.class).receive();
                }
            });
            try {
                return step.get();
            } catch (StepFailedException failed) {
                return failed.attempts() + " attempts";
            }
        });
        stage.with(builder -> builder.cacheSize(0)).start(workflow).start(workflow, "order-1", "");
        for (int i = 1; i < 12; i++) {
            stage.awaitRest("order-1");
            stage.awaitEvicted();
            stage.engine().signal("order-1", "poke", "");
            stage.awaitRest("order-1");
            if (i % 3 == 0) {
                stage.crashAndStart(workflow);
            }
            stage.world.advance(MINUTE);
        }

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("12 attempts");
        assertThat(attempts).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void x45_a_step_of_another_name_does_not_inherit_attempts_of_the_one_before_it() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        stage.start(single(StepSpec.of("old", String.class).retry(RetryPolicy.fixed(MINUTE, 3)), failing(attempts)));
        Workflow.Implemented<String, String> changed =
                single(StepSpec.of("new", String.class).retry(RetryPolicy.fixed(MINUTE, 3)), failing(attempts));
        stage.engine().start(changed, "order-1", "");
        stage.awaitRest("order-1");
        stage.world.advance(MINUTE);
        stage.until("second attempt", () -> attempts.size() == 2);
        stage.awaitRest("order-1");
        stage.restart(changed);
        stage.world.advance(MINUTE);
        stage.until("first attempt of the new step", () -> attempts.size() == 3);

        assertThat(attempts).containsExactly(1, 2, 1);
    }

    // ---- at most once ----

    @Test
    void c12_an_at_most_once_step_that_returns_is_remembered_like_any_other() {
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String paid = ctx.step(StepSpec.of("pay", String.class).atMostOnce(),
                    step -> "paid " + bodies.incrementAndGet());
            return paid + ctx.signals("go", String.class).receive();
        });
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        stage.crashAndStart(workflow).signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("paid 1!");
        assertThat(stage.journal("order-1")).containsSubsequence("step_scheduled", "step_completed");
    }

    @Test
    void c12_an_at_most_once_step_cut_off_by_a_crash_is_not_repeated_and_says_that_nobody_knows() {
        Roadblock road = new Roadblock();
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String seen;
            try {
                seen = ctx.step(StepSpec.of("pay", String.class).atMostOnce(), step -> {
                    bodies.incrementAndGet();
                    road.pass();
                    return "paid";
                });
            } catch (OutcomeUnknownException unknown) {
                seen = unknown.step() + " " + unknown.code();
            }
            return seen + ctx.signals("go", String.class).receive();
        });
        stage.start(workflow).start(workflow, "order-1", "");
        road.awaitArrival();
        stage.crashAndStart(workflow);
        stage.awaitRest("order-1");
        stage.crashAndStart(workflow).signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("pay outcome_unknown!");
        assertThat(bodies).hasValue(1);
        assertThat(stage.journal("order-1")).contains("step_outcome_unknown");
    }

    @Test
    void c12_an_at_most_once_step_whose_announcement_was_lost_has_not_begun_and_begins() {
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.signals("go", String.class).receive();
            return ctx.step(StepSpec.of("pay", String.class).atMostOnce(), step -> "paid " + bodies.incrementAndGet());
        });
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        stage.store().holdWrites();
        stage.outside().signal("order-1", "go", "!");
        stage.until("heard", () -> stage.engine().liveRuns() == 1);
        stage.crashAndStart(workflow);

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("paid 1");
        assertThat(bodies).hasValue(1);
    }

    @Test
    void c12_an_at_most_once_step_that_throws_has_failed_and_no_default_makes_it_try_again() {
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow =
                order((ctx, input) -> StepScenarios.failureOf(() ->
                        ctx.step(StepSpec.of("pay", String.class).atMostOnce(), step -> {
                            bodies.incrementAndGet();
                            throw new IllegalStateException("declined");
                        })).failure().message());
        stage.with(builder -> builder.defaultRetry(RetryPolicy.fixed(Duration.ZERO, 5))).start(workflow);

        assertThat(stage.result(stage.engine().start(workflow, "order-1", ""))).isEqualTo("declined");
        assertThat(bodies).hasValue(1);
    }

    // ---- time-outs ----

    @Test
    void c2_an_attempt_over_its_time_is_interrupted_and_tried_again_by_policy() {
        Roadblock road = new Roadblock();
        AtomicInteger interrupted = new AtomicInteger();
        StepSpec<String> spec = StepSpec.of("slow", String.class).timeout(MINUTE).retry(RetryPolicy.fixed(MINUTE, 3));
        Workflow.Implemented<String, String> workflow = single(spec, step -> {
            if (step.attempt() == 1) {
                try {
                    road.pass();
                } catch (InterruptedException cut) {
                    interrupted.incrementAndGet();
                    throw cut;
                }
            }
            return "attempt " + step.attempt();
        });
        stage.start(workflow).start(workflow, "order-1", "");
        road.awaitArrival();
        stage.world.advance(MINUTE);
        stage.until("interrupted", () -> interrupted.get() == 1);
        stage.awaitRest("order-1");
        stage.world.advance(MINUTE);

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("attempt 2");
        assertThat(stage.journal("order-1")).contains("\"attempt 2\" (2 attempts)");
    }

    @Test
    void c2_what_a_late_attempt_returns_is_ignored() {
        Roadblock deaf = new Roadblock();
        AtomicInteger late = new AtomicInteger();
        StepSpec<String> spec = StepSpec.of("deaf", String.class).timeout(MINUTE);
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            StepFailedException failed = StepScenarios.failureOf(() -> ctx.step(spec, step -> {
                while (true) {
                    try {
                        deaf.pass();
                        late.incrementAndGet();
                        return "late";
                    } catch (InterruptedException ignored) {
                        // Goes on as if nobody had asked it to stop.
                    }
                }
            }));
            return failed.failure().is(TimeoutException.class) + ctx.signals("go", String.class).receive();
        });
        stage.start(workflow).start(workflow, "order-1", "");
        deaf.awaitArrival();
        stage.world.advance(MINUTE);
        stage.awaitRest("order-1");
        deaf.open();
        stage.until("the late attempt has returned", () -> late.get() == 1);
        stage.engine().signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("true!");
        assertThat(stage.journal("order-1")).doesNotContain("late");
    }

    @Test
    void c2_the_default_time_limit_holds_for_steps_that_do_not_say() {
        Roadblock road = new Roadblock();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String message = StepScenarios.failureOf(() -> ctx.step("slow", step -> road.pass())).failure().message();
            return message;
        });
        stage.with(builder -> builder.defaultTimeout(MINUTE)).start(workflow).start(workflow, "order-1", "");
        road.awaitArrival();
        stage.world.advance(MINUTE);

        assertThat(stage.result(stage.engine().handle(workflow, "order-1")))
                .isEqualTo("attempt 1 of step 'slow' took longer than PT1M");
    }

    // ---- defaults ----

    @Test
    void c14_a_step_is_tried_again_by_its_own_policy_or_its_workflows_or_the_engines() {
        Workflow.Implemented<String, String> special =
                Workflow.of("special", String.class, String.class, (ctx, in) -> tries(ctx, in));
        Workflow.Implemented<String, String> plain = order((ctx, input) -> tries(ctx, input));
        stage.with(builder -> builder.defaultRetry(RetryPolicy.fixed(Duration.ZERO, 2))
                .defaultRetry(special, RetryPolicy.fixed(Duration.ZERO, 3))).start(special, plain);

        assertThat(stage.result(stage.engine().start(plain, "plain"))).isEqualTo("2 4");
        assertThat(stage.result(stage.engine().start(special, "special"))).isEqualTo("3 4");
    }

    private static String tries(WorkflowContext ctx, String input) {
        int byDefault = StepScenarios.failureOf(() -> ctx.step("default", step -> {
            throw new IllegalStateException();
        })).attempts();
        int own = StepScenarios.failureOf(() ->
                ctx.run(StepSpec.of("own").retry(RetryPolicy.fixed(Duration.ZERO, 4)), step -> {
                    throw new IllegalStateException();
                })).attempts();
        return byDefault + " " + own;
    }

    @Test
    void c1_a_policy_whose_predicate_throws_makes_the_attempt_the_last() {
        RetryPolicy broken = RetryPolicy.fixed(Duration.ZERO, 9).onlyIf(failure -> {
            throw new IllegalStateException("broken predicate");
        });
        Workflow.Implemented<String, String> workflow = order((ctx, input) ->
                StepScenarios.failureOf(() -> ctx.run(StepSpec.of("flaky").retry(broken), step -> {
                    throw new IllegalArgumentException("mine");
                })).getMessage());
        stage.start(workflow);

        assertThat(stage.result(stage.engine().start(workflow, "")))
                .isEqualTo("step 'flaky' failed after 1 attempt: java.lang.IllegalArgumentException: mine");
    }

    @Test
    void a_step_whose_exception_cannot_even_be_described_has_failed_all_the_same() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            StepFailedException failed = StepScenarios.failureOf(() -> ctx.step("nasty", step -> {
                throw new Nasty();
            }));
            return failed.failure().is(Nasty.class) + "";
        });
        stage.start(workflow);

        assertThat(stage.result(stage.engine().start(workflow, ""))).isEqualTo("true");
    }

    @Test
    void a_workflow_whose_exception_cannot_even_be_described_has_failed_all_the_same() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            throw new Nasty();
        });
        stage.start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, "order-1", "");
        stage.awaitRest("order-1");

        assertThat(run.describe().status()).isEqualTo(RunStatus.FAILED);
    }

    /** Throws when it is asked for its message. */
    private static final class Nasty extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    @Test
    void a3_details_that_cannot_be_kept_do_not_hide_the_failure() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) ->
                StepScenarios.failureOf(() -> ctx.step("a", step -> {
                    throw Failed.with("declined", new Object());
                })).failure().message());
        stage.start(workflow);

        assertThat(stage.result(stage.engine().start(workflow, "")))
                .startsWith("declined (its details could not be kept: ");
    }

    // ---- keys ----

    @Test
    void x19_c4_the_key_of_a_step_is_the_same_over_attempts_crashes_and_redrives() {
        Set<String> keys = ConcurrentHashMap.newKeySet();
        AtomicInteger bodies = new AtomicInteger();
        Roadblock road = new Roadblock();
        Workflow.Implemented<String, String> workflow =
                single(StepSpec.of("pay", String.class).retry(RetryPolicy.fixed(Duration.ZERO, 9)), step -> {
                    keys.add(step.idempotencyKey());
                    if (bodies.incrementAndGet() <= 2) {
                        throw new IllegalStateException("again");
                    }
                    if (bodies.get() == 3) {
                        road.pass();
                    }
                    return step.idempotencyKey();
                });
        stage.start(workflow).start(workflow, "order-1", "");
        road.awaitArrival();
        stage.crashAndStart(workflow);
        String key = stage.result(stage.engine().handle(workflow, "order-1"));

        assertThat(keys).containsExactly(key);
        assertThat(key).contains(stage.view("order-1").incarnation().toString(), "main", "pay");
        assertThat(bodies).hasValue(4);
    }

    @Test
    void c4_keys_differ_over_runs_fibers_names_and_repeated_uses_of_a_name() {
        List<String> keys = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            for (int i = 0; i < 3; i++) {
                ctx.step("pay", step -> keys.add(step.idempotencyKey()));
            }
            ctx.step("ship", step -> keys.add(step.idempotencyKey()));
            ctx.runAsync(fiber -> fiber.step("pay", step -> keys.add(step.idempotencyKey()))).get();
            return input.equals("again") ? "" : ctx.continueAsNew("again");
        });
        stage.start(workflow);
        stage.result(stage.engine().start(workflow, "order-1", ""));
        stage.result(stage.engine().start(workflow, "order-2", ""));

        assertThat(keys).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void x45_a_step_inserted_before_a_step_in_flight_leaves_it_its_key() {
        List<String> keys = new CopyOnWriteArrayList<>();
        Roadblock road = new Roadblock();
        StepBody<String> pay = step -> {
            keys.add(step.idempotencyKey());
            road.pass();
            return "paid";
        };
        Workflow.Implemented<String, String> before = order((ctx, input) -> ctx.step("pay", String.class, pay));
        Workflow.Implemented<String, String> after = order((ctx, input) -> {
            ctx.step("check", step -> keys.add(step.idempotencyKey()));
            return ctx.step("pay", String.class, pay);
        });
        stage.start(before).start(before, "order-1", "");
        road.awaitArrival();
        stage.crashAndStart(after);
        road.open();

        assertThat(stage.result(stage.engine().handle(after, "order-1"))).isEqualTo("paid");
        assertThat(keys).hasSize(3);
        assertThat(keys.get(2)).isEqualTo(keys.get(0));
        assertThat(keys.get(1)).isNotEqualTo(keys.get(0)).contains("check");
    }
}
