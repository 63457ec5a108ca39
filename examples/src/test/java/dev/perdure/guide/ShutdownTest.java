// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShutdownTest {

    private final Store store = new MemoryStore();
    private final CountDownLatch under = new CountDownLatch(1);
    private final CountDownLatch finish = new CountDownLatch(1);
    private final AtomicInteger made = new AtomicInteger();

    private final Workflow.Implemented<Void, String> bake =
            Workflow.of("bake", Void.class, String.class, (ctx, none) -> bake(ctx));

    private String bake(WorkflowContext ctx) {
        String bread = ctx.step("bake", String.class, step -> {
            made.incrementAndGet();
            under.countDown();
            finish.await();
            return "bread";
        });
        return ctx.step("slice", String.class, step -> "sliced " + bread);
    }

    @Test
    void a_step_under_way_may_end_and_the_next_engine_goes_on() throws Exception {
        Engine engine = Engine.builder().store(store).workflow(bake).start();
        engine.start(bake, "bread-1", null);
        under.await();
        Thread.ofVirtual().start(finish::countDown);
        // snippet:close
        boolean quiet = engine.close(Duration.ofSeconds(30));
        // end
        assertThat(quiet).isTrue();
        try (Engine next = Engine.builder().store(store).workflow(bake).start()) {
            assertThat(next.handle(bake, "bread-1").result()).isEqualTo("sliced bread");
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void a_step_that_takes_too_long_is_cut_off_and_repeated() throws Exception {
        Engine engine = Engine.builder().store(store).workflow(bake).start();
        engine.start(bake, "bread-1", null);
        under.await();
        assertThat(engine.close(Duration.ofMillis(50))).isFalse();
        finish.countDown();
        try (Engine next = Engine.builder().store(store).workflow(bake).start()) {
            assertThat(next.handle(bake, "bread-1").result()).isEqualTo("sliced bread");
        }
        assertThat(made).hasValue(2);
    }

    @Test
    void a_program_may_live_as_long_as_its_engine() {
        Engine engine = Engine.builder().store(store).workflow(bake).closeDeadline(Duration.ofSeconds(1)).start();
        Thread.ofVirtual().start(engine::close);
        // snippet:await
        boolean ended = engine.awaitTermination(Duration.ofDays(365));
        // end
        assertThat(ended).isTrue();
    }
}
