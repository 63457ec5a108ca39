// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TimeTest {

    private final Store store = new MemoryStore();
    private final MovableClock clock = new MovableClock();

    @Test
    void what_was_drawn_and_looked_up_once_stays() {
        List<String> lives = new CopyOnWriteArrayList<>();
        Workflow.Implemented<Void, String> draw = Workflow.of("draw", Void.class, String.class, (ctx, none) -> {
            // snippet:chance
            Instant now = ctx.now();
            int dice = 1 + ctx.random().nextInt(6);
            UUID ticket = ctx.uuid();
            String zone = ctx.sideEffect("zone", String.class, inside -> ZoneId.systemDefault().getId());
            // end
            lives.add(now + " " + dice + " " + ticket + " " + zone);
            ctx.sleep(Duration.ofDays(1));
            assertThat(ctx.now()).isAfterOrEqualTo(now.plus(Duration.ofDays(1)));
            return ticket.toString();
        });
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(draw).start()) {
            Await.untilSuspended(engine.start(draw, "d", null));
        }
        clock.skip(Duration.ofDays(2));
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(draw).start()) {
            assertThat(UUID.fromString(engine.handle(draw, "d").result()).version()).isEqualTo(7);
        }
        assertThat(lives).hasSize(2);
        assertThat(lives.get(1)).isEqualTo(lives.get(0));
    }

    @Test
    void a_sleep_outlives_its_process() {
        Workflow.Implemented<Void, Void> remind = Workflow.of("remind", ctx -> {
            // snippet:sleep
            ctx.sleep(Duration.ofDays(30));
            ctx.sleepUntil(Instant.parse("2031-01-01T00:00:00Z"));
            // end
        });
        RunHandle<Void> run;
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(remind).start()) {
            run = engine.start(remind, "r", null);
            Await.untilSuspended(run);
            assertThat(run.explain()).startsWith("waiting for sleep since ").contains("; next wake-up ");
        }
        clock.skip(Duration.between(Instant.now(), Instant.parse("2031-01-01T00:00:01Z")));
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(remind).start()) {
            engine.handle(remind, "r").result();
        }
    }

    @Test
    void a_timer_races_with_a_message() {
        Workflow.Implemented<Void, String> approve = Workflow.of("approve", Void.class, String.class, (ctx, none) -> {
            // snippet:timer
            Signals<String> approvals = ctx.signals("approval", String.class);
            Timer deadline = ctx.timer(Duration.ofDays(3));
            Selection first = ctx.select(approvals, deadline);
            if (first.is(approvals)) {
                deadline.cancel();
                return "approved by " + first.value(approvals);
            }
            return "given up at " + first.value(deadline);
            // end
        });
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(approve).start()) {
            RunHandle<String> quick = engine.start(approve, "a-1", null);
            quick.signal("approval", "ada");
            assertThat(quick.result()).isEqualTo("approved by ada");

            RunHandle<String> slow = engine.start(approve, "a-2", null);
            Await.untilSuspended(slow);
            clock.skip(Duration.ofDays(3));
            assertThat(slow.result()).startsWith("given up at ");
        }
    }
}
