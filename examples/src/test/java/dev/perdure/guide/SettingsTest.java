// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RetryPolicy;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private final Store store = new MemoryStore();

    @Test
    void an_engine_is_set_when_it_is_built() {
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        Workflow.Implemented<Void, Void> heavy = Workflow.of("heavy", ctx -> ctx.step("lift", step -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            go.await();
            now.decrementAndGet();
        }));
        // snippet:settings
        Engine engine = Engine.builder()
                .store(store)
                .workflow(heavy)
                .defaultRetry(RetryPolicy.exponential(Duration.ofSeconds(1), 10))
                .defaultTimeout(Duration.ofMinutes(5))
                .maxActiveRuns(heavy, 2)
                .cacheSize(200)
                .payloadLimit(64 * 1024)
                .closeDeadline(Duration.ofSeconds(20))
                .shutdownHook(true)
                .start();
        // end
        try (engine) {
            List<RunHandle<Void>> runs = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                runs.add(engine.start(heavy, null));
            }
            Await.until("two lift", () -> now.get() == 2);
            go.countDown();
            runs.forEach(RunHandle::result);
            assertThat(most).hasValue(2);
        }
    }

    @Test
    void workflows_may_be_found_by_name() {
        Map<String, Workflow.Implemented<?, ?>> loaded = Map.of("tenant-7:hello",
                Workflow.of("tenant-7:hello", String.class, String.class, (ctx, name) -> "hi " + name));
        // snippet:resolver
        EngineBuilder builder = Engine.builder()
                .store(store)
                .resolver(name -> Optional.ofNullable(loaded.get(name)));
        // end
        try (Engine engine = builder.start()) {
            Workflow<String, String> hello = Workflow.named("tenant-7:hello", String.class, String.class);
            assertThat(engine.start(hello, "ada").result()).isEqualTo("hi ada");
        }
    }

    @Test
    void a_small_cache_keeps_nobody_out() {
        Workflow.Implemented<Integer, Integer> echo = Workflow.of("echo", Integer.class, Integer.class, (ctx, in) -> {
            ctx.run(StepSpec.of("begin"), step -> { });
            ctx.signals("go", Boolean.class).receive();
            return in;
        });
        try (Engine engine = Engine.builder().store(store).workflow(echo).cacheSize(3).start()) {
            List<RunHandle<Integer>> runs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                runs.add(engine.start(echo, i));
            }
            runs.forEach(Await::untilSuspended);
            Await.until("most have left memory", () -> engine.liveRuns() <= 3);
            for (int i = 0; i < 50; i++) {
                runs.get(i).signal("go", true);
                assertThat(runs.get(i).result()).isEqualTo(i);
            }
        }
    }
}
