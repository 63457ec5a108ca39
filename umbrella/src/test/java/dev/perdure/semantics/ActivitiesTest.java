// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.ActivityFailedException;
import dev.perdure.CancelledException;
import dev.perdure.ChildRun;
import dev.perdure.Failed;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.WrongTypeException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunView;
import dev.perdure.store.RunFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** C1 to C7, C13: functions that touch the world and are runs of their own. */
class ActivitiesTest extends OnEveryStore {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Activity<String, String> SHIP = Activity.named("ship", String.class, String.class);

    private final List<String> calls = new CopyOnWriteArrayList<>();

    private String ship(ActivityContext ctx, String what) {
        calls.add(what + " " + ctx.attempt());
        return "shipped " + what;
    }

    private <I, O> void with(Activity<I, O> activity, Activity.Body<I, O> body) {
        stage.with(builder -> builder.activity(activity, body));
    }

    private static Workflow.Implemented<String, String> shipping() {
        return order((ctx, input) -> ctx.call(SHIP, input) + "!");
    }

    private List<RunView> runs() {
        return stage.outside().list(RunFilter.all(), 100).runs();
    }

    private String order() {
        return stage.result(stage.outside().handle(order((ctx, input) -> ""), "order-1"));
    }

    // ---- calling ----

    @Test
    void c6_a_call_gives_the_result_and_leaves_nothing_but_the_journal_of_its_caller() {
        with(SHIP, this::ship);
        stage.start(shipping());
        RunHandle<String> run = stage.engine().start(shipping(), "order-1", "hat");

        assertThat(stage.result(run)).isEqualTo("shipped hat!");
        assertThat(calls).containsExactly("hat 1");
        assertThat(runs()).extracting(RunView::runId).containsExactly("order-1");
        assertThat(stage.journal("order-1")).contains("child_started", "child_completed");
    }

    @Test
    void c6_many_run_side_by_side() {
        with(SHIP, this::ship);
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            List<ChildRun<String>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(ctx.start(SHIP, "" + i));
            }
            return "" + Promise.all(all).get().size();
        });
        stage.start(parent);

        assertThat(stage.result(stage.engine().start(parent, "order-1", ""))).isEqualTo("50");
        assertThat(calls).hasSize(50).doesNotHaveDuplicates();
        assertThat(runs()).hasSize(1);
    }

    @Test
    void c6_x16_f5_an_activity_that_nobody_here_knows_waits_for_a_node_that_does() {
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        stage.until("the activity stands in line", () -> runs().size() == 2);
        RunView waiting = runs().getFirst();
        assertThat(waiting.workflow()).isEqualTo("ship");
        assertThat(waiting.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(stage.outside().handle(waiting.runId()).explain()).contains("no node with its workflow 'ship'");

        stage.stop();
        with(SHIP, this::ship);
        stage.start(shipping());
        assertThat(order()).isEqualTo("shipped hat!");
        assertThat(calls).containsExactly("hat 1");
    }

    @Test
    void x47_an_activity_begins_although_the_clock_was_set_back_since_its_start() {
        with(SHIP, this::ship);
        stage.start();
        stage.store().holdWrites();
        CompletableFuture<RunHandle<String>> started = CompletableFuture.supplyAsync(
                () -> stage.engine().start(SHIP, "hat"));
        stage.until("the start is on its way", stage.store()::isHolding);
        stage.world.advance(Duration.ofHours(-1));
        stage.store().letWrite();

        assertThat(stage.result(started.join())).isEqualTo("shipped hat");
    }

    @Test
    void c13_callers_and_activities_need_no_more_than_one_place() {
        with(SHIP, this::ship);
        Workflow.Implemented<String, String> inner = Workflow.of("inner", String.class, String.class,
                (ctx, input) -> ctx.call(SHIP, input));
        Workflow.Implemented<String, String> parent = order((ctx, input) ->
                ctx.call(inner, input + " a") + ctx.call(SHIP, input + " b"));
        stage.with(builder -> builder.maxActiveRuns(1)).start(parent, inner);

        assertThat(stage.result(stage.engine().start(parent, "order-1", "hat")))
                .isEqualTo("shipped hat ashipped hat b");
    }

    @Test
    void c6_a_caller_that_has_left_memory_hears_of_the_end_all_the_same() {
        Roadblock road = new Roadblock();
        with(SHIP, (ctx, what) -> {
            road.pass();
            return ship(ctx, what);
        });
        stage.with(builder -> builder.cacheSize(0)).start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        road.awaitArrival();
        stage.until("the caller has left", () -> stage.engine().liveRuns() == 1);
        road.open();

        assertThat(order()).isEqualTo("shipped hat!");
        assertThat(runs()).hasSize(1);
    }

    @Test
    void c4_headers_and_key_are_those_of_the_call() {
        with(SHIP, (ctx, what) -> ctx.headers().get("trace") + " " + ctx.idempotencyKey().endsWith("/ship") + " "
                + ctx.idempotencyKey().startsWith(ctx.runId()));
        stage.start(shipping());
        assertThat(stage.result(stage.engine().start(shipping(), StartOptions.id("order-1").header("trace", "t-1"),
                "hat"))).isEqualTo("t-1 true true!");
    }

    // ---- attempts ----

    @Test
    void c1_x17_x20_x29_a_failed_attempt_is_followed_by_another_and_the_pause_is_durable() {
        with(SHIP.retry(RetryPolicy.fixed(MINUTE, 3)), (ctx, what) -> {
            calls.add(what + " " + ctx.attempt());
            if (ctx.attempt() < 3) {
                throw new IllegalStateException("no van");
            }
            return "shipped";
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        String activity = stage.awaitPause("ship");
        assertThat(stage.outside().handle(activity).explain()).contains("it has failed 1 time", "no van");
        stage.crashAndStart(shipping());
        stage.world.advance(MINUTE);
        stage.until("the second attempt", () -> calls.size() == 2);
        stage.awaitPause("ship");
        stage.world.advance(MINUTE);

        assertThat(order()).isEqualTo("shipped!");
        assertThat(calls).containsExactly("hat 1", "hat 2", "hat 3");
    }

    @Test
    void c1_when_the_last_attempt_fails_the_caller_is_told_with_cause_and_details_live_and_on_replay() {
        with(SHIP.retry(RetryPolicy.fixed(Duration.ZERO, 2)), (ctx, what) -> {
            calls.add(what);
            throw Failed.with("no van", List.of(1, 2));
        });
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            String seen;
            try {
                seen = ctx.call(SHIP, input);
            } catch (ActivityFailedException failed) {
                seen = failed.activity() + " " + failed.status() + " " + failed.failure().message() + " "
                        + failed.details(List.class);
            }
            return seen + ctx.signals("go", String.class).receive();
        });
        stage.start(parent);
        stage.engine().start(parent, "order-1", "hat");
        stage.until("the failure has been heard of", () -> stage.journal("order-1").contains("child_failed"));
        stage.crashAndStart(parent);
        stage.outside().signal("order-1", "go", "!");

        assertThat(order()).isEqualTo("ship FAILED no van [1, 2]!");
        assertThat(calls).hasSize(2);
    }

    @Test
    void x25_c5_c4_x19_crashes_cost_no_attempt_and_leave_the_key_as_it_is() {
        Roadblock never = new Roadblock();
        AtomicInteger crashes = new AtomicInteger();
        List<String> keys = new CopyOnWriteArrayList<>();
        with(SHIP.retry(RetryPolicy.fixed(MINUTE, 3)), (ctx, what) -> {
            keys.add(ctx.idempotencyKey());
            calls.add("" + ctx.attempt());
            if (crashes.get() < 10) {
                never.pass();
            }
            return "at attempt " + ctx.attempt();
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        for (int i = 0; i < 10; i++) {
            never.awaitArrival();
            stage.crash();
            crashes.incrementAndGet();
            stage.start(shipping());
        }

        assertThat(order()).isEqualTo("at attempt 1!");
        assertThat(calls).hasSize(11).containsOnly("1");
        assertThat(keys).containsOnly(keys.getFirst());
    }

    @Test
    void c2_x17_x18_an_attempt_that_takes_too_long_is_interrupted_and_what_it_still_comes_to_is_ignored() {
        Roadblock road = new Roadblock();
        List<String> interrupted = new CopyOnWriteArrayList<>();
        with(SHIP.timeout(MINUTE).retry(RetryPolicy.fixed(Duration.ZERO, 2)), (ctx, what) -> {
            if (ctx.attempt() == 1) {
                try {
                    road.pass();
                } finally {
                    interrupted.add("ended");
                }
                return "late";
            }
            return "second";
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        road.awaitArrival();
        stage.world.advance(MINUTE);

        assertThat(order()).isEqualTo("second!");
        stage.until("the first was interrupted", () -> interrupted.size() == 1);
        assertThat(stage.journal("order-1")).containsOnlyOnce("child_completed");
    }

    @Test
    void c2_c3_an_attempt_without_heartbeats_has_failed_and_the_next_reads_how_far_it_had_come() {
        Roadblock road = new Roadblock();
        with(SHIP.heartbeatTimeout(MINUTE).retry(RetryPolicy.fixed(Duration.ZERO, 2)), (ctx, what) -> {
            Optional<Integer> before = ctx.progress(Integer.class);
            if (before.isEmpty()) {
                ctx.heartbeat(1);
                stage.world.advance(MINUTE.dividedBy(2));
                ctx.heartbeat(2);
                stage.world.advance(MINUTE.dividedBy(2).plusSeconds(1));
                ctx.heartbeat(3);
                road.pass();
            }
            return "attempt " + ctx.attempt() + " from " + before.get();
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        road.awaitArrival();
        stage.world.advance(MINUTE);

        assertThat(order()).isEqualTo("attempt 2 from 3!");
    }

    @Test
    void c3_progress_outlives_a_crash() {
        Roadblock never = new Roadblock();
        with(SHIP, (ctx, what) -> {
            Optional<String[]> before = ctx.progress(String[].class);
            if (before.isEmpty()) {
                ctx.heartbeat(List.of("a", "b"));
                never.pass();
            }
            return "attempt " + ctx.attempt() + " from " + List.of(before.get());
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        never.awaitArrival();
        stage.until("progress is stored", () -> runs().stream()
                .anyMatch(run -> !stage.disk.attempts(run.incarnation()).isEmpty()));
        stage.crashAndStart(shipping());

        assertThat(order()).isEqualTo("attempt 1 from [a, b]!");
    }

    @Test
    void c2_the_failure_by_time_out_says_which_limit() {
        Roadblock never = new Roadblock();
        with(SHIP.heartbeatTimeout(MINUTE), (ctx, what) -> {
            never.pass();
            return "";
        });
        stage.start(shipping());
        RunHandle<String> job = stage.engine().start(SHIP, "job-1", "hat");
        never.awaitArrival();
        stage.world.advance(MINUTE);

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(job));
        assertThat(failed.failure().is(TimeoutException.class)).isTrue();
        assertThat(failed.failure().message()).contains("gave no heartbeat for PT1M");
    }

    // ---- stopping ----

    @Test
    void f1_an_activity_that_is_asked_to_stop_hears_it_at_its_next_heartbeat_and_is_not_tried_again() {
        Roadblock road = new Roadblock();
        with(SHIP.retry(RetryPolicy.fixed(Duration.ZERO, 5)), (ctx, what) -> {
            calls.add("" + ctx.attempt());
            road.pass();
            stage.until("it is asked to stop", ctx::isCancelRequested);
            ctx.heartbeat();
            return "not reached";
        });
        stage.start(shipping());
        RunHandle<String> job = stage.engine().start(SHIP, "job-1", "hat");
        road.awaitArrival();
        job.cancel("out of stock");
        road.open();

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(job));
        assertThat(failed.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(failed.failure().is(CancelledException.class)).isTrue();
        assertThat(calls).containsExactly("1");
    }

    @Test
    void f1_an_activity_that_pauses_between_attempts_ends_when_it_is_asked_to_stop() {
        with(SHIP.retry(RetryPolicy.fixed(Duration.ofDays(1), 5)), (ctx, what) -> {
            throw new IllegalStateException("no van");
        });
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            ChildRun<String> shipped = ctx.start(SHIP, input);
            ctx.signals("stop", String.class).receive();
            return shipped.cancel() + "";
        });
        stage.start(parent);
        stage.engine().start(parent, "order-1", "hat");
        String activity = stage.awaitPause("ship");
        stage.outside().signal("order-1", "stop", "now");

        assertThat(order()).isEqualTo("true");
        stage.until("it was cancelled", () -> stage.view(activity).status() == RunStatus.CANCELLED);
    }

    @Test
    void e4_an_activity_is_asked_to_stop_when_its_caller_ends() {
        Roadblock road = new Roadblock();
        List<Boolean> asked = new CopyOnWriteArrayList<>();
        with(SHIP, (ctx, what) -> {
            road.pass();
            stage.until("it is asked to stop", ctx::isCancelRequested);
            asked.add(true);
            return "";
        });
        Workflow.Implemented<String, String> parent = order((ctx, input) -> ctx.start(SHIP, input).runId()
                + ctx.signals("end", String.class).receive());
        stage.start(parent);
        stage.engine().start(parent, "order-1", "hat");
        road.awaitArrival();
        stage.outside().signal("order-1", "end", "");
        String activity = order();
        road.open();

        stage.until("it has ended", () -> stage.view(activity).status() == RunStatus.COMPLETED);
        assertThat(asked).hasSize(1);
    }

    @Test
    void f1_an_activity_that_is_terminated_is_interrupted() {
        Roadblock never = new Roadblock();
        with(SHIP, (ctx, what) -> {
            never.pass();
            return "";
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        never.awaitArrival();
        String activity = runs().stream().filter(run -> run.workflow().equals("ship")).findFirst().orElseThrow()
                .runId();
        stage.outside().terminate(activity, "enough");

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, this::order);
        assertThat(failed.failure().message()).contains("ended as TERMINATED", "enough");
    }

    // ---- alone ----

    @Test
    void c7_an_activity_may_be_started_by_itself_and_is_done_once_for_each_id() {
        with(SHIP, this::ship);
        stage.start(shipping());
        assertThat(stage.result(stage.engine().start(SHIP, "job-1", "hat"))).isEqualTo("shipped hat");
        RunHandle<String> again = stage.outside().start(SHIP, "job-1", "coat");
        assertThat(again.created()).isFalse();
        assertThat(stage.result(again)).isEqualTo("shipped hat");
        assertThat(stage.result(stage.outside().start(SHIP, "job-2", "coat"))).isEqualTo("shipped coat");
        assertThat(calls).containsExactly("hat 1", "coat 1");
        assertThat(runs()).extracting(RunView::status).containsOnly(RunStatus.COMPLETED);
        assertThat(stage.journal("job-1")).contains("run_started", "run_completed");
    }

    @Test
    void c7_an_activity_by_itself_waits_for_its_time_and_survives_a_crash() {
        Roadblock road = new Roadblock();
        with(SHIP, (ctx, what) -> {
            String shipped = ship(ctx, what);
            road.pass();
            return shipped;
        });
        stage.start(shipping());
        stage.engine().start(SHIP, StartOptions.id("job-1").delay(MINUTE), "hat");
        stage.crashAndStart(shipping());
        stage.world.advance(MINUTE);
        road.awaitArrival();
        assertThat(stage.view("job-1").status()).isEqualTo(RunStatus.RUNNING);
        stage.crashAndStart(shipping());
        road.awaitArrival();
        road.open();

        assertThat(stage.result(stage.outside().handle(SHIP, "job-1"))).isEqualTo("shipped hat");
        assertThat(calls).containsExactly("hat 1", "hat 1");
    }

    @Test
    void c7_an_engine_without_the_code_may_start_it() {
        stage.start(shipping());
        stage.engine().start(SHIP, "job-1", "hat");
        assertThat(stage.view("job-1").status()).isEqualTo(RunStatus.QUEUED);
        with(SHIP, this::ship);
        stage.crashAndStart(shipping());
        assertThat(stage.result(stage.outside().handle(SHIP, "job-1"))).isEqualTo("shipped hat");
    }

    // ---- mistakes ----

    @Test
    void a_wrong_input_signals_and_names_that_are_taken_are_refused_before_anything_is_written() {
        with(SHIP, this::ship);
        stage.start(shipping());
        assertThatThrownBy(() -> stage.engine().start(ofAnything(SHIP), "job-1", 5))
                .isInstanceOf(WrongTypeException.class).hasMessageContaining("activity 'ship'");
        assertThatThrownBy(() -> stage.engine().start(SHIP, StartOptions.id("job-1").signal("go", true), "hat"))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("activities hear none");
        assertThatThrownBy(() -> Engine.builder().activity(SHIP, this::ship)
                .workflow(Workflow.of("ship", ctx -> { }))).hasMessageContaining("ship");
        assertThat(runs()).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static Activity<Object, String> ofAnything(Activity<?, String> activity) {
        return (Activity<Object, String>) activity;
    }

    @Test
    void x30_an_input_that_cannot_be_read_makes_the_activity_stuck_and_nothing_else() {
        Activity<Integer, String> newer = Activity.named("ship", Integer.class, String.class);
        with(newer, (ctx, what) -> "shipped " + what);
        stage.start(shipping());
        stage.outside().start(SHIP, "job-1", "hat");
        stage.until("it is stuck", () -> stage.view("job-1").status() == RunStatus.STUCK);
        assertThat(stage.outside().handle("job-1").explain()).contains("Its input cannot be read");
        assertThat(stage.result(stage.engine().start(newer, "job-2", 7))).isEqualTo("shipped 7");
    }

    @Test
    void c7_signals_that_are_sent_to_an_activity_all_the_same_disturb_nothing() {
        Roadblock road = new Roadblock();
        with(SHIP, (ctx, what) -> {
            road.pass();
            return ship(ctx, what);
        });
        stage.start(shipping());
        RunHandle<String> job = stage.engine().start(SHIP, "job-1", "hat");
        road.awaitArrival();
        job.signal("go", true);
        stage.until("it was read", () -> stage.disk.inbox(job.incarnation()).isEmpty());
        road.open();
        assertThat(stage.result(job)).isEqualTo("shipped hat");
    }

    @Test
    void f2_a_close_waits_for_activities_and_remembers_what_they_came_to() {
        Roadblock road = new Roadblock();
        with(SHIP, (ctx, what) -> {
            road.pass();
            return ship(ctx, what);
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        road.awaitArrival();
        Thread closing = Thread.ofVirtual().start(stage::stop);
        road.open();
        join(closing);
        stage.start(shipping());
        assertThat(order()).isEqualTo("shipped hat!");
        assertThat(calls).containsExactly("hat 1");
    }

    private static void join(Thread closing) {
        try {
            closing.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
