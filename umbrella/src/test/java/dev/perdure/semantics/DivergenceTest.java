// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.RunStatus;
import dev.perdure.RunStuckException;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.RunFilter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Code that does not fit the journal: the run is stuck and says why, and goes on once the code is back. */
class DivergenceTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    /** The code with which every run here begins. */
    private static final Workflow.Body<String, String> ORIGINAL = (ctx, input) -> {
        String a = value(ctx, "a");
        String b = value(ctx, "b");
        String host = ctx.sideEffect("host", String.class, inside -> "h");
        ctx.publish("stage", "packed");
        ctx.sleep(HOUR);
        return a + b + host + ctx.signals("go", String.class).receive();
    };

    private static String value(WorkflowContext ctx, String name) {
        return ctx.step(name, String.class, step -> name);
    }

    /** A change, its code, and what the report must say of both sides. */
    static Stream<Arguments> changes() {
        return Stream.of(
                change("swapped", "step_completed main#0 'a'", "waits there for step 'b'", (ctx, input) -> {
                    value(ctx, "b");
                    return value(ctx, "a");
                }),
                change("renamed", "step_completed main#1 'b'", "waits there for step 'pack'", (ctx, input) -> {
                    value(ctx, "a");
                    return value(ctx, "pack");
                }),
                change("added", "step_completed main#1 'b'", "waits there for step 'check'", (ctx, input) -> {
                    value(ctx, "a");
                    value(ctx, "check");
                    return value(ctx, "b");
                }),
                change("removed", "nothing more in this turn (it goes on with step_completed main#1 'b')",
                        "asks for side_effect_recorded main#1 'host'", (ctx, input) -> {
                            value(ctx, "a");
                            return ctx.sideEffect("host", String.class, inside -> "h");
                        }),
                change("of another kind", "nothing more in this turn (it goes on with step_completed main#1 'b')",
                        "asks for timer_set main#1 'sleep'", (ctx, input) -> {
                            value(ctx, "a");
                            ctx.sleep(HOUR);
                            return "";
                        }),
                change("left over", "value_published main#3 'stage'", "asks for timer_set main#3 'sleep'",
                        (ctx, input) -> {
                            value(ctx, "a");
                            value(ctx, "b");
                            ctx.sideEffect("host", String.class, inside -> "h");
                            ctx.sleep(HOUR);
                            return "";
                        }),
                change("left out at the end", "timer_set main#4 'sleep'", "asks for run_completed", (ctx, input) -> {
                    value(ctx, "a");
                    value(ctx, "b");
                    ctx.sideEffect("host", String.class, inside -> "h");
                    ctx.publish("stage", "packed");
                    return "early";
                }),
                change("silent", "timer_set main#4 'sleep'", "asked for nothing more in this turn", (ctx, input) -> {
                    value(ctx, "a");
                    value(ctx, "b");
                    ctx.sideEffect("host", String.class, inside -> "h");
                    ctx.publish("stage", "packed");
                    ctx.await(() -> false);
                    return "never";
                }),
                change("talkative", "nothing more in this turn", "asks for timer_set main/async-1#0 'timer'",
                        (ctx, input) -> {
                            value(ctx, "a");
                            value(ctx, "b");
                            ctx.sideEffect("host", String.class, inside -> "h");
                            ctx.publish("stage", "packed");
                            ctx.runAsync(fiber -> fiber.timer(HOUR));
                            ctx.sleep(HOUR);
                            return "";
                        }),
                change("moved into a branch", "step_completed main#0 'a'", "main/one waits for step 'a'",
                        (ctx, input) -> ctx.async("one", fiber -> value(ctx, "a")).get()));
    }

    private static Arguments change(String how, String journal, String code, Workflow.Body<String, String> body) {
        return Arguments.of(how, journal, code, body);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void x13_a4_a_change_is_reported_with_both_sides_and_the_run_goes_on_once_the_code_is_back(String how,
            String journal, String code, Workflow.Body<String, String> changed) {
        stage.start(order(ORIGINAL)).start(order(ORIGINAL), "order-1", "");
        stage.awaitRest("order-1");
        String before = stage.journal("order-1");

        stage.restart(order(changed));
        stage.world.advance(HOUR);
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);

        RunHandle<String> run = stage.engine().handle(order(changed), "order-1");
        RunStuckException stuck = catchThrowableOfType(RunStuckException.class, () -> stage.result(run));
        assertThat(stuck.runId()).isEqualTo("order-1");
        assertThat(stuck.report()).contains("run 'order-1'", "the journal has " + journal, code, "entry ",
                "Bring back the code", "redrive");
        assertThat(stuck).hasMessageContaining(stuck.report());
        assertThat(run.explain()).startsWith("stuck since 2100-01-01T01:00:00Z. ").contains(stuck.report());
        assertThat(stage.journal("order-1")).as("nothing was added").isEqualTo(before);

        stage.restart(order(ORIGINAL));
        stage.engine().signal("order-1", "go", "!");
        stage.engine().redrive("order-1");
        assertThat(stage.result(stage.engine().handle(order(ORIGINAL), "order-1"))).isEqualTo("abh!");
        assertThat(stage.view("order-1").problem()).isEmpty();
    }

    @Test
    void a5_the_report_names_the_line_of_the_code_that_asks_for_something_else() {
        stage.start(order(ORIGINAL)).start(order(ORIGINAL), "order-1", "");
        stage.awaitRest("order-1");
        stage.restart(order((ctx, input) -> {
            ctx.sleep(HOUR);
            return "";
        }));
        stage.world.advance(HOUR);
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);

        assertThat(stage.view("order-1").problem()).contains("(DivergenceTest.java:");
    }

    @Test
    void x14_a6_neighbours_of_a_stuck_run_go_on() {
        stage.start(order(ORIGINAL)).start(order(ORIGINAL), "order-1", "");
        stage.awaitRest("order-1");
        stage.restart(order((ctx, input) -> value(ctx, "x")));
        stage.world.advance(HOUR);
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);

        assertThat(stage.result(stage.engine().start(order(ORIGINAL), "order-2", ""))).isEqualTo("x");
        stage.until("told", () -> !stage.ear.heardOf("stuck").isEmpty());
        assertThat(stage.ear.heardOf("stuck")).containsExactly("stuck order-1");
    }

    @Test
    void x3_f7_a_redriven_run_that_still_does_not_fit_is_stuck_again_with_a_fresh_report() {
        stage.start(order(ORIGINAL)).start(order(ORIGINAL), "order-1", "");
        stage.awaitRest("order-1");
        stage.restart(order((ctx, input) -> value(ctx, "x")));
        stage.world.advance(HOUR);
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);

        stage.restart(order((ctx, input) -> value(ctx, "y")));
        assertThat(stage.engine().redriveAll(RunFilter.all())).isOne();
        stage.until("stuck again", () -> stage.view("order-1").problem().contains("'y'"));
        assertThat(stage.view("order-1").problem()).doesNotContain("'x'");
    }

    @Test
    void a_change_behind_the_point_where_a_run_stands_is_taken_up() {
        stage.start(order(ORIGINAL)).start(order(ORIGINAL), "order-1", "");
        stage.awaitRest("order-1");
        Workflow.Implemented<String, String> longer = order((ctx, input) -> ORIGINAL.run(ctx, input) + value(ctx, "c"));
        stage.restart(longer);
        stage.world.advance(HOUR);
        stage.engine().signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(longer, "order-1"))).isEqualTo("abh!c");
    }

    @Test
    void a_change_inside_a_branch_does_not_shift_other_branches() {
        Workflow.Implemented<String, String> before = order((ctx, input) -> {
            var one = ctx.async("one", fiber -> fiber.signals("one", String.class).receive());
            var two = ctx.async("two", fiber -> value(fiber, "t") + fiber.signals("two", String.class).receive());
            return one.get() + two.get();
        });
        Workflow.Implemented<String, String> after = order((ctx, input) -> {
            var one = ctx.async("one", fiber -> fiber.signals("one", String.class).receive() + value(fiber, "new"));
            var two = ctx.async("two", fiber -> value(fiber, "t") + fiber.signals("two", String.class).receive());
            return one.get() + two.get();
        });
        stage.start(before).start(before, "order-1", "");
        stage.awaitRest("order-1");
        stage.restart(after);
        stage.engine().signal("order-1", "one", "1");
        stage.engine().signal("order-1", "two", "2");

        assertThat(stage.result(stage.engine().handle(after, "order-1"))).isEqualTo("1newt2");
    }

    @Test
    void inputs_of_steps_are_not_part_of_their_identity() {
        stage.start(order((ctx, input) -> {
            String a = ctx.step("a", String.class, step -> "old " + input);
            return a + ctx.signals("go", String.class).receive();
        })).start(order(ORIGINAL), "order-1", "in");
        stage.awaitRest("order-1");
        stage.restart(order((ctx, input) -> {
            String a = ctx.step("a", String.class, step -> "new " + input.length());
            return a + ctx.signals("go", String.class).receive();
        }));
        stage.engine().signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(order(ORIGINAL), "order-1"))).isEqualTo("old in!");
    }

    @Test
    void x8_the_length_of_a_sleep_is_not_part_of_its_identity_and_the_old_deadline_holds() {
        Workflow.Implemented<String, String> hour = order((ctx, input) -> {
            ctx.sleep(HOUR);
            return ctx.now() + "";
        });
        Workflow.Implemented<String, String> year = order((ctx, input) -> {
            ctx.sleep(Duration.ofDays(365));
            return ctx.now() + "";
        });
        stage.start(hour).start(hour, "order-1", "");
        stage.awaitRest("order-1");
        stage.restart(year);
        stage.world.advance(HOUR);

        assertThat(stage.result(stage.engine().handle(year, "order-1"))).isEqualTo("2100-01-01T01:00:00Z");
    }

    /** Code that swallows what it should let pass. */
    enum Swallower {
        CATCH_EXCEPTION {
            @Override
            String around(WorkflowContext ctx, Function<WorkflowContext, String> wait) {
                try {
                    return wait.apply(ctx);
                } catch (Exception all) {
                    ctx.step("wrong", step -> { });
                    return "swallowed";
                }
            }
        },
        CATCH_THROWABLE {
            @Override
            String around(WorkflowContext ctx, Function<WorkflowContext, String> wait) {
                try {
                    return wait.apply(ctx);
                } catch (Throwable all) {
                    try {
                        ctx.step("wrong", step -> { });
                    } catch (Throwable again) {
                        // Goes on as if nothing were the matter.
                    }
                    return "swallowed";
                }
            }
        },
        FINALLY {
            @Override
            String around(WorkflowContext ctx, Function<WorkflowContext, String> wait) {
                boolean received = false;
                try {
                    String value = wait.apply(ctx);
                    received = true;
                    return value;
                } finally {
                    ctx.step(received ? "right" : "wrong", step -> { });
                }
            }
        };

        abstract String around(WorkflowContext ctx, Function<WorkflowContext, String> wait);

        /** Tells when the code has been left, whether it had received something or not. */
        Workflow.Implemented<String, String> workflow(AtomicInteger left, Function<WorkflowContext, String> wait) {
            return order((ctx, input) -> {
                try {
                    return around(ctx, wait);
                } finally {
                    left.incrementAndGet();
                }
            });
        }
    }

    private static String receive(WorkflowContext ctx) {
        return ctx.signals("go", String.class).receive();
    }

    @ParameterizedTest
    @EnumSource(Swallower.class)
    void x40_code_that_swallows_everything_records_nothing_when_it_is_evicted(Swallower code) {
        AtomicInteger left = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = code.workflow(left, DivergenceTest::receive);
        stage.with(builder -> builder.cacheSize(0)).start(workflow).start(workflow, "order-1", "");
        stage.until("evicted and unwound", () -> left.get() == 1);
        goesOnAsIfNothingHadHappened(workflow);
    }

    @ParameterizedTest
    @EnumSource(Swallower.class)
    void x40_code_that_swallows_everything_records_nothing_when_its_engine_is_closed(Swallower code) {
        AtomicInteger left = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = code.workflow(left, DivergenceTest::receive);
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        stage.restart(workflow);
        stage.until("unwound", () -> left.get() == 1);
        goesOnAsIfNothingHadHappened(workflow);
    }

    @ParameterizedTest
    @EnumSource(Swallower.class)
    void x40_code_that_swallows_everything_records_nothing_when_it_diverges(Swallower code) {
        AtomicInteger left = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = code.workflow(left, DivergenceTest::receive);
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        stage.restart(code.workflow(left, ctx -> ctx.timer(HOUR).get().toString()));
        stage.engine().signal("order-1", "wake", "up");
        stage.until("stuck and unwound", () -> left.get() == 2);
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);

        stage.restart(workflow).redrive("order-1");
        goesOnAsIfNothingHadHappened(workflow);
    }

    private void goesOnAsIfNothingHadHappened(Workflow.Implemented<String, String> workflow) {
        stage.engine().signal("order-1", "go", "value");
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("value");
        assertThat(stage.journal("order-1")).doesNotContain("wrong", "swallowed", "failed");
        assertThat(stage.ear.heardOf("wrong")).isEmpty();
    }
}
