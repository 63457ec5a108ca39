// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine that ends, and the next one that goes on. */
class ClosingTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    /** How a run may be blocked, and what unblocks it. */
    enum Blocked {
        RECEIVE(ctx -> ctx.signals("go", String.class).receive()),
        SLEEP(ctx -> {
            ctx.sleep(HOUR);
            return "";
        }),
        TIMED_RECEIVE(ctx -> ctx.signals("none", String.class).receive(HOUR).orElse("")),
        CONDITION(ctx -> "" + ctx.await(() -> false, HOUR)),
        SELECT(ctx -> "" + ctx.select(ctx.signals("go", String.class), ctx.timer(HOUR)).index()),
        BRANCH(ctx -> ctx.async(fiber -> fiber.signals("go", String.class).receive()).get()),
        RETRY(ctx -> ctx.step(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(HOUR, 2)), step -> {
            if (step.attempt() == 1) {
                throw new IllegalStateException("again");
            }
            return "";
        }));

        private final Function<WorkflowContext, String> wait;

        Blocked(Function<WorkflowContext, String> wait) {
            this.wait = wait;
        }
    }

    @ParameterizedTest
    @EnumSource(Blocked.class)
    void x1_f2_a_run_blocked_when_its_engine_closes_records_nothing_and_completes_with_the_next(Blocked blocked) {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            blocked.wait.apply(ctx);
            return "through";
        });
        stage.start(workflow).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        String before = stage.journal("order-1");
        stage.stop();
        assertThat(stage.journal("order-1")).isEqualTo(before);
        assertThat(stage.view("order-1").status()).isEqualTo(RunStatus.SUSPENDED);

        stage.start(workflow).signal("order-1", "go", "");
        stage.world.advance(HOUR);
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("through");
    }

    @Test
    void f2_closing_waits_for_steps_under_way_and_remembers_them() {
        Roadblock road = new Roadblock();
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> ctx.step("a", String.class, step -> {
            road.pass();
            return "body " + bodies.incrementAndGet();
        }) + ctx.step("b", String.class, step -> "!"));
        Engine engine = stage.start(workflow);
        engine.start(workflow, "order-1", "");
        road.awaitArrival();
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> engine.close(Bell.LIMIT));
        stage.until("closing", () -> isClosing(engine));
        assertThat(closed).isNotDone();
        road.open();

        assertThat(closed.join()).as("all steps had ended").isTrue();
        assertThat(engine.awaitTermination(Duration.ZERO)).isTrue();
        assertThat(stage.journal("order-1")).contains("\"body 1\"");
        stage.start(workflow);
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("body 1!");
        assertThat(bodies).hasValue(1);
    }

    private static boolean isClosing(Engine engine) {
        try {
            engine.signal("order-1", "probe", true);
            return false;
        } catch (StoreException closing) {
            return true;
        }
    }

    @Test
    void f2_a_step_that_outlives_the_deadline_is_interrupted_not_journaled_and_repeated() {
        Roadblock road = new Roadblock();
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> ctx.step("a", String.class, step -> {
            if (bodies.incrementAndGet() == 1) {
                try {
                    road.pass();
                } catch (InterruptedException cut) {
                    interrupted.set(true);
                    throw cut;
                }
            }
            return "attempt " + step.attempt();
        }));
        stage.start(workflow).start(workflow, "order-1", "");
        road.awaitArrival();

        assertThat(stage.engine().close(Duration.ZERO)).as("all steps had ended").isFalse();
        stage.until("interrupted", interrupted::get);
        assertThat(stage.journal("order-1")).doesNotContain("failed", "step_");
        stage.start(workflow);
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("attempt 1");
    }

    @Test
    void f2_a_retry_that_comes_due_while_the_engine_closes_is_left_to_the_next() {
        Roadblock road = new Roadblock();
        AtomicInteger retried = new AtomicInteger();
        Workflow.Implemented<String, String> flaky = order((ctx, input) ->
                ctx.step(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(HOUR, 2)), step -> {
                    if (step.attempt() == 1) {
                        throw new IllegalStateException("again");
                    }
                    retried.incrementAndGet();
                    return "second";
                }));
        Workflow.Implemented<String, String> slow =
                Workflow.of("slow", String.class, String.class, (ctx, in) -> ctx.step("a", String.class, step -> {
                    road.pass();
                    return "";
                }));
        Engine engine = stage.start(flaky, slow);
        engine.start(flaky, "order-1", "");
        engine.start(slow, "order-2", "");
        road.awaitArrival();
        stage.awaitRest("order-1");
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> engine.close(Bell.LIMIT));
        stage.until("closing", () -> isClosing(engine));
        stage.world.advance(HOUR);
        road.open();
        closed.join();
        assertThat(retried).hasValue(0);

        stage.start(flaky, slow);
        assertThat(stage.result(stage.engine().handle(flaky, "order-1"))).isEqualTo("second");
    }

    @Test
    void f2_who_starts_a_run_while_the_engine_closes_hears_that_it_was_not_written() throws Exception {
        Workflow.Implemented<String, String> workflow = Workflow.of("order", String.class, String.class,
                (ctx, input) -> ctx.step("a", String.class, step -> "done"));
        Engine closing = stage.start(workflow);
        stage.store().holdWrites();
        CompletableFuture<String> started =
                CompletableFuture.supplyAsync(() -> closing.start(workflow, "order-1", "").runId());
        stage.until("the run is being written", stage.store()::isHolding);
        closing.close(Duration.ZERO);
        stage.store().letWrite();

        // The engine had left the store by then, and one that has left writes nothing any more.
        assertThatThrownBy(() -> started.get(Bell.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .cause().isInstanceOf(StoreException.class).hasMessageContaining("closed");
        assertThat(stage.outside().count(RunFilter.all())).isZero();
    }

    @Test
    void an_engine_that_closes_ends_all_of_its_threads_also_those_that_would_never_look() {
        stage.world.neverLook();
        stage.start(order((ctx, input) -> input));
        assertThat(stage.world.threads()).isNotEmpty();
        stage.stop();

        stage.until("all have ended", () -> stage.world.threads().stream().noneMatch(Thread::isAlive));
    }

    @Test
    void f2_a_closed_engine_refuses_work_and_says_where_to_send_it() {
        Workflow.Implemented<String, String> workflow =
                order((ctx, input) -> ctx.signals("go", String.class).receive());
        Engine engine = stage.start(workflow);
        RunHandle<String> run = engine.start(workflow, "order-1", "");
        var waiting = run.resultAsync();
        stage.stop();

        assertThatThrownBy(() -> engine.start(workflow, "order-2", "")).isInstanceOf(StoreException.class)
                .hasMessageContaining("has been closed").hasMessageContaining("Client.connect(store)");
        assertThatThrownBy(() -> run.signal("go", "")).isInstanceOf(StoreException.class);
        assertThatThrownBy(waiting::join).hasMessageContaining("has been closed");
        assertThatThrownBy(() -> stage.result(run)).as("asked afterwards, it does not wait for ever")
                .isInstanceOf(StoreException.class).hasMessageContaining("has been closed");
        assertThat(run.describe().status()).isEqualTo(RunStatus.SUSPENDED);
        engine.close();
        assertThat(engine.close(Duration.ZERO)).as("closing again").isTrue();
    }

    @Test
    void g3_a_second_engine_on_the_store_takes_over_and_nothing_of_the_first_lands_any_more() {
        Roadblock road = new Roadblock();
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> ctx.step("a", String.class, step -> {
            int body = bodies.incrementAndGet();
            if (body == 1) {
                road.pass();
            }
            return "body " + body;
        }) + ctx.signals("go", String.class).receive());
        Engine first = stage.start(workflow);
        first.start(workflow, "order-1", "");
        road.awaitArrival();
        stage.takeOver();
        Engine second = stage.start(workflow);
        stage.awaitRest("order-1");
        road.open();
        // Where several may be at a time, the first goes on as a new node and may be the one that takes the run over.
        stage.until("the first has let go", () -> first.liveRuns() == 0 || !stage.disk.lease().isZero());
        second.signal("order-1", "go", "!");

        assertThat(stage.result(second.handle(workflow, "order-1"))).isEqualTo("body 2!");
        assertThat(stage.journal("order-1")).doesNotContain("body 1");
        first.close(Duration.ZERO);
    }
}
