// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.ContextMisuseException;
import dev.perdure.RunStatus;
import dev.perdure.RunStuckException;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private final Store store = new MemoryStore();
    private final List<String> done = new CopyOnWriteArrayList<>();

    // snippet:flag
    /** A switch that operators turn while the process runs. */
    static final AtomicBoolean GIFT_WRAP = new AtomicBoolean(true);
    // end

    private void wrap() {
        done.add("wrap");
    }

    private Void breaks(WorkflowContext ctx, Void none) {
        // snippet:breaks
        if (GIFT_WRAP.get()) {                       // may be another answer on replay
            ctx.step("wrap", step -> wrap());
        }
        ctx.sleep(Duration.ofDays(1));
        // end
        return null;
    }

    private Void holds(WorkflowContext ctx, Void none) {
        // snippet:holds
        boolean giftWrap = ctx.sideEffect("gift wrap", Boolean.class, inside -> GIFT_WRAP.get());
        if (giftWrap) {                              // the journal has the answer
            ctx.step("wrap", step -> wrap());
        }
        ctx.sleep(Duration.ofDays(1));
        // end
        return null;
    }

    /** Starts under one setting, goes on under another. */
    private RunHandle<Void> runThroughAChange(Workflow.Body<Void, Void> body, MovableClock clock) {
        Workflow<Void, Void> send = Workflow.named("send");
        GIFT_WRAP.set(true);
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(send, body).start()) {
            Await.untilSuspended(engine.start(send, "s", null));
        }
        GIFT_WRAP.set(false);
        clock.skip(Duration.ofDays(1));
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(send, body).start()) {
            RunHandle<Void> run = engine.handle(send, "s");
            Await.until("it ended or is stuck", () -> run.describe().owner().isEmpty()
                    && run.describe().status() != RunStatus.SUSPENDED);
            return run;
        }
    }

    @Test
    void a_switch_that_was_turned_sticks_the_run() {
        RunHandle<Void> run = runThroughAChange(this::breaks, new MovableClock());
        assertThat(run.describe().problem()).contains("The code does not fit the journal",
                "the code asks for timer_set main#0 'sleep'", "ReplayTest.java");
        assertThatThrownBy(run::result).isInstanceOf(RunStuckException.class);
    }

    @Test
    void a_switch_that_was_remembered_does_not() {
        RunHandle<Void> run = runThroughAChange(this::holds, new MovableClock());
        run.result();
        assertThat(done).containsExactly("wrap");
    }

    enum Size { SMALL, MEDIUM, LARGE }

    @Test
    void an_order_that_is_the_same_everywhere() {
        Workflow.Implemented<Void, Void> pack = Workflow.of("pack", ctx -> {
            // snippet:order
            // The order of Set.of and Map.of differs from process to process, and so does that of a HashSet of enums.
            Set<String> items = Set.of("hat", "bag", "pen");
            for (String item : new TreeSet<>(items)) {
                ctx.step("pack " + item, step -> done.add(item));
            }
            for (Size size : EnumSet.of(Size.LARGE, Size.SMALL)) {
                ctx.step("label " + size, step -> done.add(size.name()));
            }
            // end
        });
        try (Engine engine = Engine.builder().store(store).workflow(pack).start()) {
            engine.start(pack, null).result();
        }
        assertThat(done).containsExactly("bag", "hat", "pen", "SMALL", "LARGE");
    }

    @Test
    void a_thread_of_ones_own_may_not_use_the_context() {
        Workflow.Implemented<Void, Integer> sum = Workflow.of("sum", Void.class, Integer.class, (ctx, none) -> {
            CompletableFuture<Void> foreign = CompletableFuture.runAsync(() -> ctx.sleep(Duration.ofSeconds(1)));
            assertThatThrownBy(foreign::join).hasCauseInstanceOf(ContextMisuseException.class);
            // snippet:threads
            // Not here: it computes at another pace each time, and blocks the fiber.
            // int total = CompletableFuture.supplyAsync(() -> expensive(5)).join();
            int total = ctx.step("compute", Integer.class,
                    step -> CompletableFuture.supplyAsync(() -> expensive(5)).join());
            // end
            return total;
        });
        try (Engine engine = Engine.builder().store(store).workflow(sum).start()) {
            assertThat(engine.start(sum, null).result()).isEqualTo(25);
        }
    }

    private static int expensive(int number) {
        return number * number;
    }

    @Test
    void catching_everything_loses_nothing() {
        MovableClock clock = new MovableClock();
        Workflow.Implemented<Void, String> greedy = Workflow.of("greedy", Void.class, String.class, (ctx, none) -> {
            // snippet:catch-all
            try {
                ctx.sleep(Duration.ofDays(1));
                return "slept well";
            } catch (Throwable everything) {
                ctx.step("complain", step -> done.add("complained"));
                return "woken: " + everything;
            }
            // end
        });
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(greedy).start()) {
            Await.untilSuspended(engine.start(greedy, "g", null));
        }
        clock.skip(Duration.ofDays(1));
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(greedy).start()) {
            assertThat(engine.handle(greedy, "g").result()).isEqualTo("slept well");
        }
        assertThat(done).isEmpty();
    }
}
