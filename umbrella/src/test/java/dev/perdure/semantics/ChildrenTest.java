// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.Activity;
import dev.perdure.CancelledException;
import dev.perdure.ChildFailedException;
import dev.perdure.ChildRun;
import dev.perdure.ClosePolicy;
import dev.perdure.Failed;
import dev.perdure.Promise;
import dev.perdure.RunExistsException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunView;
import dev.perdure.store.RunFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** E1 to E5: runs that start runs. */
class ChildrenTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicInteger shipped = new AtomicInteger();

    /** Ships at once. */
    private final Workflow.Implemented<String, String> ship = Workflow.of("ship", String.class, String.class,
            (ctx, what) -> ctx.step("ship", String.class, step -> "shipped " + what + " " + shipped.incrementAndGet()));

    /** Ships when it is told to; cleans up if it is asked to stop. */
    private final Workflow.Implemented<String, String> later = Workflow.of("later", String.class, String.class,
            (ctx, what) -> {
                try {
                    return what + ctx.signals("go", String.class).receive();
                } catch (CancelledException asked) {
                    ctx.runShielded(shielded -> ctx.step("clean up", step -> { }));
                    throw asked;
                }
            });

    private static final Workflow.Implemented<String, String> FAILING = Workflow.of("failing", String.class,
            String.class, (ctx, what) -> {
                throw Failed.with("no " + what, List.of(1, 2));
            });

    private List<RunView> runsOf(String workflow) {
        return stage.outside().list(RunFilter.all().workflow(workflow), 100).runs();
    }

    private RunStatus status(String runId) {
        return stage.view(runId).status();
    }

    private String result(Workflow<String, String> workflow, String runId) {
        return stage.result(stage.outside().handle(workflow, runId));
    }

    @Test
    void e1_a_call_gives_the_result_of_a_run_of_its_own() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> ctx.call(ship, input) + "!");
        stage.start(parent, ship);
        RunHandle<String> run = stage.engine().start(parent, StartOptions.id("order-1").header("trace", "t-1"), "hat");

        assertThat(stage.result(run)).isEqualTo("shipped hat 1!");
        assertThat(runsOf("ship")).singleElement().satisfies(child -> {
            assertThat(child.status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(stage.disk.launch(child.incarnation()).orElseThrow().headers()).containsEntry("trace", "t-1");
        });
    }

    @Test
    void e1_children_run_side_by_side_and_a_child_has_children() {
        Workflow.Implemented<String, String> middle = Workflow.of("middle", String.class, String.class,
                (ctx, what) -> ctx.call(ship, what).substring(0, 9));
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            List<ChildRun<String>> children = new ArrayList<>();
            for (String what : input.split(",")) {
                children.add(ctx.start(middle, what));
            }
            return String.join(" ", Promise.all(children).get());
        });
        stage.start(parent, middle, ship);

        assertThat(stage.result(stage.engine().start(parent, "order-1", "a,b,c")))
                .isEqualTo("shipped a shipped b shipped c");
        assertThat(shipped).hasValue(3);
    }

    @Test
    void e1_a_crash_between_start_and_end_of_a_child_makes_no_second_one() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            ChildRun<String> first = ctx.start(later, "first ");
            ChildRun<String> second = ctx.start(later, "second ");
            return first.get() + second.get() + first.runId().equals(second.runId());
        });
        stage.start(parent, later);
        stage.engine().start(parent, "order-1", "");
        stage.until("there are children", () -> runsOf("later").size() == 2);
        stage.crashAndStart(parent, later);
        List<RunView> children = runsOf("later");
        // The newest comes first.
        stage.outside().signal(children.get(1).runId(), "go", "1 ");
        stage.until("the first has ended", () -> status(children.get(1).runId()) == RunStatus.COMPLETED);
        stage.crashAndStart(parent, later);
        stage.outside().signal(children.get(0).runId(), "go", "2 ");

        assertThat(result(parent, "order-1")).isEqualTo("first 1 second 2 false");
        assertThat(runsOf("later")).hasSize(2);
    }

    @Test
    void e3_the_failure_of_a_child_is_told_with_its_cause_and_details_live_and_on_replay() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            String seen;
            try {
                seen = ctx.call(FAILING, "hat");
            } catch (ChildFailedException failed) {
                seen = failed.workflow() + " " + failed.status() + " " + failed.failure().message() + " "
                        + failed.details(List.class) + " " + failed.failure().is(Failed.class);
            }
            return seen + ctx.signals("go", String.class).receive();
        });
        stage.start(parent, FAILING);
        RunHandle<String> run = stage.engine().start(parent, "order-1", "");
        stage.awaitRest("order-1");
        stage.until("the child has been heard of", () -> stage.journal("order-1").contains("child_failed"));
        stage.crashAndStart(parent, FAILING);
        stage.outside().signal("order-1", "go", "!");

        assertThat(result(parent, "order-1")).isEqualTo("failing FAILED no hat [1, 2] true!");
        assertThat(run.runId()).isEqualTo("order-1");
    }

    @Test
    void e3_the_wait_for_a_child_can_be_limited() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            ChildRun<String> child = ctx.start(later, StartOptions.id("late"), "");
            return child.await(HOUR) + " " + child.await(HOUR) + " " + child.get();
        });
        stage.start(parent, later);
        RunHandle<String> run = stage.engine().start(parent, "order-1", "");
        stage.until("the child waits", () -> stage.outside().count(RunFilter.all().status(RunStatus.SUSPENDED)) == 2);
        stage.world.advance(HOUR);
        stage.until("the first wait is over", () -> stage.journal("order-1").contains("timer_fired"));
        stage.outside().signal("late", "go", "x");

        assertThat(stage.result(run)).isEqualTo("false true x");
    }

    @Test
    void e2_a_run_of_the_id_is_joined_and_goes_on_when_the_parent_ends() {
        Workflow.Implemented<String, String> parent = order((ctx, input) ->
                ctx.start(later, StartOptions.id("shared"), "other ").get() + input);
        Workflow.Implemented<String, String> hasty = Workflow.of("hasty", String.class, String.class, (ctx, input) -> {
            ctx.start(later, StartOptions.id("shared"), "other ");
            return ctx.signals("end", String.class).receive();
        });
        stage.start(parent, hasty, later);
        stage.engine().start(later, "shared", "mine ");
        RunHandle<String> one = stage.engine().start(parent, "order-1", "1");
        RunHandle<String> two = stage.engine().start(parent, "order-2", "2");
        RunHandle<String> three = stage.engine().start(hasty, "order-3", "");
        stage.until("all wait", () -> stage.outside().count(RunFilter.all().status(RunStatus.SUSPENDED)) == 4);
        stage.engine().signal("order-3", "end", "ended");
        assertThat(stage.result(three)).isEqualTo("ended");
        stage.crashAndStart(parent, hasty, later);
        stage.outside().signal("shared", "go", "!");

        assertThat(result(parent, "order-1")).isEqualTo("mine !1");
        assertThat(result(parent, "order-2")).isEqualTo("mine !2");
        assertThat(one.runId() + two.runId()).isEqualTo("order-1order-2");
        // Who comes later gets the same.
        RunHandle<String> late = stage.engine().start(parent, "order-4", "4");
        assertThat(stage.result(late)).isEqualTo("mine !4");
        assertThat(runsOf("later")).hasSize(1);
    }

    @Test
    void e2_x28_who_has_joined_a_run_on_the_same_node_hears_of_its_end_although_nobody_ever_looks() {
        Activity<String, String> pack = Activity.named("pack", String.class, String.class);
        Roadblock road = new Roadblock();
        Workflow.Implemented<String, String> parent = order((ctx, input) ->
                ctx.start(later, StartOptions.id("run"), "").get()
                        + ctx.start(pack, StartOptions.id("activity"), "").get());
        stage.world.neverLook();
        stage.with(builder -> builder.activity(pack, (ctx, what) -> {
            road.pass();
            return "packed " + what;
        })).start(parent, later);
        stage.engine().start(later, "run", "mine ");
        stage.engine().start(pack, "activity", "hat");
        road.awaitArrival();
        RunHandle<String> order = stage.engine().start(parent, "order-1", "");
        awaitChild("later");
        stage.engine().signal("run", "go", "and ");
        awaitChild("pack");
        road.open();

        assertThat(stage.result(order)).isEqualTo("mine and packed hat");
    }

    @Test
    void e2_each_life_of_a_run_hears_how_the_run_ends_that_all_of_them_have_joined() {
        Workflow.Implemented<String, String> twoLives = order((ctx, life) -> {
            ChildRun<String> joined = ctx.start(later, StartOptions.id("run"), "");
            return life.isEmpty() ? ctx.continueAsNew("second") : joined.get();
        });
        stage.start(twoLives, later);
        stage.engine().start(later, "run", "mine ");
        RunHandle<String> order = stage.engine().start(twoLives, "order-1", "");
        awaitChild("later");
        stage.engine().signal("run", "go", "heard");

        assertThat(stage.result(order)).isEqualTo("mine heard");
    }

    private void awaitChild(String name) {
        stage.until("it waits for '" + name + "'", () -> stage.view("order-1").status() == RunStatus.SUSPENDED
                && stage.view("order-1").waits().toString().contains(name));
    }

    @Test
    void e2_an_id_of_another_workflow_or_one_that_must_be_new_fails_the_child() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            StartOptions options = StartOptions.id("taken");
            try {
                return input.equals("FAIL") ? ctx.start(later, options.policy(StartOptions.Policy.FAIL), "").get()
                        : ctx.start(ship, options, "").get();
            } catch (ChildFailedException failed) {
                return failed.failure().is(RunExistsException.class) + " " + failed.failure().message();
            }
        });
        stage.start(parent, later, ship);
        stage.engine().start(later, "taken", "");

        assertThat(stage.result(stage.engine().start(parent, "order-1", "FAIL"))).startsWith("true")
                .contains("'taken'").contains("FAIL");
        assertThat(stage.result(stage.engine().start(parent, "order-2", ""))).startsWith("true")
                .contains("'taken'").contains("'later'").contains("'ship'");
        assertThat(status("taken")).isEqualTo(RunStatus.SUSPENDED);
    }

    @ParameterizedTest
    @EnumSource(ClosePolicy.class)
    void e4_children_that_go_on_are_treated_by_their_policy_however_the_parent_ends(ClosePolicy policy) {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            ctx.start(later, StartOptions.id("child of " + ctx.info().runId()).whenParentEnds(policy), "");
            if (ctx.signals("end", String.class).receive().equals("fail")) {
                throw new IllegalStateException("no more");
            }
            return "done";
        });
        stage.start(parent, later);
        List<String> parents = List.of("completes", "fails", "is cancelled", "is terminated", "is terminated at rest");
        parents.forEach(each -> stage.engine().start(parent, each, ""));
        stage.until("all wait", () -> stage.outside().count(RunFilter.all().status(RunStatus.SUSPENDED)) == 10);
        stage.engine().signal("completes", "end", "");
        stage.engine().signal("fails", "end", "fail");
        stage.engine().handle(parent, "is cancelled").cancel("enough");
        stage.engine().handle(parent, "is terminated").terminate("enough");
        parents.subList(0, 4).forEach(each -> stage.until(each, () -> status(each).isFinished()));
        stage.stop();
        stage.outside().handle(parent, "is terminated at rest").terminate("enough");
        stage.start(parent, later);

        for (String each : parents) {
            String child = "child of " + each;
            switch (policy) {
                case CANCEL -> stage.until("it is cancelled", () -> status(child) == RunStatus.CANCELLED);
                case TERMINATE -> stage.until("it is terminated", () -> status(child) == RunStatus.TERMINATED);
                case ABANDON -> {
                    stage.outside().signal(child, "go", "on");
                    assertThat(result(later, child)).isEqualTo("on");
                }
            }
        }
    }

    @Test
    void e4_a_parent_that_is_cancelled_cancels_its_children_and_theirs() {
        Workflow.Implemented<String, String> middle = Workflow.of("middle", String.class, String.class,
                (ctx, what) -> ctx.call(later, what));
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            List<ChildRun<String>> children = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                children.add(ctx.start(middle, ""));
            }
            return Promise.all(children).get().toString();
        });
        stage.start(parent, middle, later);
        RunHandle<String> run = stage.engine().start(parent, "order-1", "");
        stage.until("all wait", () -> stage.outside().count(RunFilter.all().status(RunStatus.SUSPENDED)) == 7);
        run.cancel("enough");

        assertThat(catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(run)).status())
                .isEqualTo(RunStatus.CANCELLED);
        stage.until("all have stopped", () ->
                stage.outside().count(RunFilter.all().status(RunStatus.CANCELLED)) == 7);
    }

    @Test
    void e4_a_child_that_is_cancelled_by_the_code_is_waited_for_no_more() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            ChildRun<String> child = ctx.start(later, StartOptions.id("unwanted"), "");
            ctx.signals("stop", String.class).receive();
            boolean first = child.cancel();
            boolean second = child.cancel();
            try {
                return "got " + child.get();
            } catch (CancelledException cancelled) {
                return first + " " + second + ctx.signals("go", String.class).receive();
            }
        });
        stage.start(parent, later);
        RunHandle<String> run = stage.engine().start(parent, "order-1", "");
        stage.until("both wait", () -> stage.outside().count(RunFilter.all().status(RunStatus.SUSPENDED)) == 2);
        stage.engine().signal("order-1", "stop", "");
        stage.until("the child has stopped", () -> status("unwanted") == RunStatus.CANCELLED);
        stage.crashAndStart(parent, later);
        stage.outside().signal("order-1", "go", "!");

        assertThat(result(parent, "order-1")).isEqualTo("true false!");
        assertThat(run.runId()).isEqualTo("order-1");
    }

    @Test
    void c13_nested_children_complete_with_a_single_place() {
        Workflow.Implemented<String, String> middle = Workflow.of("middle", String.class, String.class,
                (ctx, what) -> ctx.call(ship, what));
        Workflow.Implemented<String, String> parent = order((ctx, input) -> ctx.call(middle, input));
        stage.with(builder -> builder.maxActiveRuns(1)).start(parent, middle, ship);

        assertThat(stage.result(stage.engine().start(parent, "order-1", "hat"))).isEqualTo("shipped hat 1");
    }

    @Test
    void e1_the_result_of_a_child_is_that_of_its_chain_and_another_life_of_the_parent_does_not_hear_of_it() {
        Workflow.Implemented<String, String> twoLives = Workflow.of("two-lives", String.class, String.class,
                (ctx, input) -> input.isEmpty() ? ctx.continueAsNew("second")
                        : input + ctx.signals("go", String.class).receive());
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            if (input.isEmpty()) {
                ctx.start(later, StartOptions.id("of the first life"), "");
                ctx.start(later, StartOptions.id("abandoned").whenParentEnds(ClosePolicy.ABANDON), "");
                return ctx.continueAsNew("second");
            }
            return ctx.start(twoLives, StartOptions.id("child").signal("go", "!"), "").get();
        });
        stage.start(parent, later, twoLives);

        assertThat(stage.result(stage.engine().start(parent, "order-1", ""))).isEqualTo("second!");
        stage.until("it has stopped", () -> status("of the first life") == RunStatus.CANCELLED);
        stage.engine().signal("abandoned", "go", "on");
        assertThat(result(later, "abandoned")).isEqualTo("on");
    }

    @Test
    void e1_a_child_may_be_started_later() {
        Workflow.Implemented<String, String> parent = order((ctx, input) ->
                ctx.start(ship, StartOptions.none().delay(HOUR).attribute("of", "order-1"), input).get());
        stage.start(parent, ship);
        RunHandle<String> run = stage.engine().start(parent, "order-1", "hat");
        stage.until("the child is there", () -> runsOf("ship").size() == 1);
        assertThat(runsOf("ship").getFirst().status()).isEqualTo(RunStatus.QUEUED);
        stage.world.advance(HOUR);

        assertThat(stage.result(run)).isEqualTo("shipped hat 1");
    }
}
