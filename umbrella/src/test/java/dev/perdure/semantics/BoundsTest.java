// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.RunFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How much a node takes upon itself, and that one run does not harm the others. */
class BoundsTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    /** Counts how many steps are under way at once. */
    private static final class Gauge {
        final AtomicInteger now = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();

        String through() {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            LockSupport.parkNanos(1_000_000);
            now.decrementAndGet();
            return "done";
        }
    }

    private List<RunHandle<String>> startAtOnce(Workflow.Implemented<String, String> workflow, int many)
            throws Exception {
        List<Future<RunHandle<String>>> starts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < many; i++) {
                String id = workflow.name() + "-" + i;
                starts.add(threads.submit(() -> stage.engine().start(workflow, id, "")));
            }
        }
        List<RunHandle<String>> runs = new ArrayList<>();
        for (Future<RunHandle<String>> start : starts) {
            runs.add(start.get());
        }
        return runs;
    }

    @Test
    void g1_no_more_runs_are_active_at_once_than_allowed_however_many_start_together() throws Exception {
        Gauge gauge = new Gauge();
        Workflow.Implemented<String, String> workflow =
                order((ctx, input) -> ctx.step("a", String.class, step -> gauge.through()));
        stage.with(builder -> builder.maxActiveRuns(2)).start(workflow);
        for (RunHandle<String> run : startAtOnce(workflow, 30)) {
            assertThat(stage.result(run)).isEqualTo("done");
        }

        assertThat(gauge.most.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void g1_a_workflow_may_have_a_bound_of_its_own_that_holds_nobody_else_up() throws Exception {
        Gauge gauge = new Gauge();
        Workflow.Implemented<String, String> bounded =
                order((ctx, input) -> ctx.step("a", String.class, step -> gauge.through()));
        Workflow.Implemented<String, String> free =
                Workflow.of("free", String.class, String.class, (ctx, in) -> ctx.step("a", String.class, step -> "!"));
        stage.with(builder -> builder.maxActiveRuns(bounded, 1));
        for (int i = 0; i < 10; i++) {
            stage.outside().start(bounded, "queued-" + i, "");
        }
        stage.start(bounded, free);
        for (RunHandle<String> run : startAtOnce(free, 10)) {
            assertThat(stage.result(run)).isEqualTo("!");
        }
        for (RunHandle<String> run : startAtOnce(bounded, 10)) {
            assertThat(stage.result(run)).isEqualTo("done");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(stage.result(stage.engine().handle(bounded, "queued-" + i))).isEqualTo("done");
        }

        assertThat(gauge.most).hasValue(1);
    }

    @Test
    void g1_a_workflow_at_its_bound_keeps_no_queued_run_of_another_waiting() {
        Roadblock road = new Roadblock();
        Workflow.Implemented<String, String> bounded = order((ctx, input) -> ctx.step("a", String.class, step -> {
            road.pass();
            return "done";
        }));
        Workflow.Implemented<String, String> free =
                Workflow.of("free", String.class, String.class, (ctx, in) -> ctx.step("a", String.class, step -> "!"));
        stage.with(builder -> builder.maxActiveRuns(bounded, 1)).start(bounded, free);
        stage.engine().start(bounded, "order-1", "");
        road.awaitArrival();
        RunHandle<String> queued = stage.engine().start(bounded, "order-2", "");
        stage.outside().start(free, "free-1", "");

        assertThat(stage.result(stage.engine().handle(free, "free-1"))).isEqualTo("!");
        road.open();
        assertThat(stage.result(queued)).isEqualTo("done");
    }

    @Test
    void g1_a_run_that_has_continued_as_a_new_one_takes_a_place_like_any_other() throws Exception {
        Gauge gauge = new Gauge();
        Workflow.Implemented<String, String> chain = order((ctx, input) -> input.equals("first")
                ? ctx.continueAsNew("second") : ctx.step("a", String.class, step -> gauge.through()));
        stage.with(builder -> builder.maxActiveRuns(1)).start(chain);
        for (int i = 0; i < 5; i++) {
            assertThat(stage.result(stage.engine().start(chain, "chain-" + i, "first"))).isEqualTo("done");
        }
        for (RunHandle<String> run : startAtOnce(chain, 20)) {
            assertThat(stage.result(run)).isEqualTo("done");
        }

        assertThat(gauge.most).hasValue(1);
    }

    @Test
    void g1_warm_runs_that_wake_together_keep_to_the_bound() throws Exception {
        Gauge gauge = new Gauge();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.signals("go", String.class).receive();
            ctx.step("a", step -> gauge.through());
            ctx.sleep(HOUR);
            return ctx.step("b", String.class, step -> gauge.through());
        });
        stage.with(builder -> builder.maxActiveRuns(2)).start(workflow);
        List<RunHandle<String>> runs = startAtOnce(workflow, 12);
        runs.forEach(run -> stage.awaitRest(run.runId()));
        runs.forEach(run -> run.signal("go", ""));
        runs.forEach(run -> stage.until("sleeps", () -> stage.journal(run.runId()).contains("'sleep'")));
        runs.forEach(run -> stage.awaitRest(run.runId()));
        stage.world.advance(HOUR);
        for (RunHandle<String> run : runs) {
            assertThat(stage.result(run)).isEqualTo("done");
        }

        assertThat(gauge.most.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void x15_a_cache_full_of_sleepers_keeps_nobody_from_completing() throws Exception {
        Workflow.Implemented<String, String> sleeper = order((ctx, input) -> {
            ctx.sleep(HOUR);
            return "awake";
        });
        stage.with(builder -> builder.cacheSize(10)).start(sleeper);
        int many = 1_000;
        List<RunHandle<String>> runs = startAtOnce(sleeper, many);
        stage.until("all sleep", () ->
                stage.outside().count(RunFilter.all().status(RunStatus.SUSPENDED)) == many);
        stage.until("most have left memory", () -> stage.engine().liveRuns() <= 10);
        stage.world.advance(HOUR);
        for (RunHandle<String> run : runs) {
            assertThat(stage.result(run)).isEqualTo("awake");
        }
        assertThat(stage.ear.count("replayed")).isGreaterThanOrEqualTo(many - 10);
    }

    @Test
    void x6_d2_runs_that_sleep_or_wait_for_a_signal_have_no_thread_and_no_place_in_memory() throws Exception {
        Workflow.Implemented<String, String> waiter = order((ctx, input) -> {
            ctx.select(ctx.timer(HOUR), ctx.signals("go", String.class));
            return "moved";
        });
        stage.with(builder -> builder.cacheSize(0)).start(waiter);
        Set<String> idle = threadsOfTheEngine();
        List<RunHandle<String>> runs = startAtOnce(waiter, 400);
        stage.until("all wait", () ->
                stage.outside().count(RunFilter.all().status(RunStatus.SUSPENDED)) == runs.size());
        stage.awaitEvicted();
        assertThat(threadsOfTheEngine()).isSubsetOf(idle);
        int looks = stage.store().looks();
        int questions = stage.store().questions();
        stage.until("the engine has looked ten times", () -> stage.store().looks() >= looks + 10);
        assertThat(stage.store().questions() - questions)
                .as("the engine asks for all of its runs together").isLessThanOrEqualTo(5 * 12);

        runs.getFirst().signal("go", "!");
        assertThat(stage.result(runs.getFirst())).isEqualTo("moved");
        stage.world.advance(HOUR);
        assertThat(stage.result(runs.getLast())).isEqualTo("moved");
    }

    private static Set<String> threadsOfTheEngine() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("perdure-")).collect(Collectors.toSet());
    }

    @Test
    void g5_a_run_in_the_cache_is_not_replayed_when_it_moves() {
        Workflow.Implemented<String, String> workflow =
                order((ctx, input) -> ctx.signals("go", String.class).receive());
        stage.start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        run.signal("go", "!");

        assertThat(stage.result(run)).isEqualTo("!");
        assertThat(stage.ear.heardOf("replayed")).isEmpty();
        stage.until("nothing stays in memory", () -> stage.engine().liveRuns() == 0);
    }

    @Test
    void g5_a_run_that_has_moved_leaves_its_place_in_the_cache_to_the_next() {
        Workflow.Implemented<String, String> workflow =
                order((ctx, input) -> ctx.signals("go", String.class).receive());
        stage.with(builder -> builder.cacheSize(1)).start(workflow);
        for (int i = 0; i < 3; i++) {
            RunHandle<String> run = stage.engine().start(workflow, "order-" + i, "");
            stage.awaitRest(run.runId());
            run.signal("go", "!");
            assertThat(stage.result(run)).isEqualTo("!");
        }

        assertThat(stage.ear.heardOf("evicted")).isEmpty();
    }

    @Test
    void g5_a_run_that_has_not_moved_for_a_minute_leaves_a_cache_that_is_nearly_full() {
        Workflow.Implemented<String, String> workflow =
                order((ctx, input) -> ctx.signals("go", String.class).receive());
        stage.with(builder -> builder.cacheSize(2)).start(workflow);
        stage.engine().start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        stage.world.idle(Duration.ofSeconds(59));
        int looks = stage.store().looks();
        stage.until("the engine has looked", () -> stage.store().looks() > looks + 2);
        assertThat(stage.ear.heardOf("evicted")).isEmpty();
        stage.until("it has left", () -> {
            stage.world.idle(Duration.ofSeconds(61));
            return stage.ear.count("evicted") == 1;
        });
        stage.engine().start(workflow, "order-2", "");
        stage.awaitRest("order-2");
        stage.engine().start(workflow, "order-3", "");
        stage.awaitRest("order-3");

        assertThat(stage.ear.heardOf("evicted")).as("its place was free").containsExactly("evicted order-1");
        for (int i = 1; i <= 3; i++) {
            stage.engine().signal("order-" + i, "go", "!");
            assertThat(stage.result(stage.engine().handle(workflow, "order-" + i))).isEqualTo("!");
        }
        assertThat(stage.ear.heardOf("replayed")).containsExactly("replayed order-1 2");
    }

    @Test
    void x38_a11_a_fiber_that_blocks_outside_of_a_step_is_warned_about_with_its_stack_and_never_ended() {
        Roadblock road = new Roadblock();
        List<String> warnings = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> blocking = order((ctx, input) -> {
            road.pass();
            return "unharmed";
        });
        Workflow.Implemented<String, String> other =
                Workflow.of("other", String.class, String.class, (ctx, in) -> ctx.step("a", String.class, step -> in));
        try (var log = Log.of("dev.perdure.wake.Watchdog", warnings)) {
            stage.with(builder -> builder.watchdog(Duration.ofMillis(50))).start(blocking, other);
            // Queued, because a start waits for the first turn.
            stage.engine().start(blocking, StartOptions.id("order-1").delay(HOUR), "");
            stage.world.advance(HOUR);
            road.awaitArrival();
            stage.until("warned", () -> stage.ear.count("blocked order-1/main") == 1);
            assertThat(stage.result(stage.engine().start(other, "others go on"))).isEqualTo("others go on");
            road.open();
            assertThat(stage.result(stage.engine().handle(blocking, "order-1"))).isEqualTo("unharmed");
        }

        assertThat(warnings).singleElement().asString().contains("run 'order-1'", "order-1/main", "Roadblock.pass",
                "ctx.step(…)");
    }

    @Test
    void x14_g7_a_spinning_run_does_not_keep_others_from_moving() {
        AtomicBoolean spin = new AtomicBoolean(true);
        AtomicBoolean spinning = new AtomicBoolean();
        Workflow.Implemented<String, String> poison = Workflow.of("poison", String.class, String.class, (ctx, in) -> {
            while (spin.get()) {
                spinning.set(true);
                Thread.onSpinWait();
            }
            return "";
        });
        Workflow.Implemented<String, String> good = order((ctx, input) -> {
            for (int i = 0; i < 5; i++) {
                ctx.step("a", step -> { });
            }
            return "good";
        });
        stage.start(poison, good);
        try {
            stage.engine().start(poison, StartOptions.id("poison").delay(HOUR), "");
            stage.world.advance(HOUR);
            stage.until("spinning", spinning::get);
            for (int i = 0; i < 10; i++) {
                assertThat(stage.result(stage.engine().start(good, "order-" + i, ""))).isEqualTo("good");
            }
        } finally {
            spin.set(false);
        }
    }

    @Test
    void x39_runs_that_wait_inside_synchronized_go_on_or_are_stuck_and_do_not_stop_the_node() {
        Workflow.Implemented<String, String> pinning = order((ctx, input) -> {
            // A monitor of the run's own: up to JDK 23 each run that waits here holds a carrier thread.
            synchronized (new Object()) {
                return ctx.signals("go", String.class).receive();
            }
        });
        List<RunHandle<String>> runs = startMoreThanCanBeCarried(pinning);
        if (Runtime.version().feature() < 24) {
            assertStuckFor("synchronized");
        } else {
            runs.forEach(run -> run.signal("go", "!"));
            for (RunHandle<String> run : runs) {
                assertThat(stage.result(run)).isEqualTo("!");
            }
        }
    }

    @Test
    void x39_runs_that_wait_inside_a_class_initializer_are_stuck_and_do_not_stop_the_node() {
        startMoreThanCanBeCarried(order((ctx, input) ->
                WaitsAtFirst.waitFor(() -> ctx.signals("go", String.class).receive())));
        assertStuckFor("class initializer");
    }

    private List<RunHandle<String>> startMoreThanCanBeCarried(Workflow.Implemented<String, String> pinning) {
        Workflow.Implemented<String, String> other =
                Workflow.of("other", String.class, String.class, (ctx, in) -> ctx.step("a", String.class, step -> in));
        stage.with(builder -> builder.watchdog(Duration.ofMillis(100))).start(pinning, other);
        List<RunHandle<String>> runs = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors() + 2; i++) {
            runs.add(stage.engine().start(pinning, "order-" + i, "x"));
        }
        assertThat(stage.result(stage.engine().start(other, "other-1", "goes on"))).isEqualTo("goes on");
        return runs;
    }

    private void assertStuckFor(String what) {
        RunFilter stuck = RunFilter.all().status(RunStatus.STUCK);
        stage.until("some are stuck", () -> stage.outside().count(stuck) > 0);
        assertThat(stage.outside().list(stuck, 1).runs()).singleElement()
                .satisfies(run -> assertThat(run.problem()).contains(what, "BoundsTest.java", "JDK 24"));
    }

    @Test
    void a13_a_journal_that_grows_long_is_warned_about_and_stuck_at_its_limit_until_that_is_raised() {
        List<String> warnings = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            for (int i = 0; i < 30; i++) {
                ctx.step("a", step -> { });
            }
            return "through";
        });
        try (var log = Log.of("dev.perdure.wake", warnings)) {
            stage.with(builder -> builder.journalWarning(10).journalLimit(20)).start(workflow);
            stage.engine().start(workflow, "order-1", "");
            stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);
        }
        assertThat(warnings).filteredOn(each -> each.contains("journal of run 'order-1' has")).hasSize(1);
        assertThat(stage.view("order-1").problem()).contains("the limit is 20", "continueAsNew", "journalLimit",
                "redrive");

        stage.with(builder -> builder.journalLimit(100)).restart(workflow).redrive("order-1");
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("through");
    }

    /** What a logger says, while open. */
    private record Log(Logger logger, AppenderBase<ILoggingEvent> appender) implements AutoCloseable {

        static Log of(String name, List<String> into) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    into.add(event.getFormattedMessage());
                }
            };
            appender.start();
            logger.addAppender(appender);
            return new Log(logger, appender);
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
        }
    }
}
