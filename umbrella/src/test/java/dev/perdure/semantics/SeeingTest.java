// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.EngineObserver;
import dev.perdure.InvalidArgumentException;
import dev.perdure.ResultTimeoutException;
import dev.perdure.RetryPolicy;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.RunStuckException;
import dev.perdure.StartOptions;
import dev.perdure.StepSpec;
import dev.perdure.UnknownWorkflowException;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunPage;
import dev.perdure.engine.RunView;
import dev.perdure.store.RunFilter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What others can see of runs. */
class SeeingTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Workflow.Implemented<String, String> waiting = order((ctx, input) -> {
        int[] count = new int[1];
        ctx.query("count", Integer.class, plus -> count[0] + (plus == null ? 0 : plus));
        ctx.query("bad", String.class, question -> {
            throw new IllegalStateException("cannot say");
        });
        ctx.query("asks", String.class, question -> ctx.now());
        while (true) {
            ctx.publish("count", count[0]);
            if (ctx.signals("item", String.class).receive().equals(".")) {
                return "counted " + count[0];
            }
            count[0]++;
        }
    });

    // ---- results ----

    @Test
    void i1_a_result_is_had_by_waiting_with_a_limit_or_as_a_future_from_inside_and_outside() {
        stage.start(waiting);
        RunHandle<String> run = stage.engine().start(waiting, "order-1", "");
        CompletableFuture<String> inside = run.resultAsync();
        CompletableFuture<String> outside = stage.outside().handle(waiting, "order-1").resultAsync();
        assertThatThrownBy(() -> run.result(Duration.ZERO)).isInstanceOf(ResultTimeoutException.class)
                .hasMessageContaining("'order-1'").hasMessageContaining("explain()");
        run.signal("item", ".");

        assertThat(stage.result(run)).isEqualTo("counted 0");
        stage.until("futures", () -> inside.isDone() && outside.isDone());
        assertThat(inside.join()).isEqualTo(outside.join()).isEqualTo("counted 0");
    }

    // ---- lists ----

    private List<String> all(RunFilter filter, int page) {
        List<String> ids = new ArrayList<>();
        Optional<UUID> next = Optional.empty();
        do {
            RunPage runs = stage.engine().list(filter, next, page);
            assertThat(runs.runs()).hasSizeLessThanOrEqualTo(page);
            runs.runs().forEach(run -> ids.add(run.runId()));
            next = runs.next();
        } while (next.isPresent());
        return ids;
    }

    @Test
    void i2_runs_are_listed_newest_first_filtered_paged_and_counted() {
        Workflow.Implemented<String, String> quick =
                Workflow.of("quick", String.class, String.class, (ctx, input) -> input);
        stage.start(waiting, quick);
        for (int i = 0; i < 7; i++) {
            stage.world.advance(Duration.ofSeconds(1));
            StartOptions options = StartOptions.id("order-" + i).attribute("parity", i % 2 == 0 ? "even" : "odd")
                    .attribute("shop", "s-1");
            stage.engine().start(waiting, options, "");
        }
        stage.result(stage.engine().start(quick, "quick-1", ""));
        for (int i = 0; i < 7; i++) {
            stage.awaitRest("order-" + i);
        }

        assertThat(all(RunFilter.all(), 3)).containsExactly("quick-1", "order-6", "order-5", "order-4", "order-3",
                "order-2", "order-1", "order-0");
        assertThat(all(RunFilter.all().workflow("quick"), 3)).containsExactly("quick-1");
        assertThat(all(RunFilter.all().status(RunStatus.SUSPENDED).attribute("parity", "even"), 2))
                .containsExactly("order-6", "order-4", "order-2", "order-0");
        assertThat(all(RunFilter.all().idPrefix("order-").attribute("parity", "odd").attribute("shop", "s-1"), 9))
                .containsExactly("order-5", "order-3", "order-1");
        long from = Clockwork.BEGINNING.plusSeconds(2).toEpochMilli();
        assertThat(all(RunFilter.all().created(from, from + 2_000), 9)).containsExactly("order-2", "order-1");
        assertThat(stage.engine().count(RunFilter.all())).isEqualTo(8);
        assertThat(stage.engine().count(RunFilter.all().attribute("parity", "none"))).isZero();
        assertThatThrownBy(() -> stage.engine().list(RunFilter.all(), 0)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("from 1 to");
    }

    // ---- one run ----

    @Test
    void i3_a_journal_is_read_by_people() {
        stage.start(order((ctx, input) -> {
            ctx.step("charge", String.class, step -> "c-17");
            ctx.sleep(HOUR);
            return "paid";
        })).start(waiting, "order-1", "");
        stage.awaitRest("order-1");
        stage.world.advance(HOUR);
        stage.awaitRest("order-1");

        assertThat(stage.journal("order-1").lines().map(line -> line.strip().replaceAll(" +", " "))).containsExactly(
                "1 2100-01-01T00:00:00Z run_started",
                "2 2100-01-01T00:00:00Z step_completed main#0 'charge' -> \"c-17\"",
                "3 timer_set main#1 'sleep' until 2100-01-01T01:00:00Z",
                "4 2100-01-01T01:00:00Z timer_fired main#1",
                "5 run_completed -> \"paid\"");
    }

    @Test
    void i4_a_run_can_say_why_it_does_not_move() {
        Roadblock road = new Roadblock();
        Workflow.Implemented<String, String> many = order((ctx, input) -> {
            ctx.runAsync(fiber -> fiber.signals("approval", String.class).receive(HOUR));
            ctx.runAsync(fiber -> fiber.sleep(HOUR.multipliedBy(2)));
            ctx.select(ctx.signals("a", String.class), ctx.timer(HOUR.multipliedBy(3)));
            ctx.step("slow", step -> road.pass());
            return "";
        });
        stage.start(many);
        RunHandle<String> run = stage.engine().start(many, "order-1", "");
        stage.awaitRest("order-1");
        assertThat(run.explain()).contains("waiting for ",
                "signal 'approval' since 2100-01-01T00:00:00Z, until 2100-01-01T01:00:00Z",
                "sleep since 2100-01-01T00:00:00Z, until 2100-01-01T02:00:00Z", "select '2 branches'",
                "next wake-up 2100-01-01T01:00:00Z");
        RunView view = run.describe();
        assertThat(view.wakeAt()).contains(Clockwork.BEGINNING.plus(HOUR));
        assertThat(view.waits()).hasSize(3);

        run.signal("a", "");
        road.awaitArrival();
        stage.until("running", () -> run.describe().status() == RunStatus.RUNNING);
        assertThat(run.explain()).startsWith("running since").contains("slow");
        road.open();
        stage.result(run);
        assertThat(run.explain()).startsWith("completed since");
    }

    @Test
    void a_handle_on_nothing_is_a_typed_error() {
        stage.start(waiting);
        assertThatThrownBy(() -> stage.engine().handle(waiting, "nobody")).isInstanceOf(RunNotFoundException.class);
        assertThatThrownBy(() -> stage.outside().handle("nobody")).isInstanceOf(RunNotFoundException.class)
                .hasMessageContaining("'nobody'");
    }

    // ---- published values and queries ----

    @Test
    void d8_published_values_are_read_from_anywhere_whether_the_run_is_live_evicted_or_finished() {
        stage.with(builder -> builder.cacheSize(0)).start(waiting);
        RunHandle<String> run = stage.engine().start(waiting, "order-1", "");
        assertThat(run.read("count", Integer.class)).contains(0);
        assertThat(run.read("none", Integer.class)).isEmpty();
        run.signal("item", "a");
        stage.awaitRest("order-1");
        stage.awaitEvicted();
        assertThat(stage.outside().handle("order-1").read("count", Integer.class)).contains(1);
        stage.crash();
        assertThat(stage.outside().handle("order-1").read("count", Integer.class)).contains(1);
        stage.start(waiting).signal("order-1", "item", ".");
        stage.awaitRest("order-1");
        assertThat(stage.engine().handle("order-1").read("count", Integer.class)).contains(1);
    }

    @Test
    void d8_queries_are_answered_by_live_evicted_and_finished_runs() {
        stage.with(builder -> builder.cacheSize(0)).start(waiting);
        RunHandle<String> run = stage.engine().start(waiting, "order-1", "");
        for (int i = 0; i < 3; i++) {
            run.signal("item", "x");
            assertThat(run.query("count", 10, Integer.class)).isBetween(10, 11 + i);
        }
        stage.awaitRest("order-1");
        stage.awaitEvicted();
        assertThat(run.query("count", null, Integer.class)).isEqualTo(3);
        run.signal("item", ".");
        stage.awaitRest("order-1");
        assertThat(run.query("count", 1, Integer.class)).isEqualTo(4);
        String journal = stage.journal("order-1");
        run.query("count", 1, Integer.class);
        assertThat(stage.journal("order-1")).as("asking leaves no trace").isEqualTo(journal);
    }

    @Test
    void d8_a_query_to_a_run_that_is_not_in_memory_leaves_none_of_its_fibers_behind() {
        AtomicInteger unwound = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.query("where", String.class, question -> "here");
            try {
                return ctx.signals("go", String.class).receive();
            } finally {
                unwound.incrementAndGet();
            }
        });
        stage.with(builder -> builder.cacheSize(0)).start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, "order-1", "");
        stage.until("it has left memory", () -> unwound.get() == 1);

        assertThat(run.query("where", null, String.class)).isEqualTo("here");
        stage.until("what was replayed for the answer has ended", () -> unwound.get() == 2);
    }

    @Test
    void d8_a_query_that_cannot_be_answered_says_why() {
        stage.start(waiting);
        RunHandle<String> run = stage.engine().start(waiting, "order-1", "");

        assertThatThrownBy(() -> run.query("none", null, String.class)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("no query 'none'").hasMessageContaining("before the first wait");
        assertThatThrownBy(() -> run.query("bad", null, String.class)).hasMessage("cannot say");
        assertThatThrownBy(() -> run.query("asks", null, String.class)).hasMessageContaining("inside the query 'asks'");
        assertThatThrownBy(() -> stage.outside().handle(waiting, "order-1").query("count", null, Integer.class))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("needs the workflow's code");
        run.signal("item", ".");
        assertThat(stage.result(run)).as("unharmed").isEqualTo("counted 0");
    }

    @Test
    void d8_a_query_to_a_run_whose_code_has_changed_is_not_answered_from_half_a_replay() {
        stage.with(builder -> builder.cacheSize(0)).start(waiting);
        stage.engine().start(waiting, "order-1", "");
        stage.awaitRest("order-1");
        Workflow.Implemented<String, String> changed = order((ctx, input) -> {
            ctx.query("count", Integer.class, plus -> 99);
            return ctx.step("new", String.class, step -> "");
        });
        stage.restart(changed);

        RunStuckException stuck = catchThrowableOfType(RunStuckException.class,
                () -> stage.engine().handle(changed, "order-1").query("count", null, Integer.class));
        assertThat(stuck.report()).contains("does not fit the journal");
        assertThat(stage.view("order-1").status()).as("asking changes nothing").isEqualTo(RunStatus.SUSPENDED);
    }

    @Test
    void x49_nothing_leaves_a_run_before_what_it_has_heard_is_durable() {
        stage.start(waiting);
        RunHandle<String> run = stage.engine().start(waiting, "order-1", "");
        stage.awaitRest("order-1");
        stage.store().holdWrites();
        stage.outside().signal("order-1", "item", "x");
        stage.until("it has been heard and is not durable yet", stage.store()::isHolding);
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        Thread asker = Thread.ofPlatform().start(() -> answer.complete(run.query("count", null, Integer.class)));
        stage.until("asked", () -> asker.getState() == Thread.State.WAITING
                || asker.getState() == Thread.State.TIMED_WAITING);
        assertThat(run.read("count", Integer.class)).contains(0);
        assertThat(answer).isNotDone();
        stage.store().letWrite();

        stage.until("answered", answer::isDone);
        assertThat(answer.join()).isEqualTo(1);
        assertThat(run.read("count", Integer.class)).contains(1);
    }

    @Test
    void a_query_to_a_run_of_an_unknown_workflow_is_a_typed_error() {
        Workflow.Implemented<String, String> other = Workflow.of("other", String.class, String.class, (ctx, in) -> in);
        stage.start(waiting).start(waiting, "order-1", "");
        stage.restart(other);

        assertThatThrownBy(() -> stage.engine().handle(waiting, "order-1").query("count", null, Integer.class))
                .isInstanceOf(UnknownWorkflowException.class);
    }

    // ---- telemetry ----

    @Test
    void i7_an_observer_hears_everything_once_and_nothing_on_replay() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.step(StepSpec.of("a", String.class).retry(RetryPolicy.fixed(Duration.ZERO, 2)), step -> {
                if (step.attempt() == 1) {
                    throw new IllegalStateException();
                }
                return "";
            });
            ctx.signals("go", String.class).receive();
            ctx.step("b", step -> { });
            return "";
        });
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        stage.crashAndStart(workflow).signal("order-1", "go", "");
        stage.result(stage.engine().handle(workflow, "order-1"));

        stage.until("told", () -> stage.ear.count("finished") == 1);
        assertThat(stage.ear.heard()).containsExactly("started order-1", "step order-1 a 1",
                "stepped order-1 a 1 failed", "step order-1 a 2", "stepped order-1 a 2", "replayed order-1 3",
                "step order-1 b 1", "stepped order-1 b 1", "finished order-1 COMPLETED");
    }

    @Test
    void i7_an_observer_that_throws_whatever_it_is_told_harms_nobody() {
        AtomicInteger told = new AtomicInteger();
        EngineObserver broken = (EngineObserver) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {EngineObserver.class}, (proxy, method, arguments) -> {
                    told.incrementAndGet();
                    throw told.get() % 2 == 0 ? new IllegalStateException("observer") : new AssertionError("observer");
                });
        stage.with(builder -> builder.observer(broken)).start(waiting);
        RunHandle<String> run = stage.engine().start(waiting, "order-1", "");
        run.signal("item", "x");
        run.signal("item", ".");

        assertThat(stage.result(run)).isEqualTo("counted 1");
        assertThat(told.get()).isPositive();
    }

    @Test
    void i7_log_lines_of_workflows_and_steps_say_which_run_they_belong_to() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            seen.add("workflow " + MDC.get("perdure.run") + " " + MDC.get("perdure.workflow"));
            ctx.async(fiber -> seen.add("branch " + MDC.get("perdure.run"))).get();
            ctx.step("charge", step -> seen.add("step " + MDC.get("perdure.run") + " "
                    + MDC.get("perdure.workflow") + " " + MDC.get("perdure.step")));
            return "";
        });
        stage.start(workflow);
        stage.result(stage.engine().start(workflow, "order-1", ""));

        assertThat(seen).containsExactly("workflow order-1 order", "branch order-1", "step order-1 order charge");
        assertThat(MDC.get("perdure.run")).isNull();
    }
}
