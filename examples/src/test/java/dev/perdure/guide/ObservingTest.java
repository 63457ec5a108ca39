// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.EngineObserver;
import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class ObservingTest {

    private final Store store = new MemoryStore();

    // snippet:observer
    /** Counts what happens; a metrics library would be called in the same places. */
    static final class Counters implements EngineObserver {

        final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

        @Override
        public void runFinished(String workflow, String runId, RunStatus status) {
            count("run." + workflow + "." + status);
        }

        @Override
        public void stepEnded(String runId, String step, int attempt, Duration took, boolean failed) {
            count(failed ? "step.failed" : "step.done");
        }

        @Override
        public void batchCommitted(int commits, Duration took) {
            count("batch");
        }

        private void count(String what) {
            counts.computeIfAbsent(what, unseen -> new LongAdder()).increment();
        }
    }
    // end

    @Test
    void an_observer_hears_each_thing_once() {
        Workflow.Implemented<Void, Void> work = Workflow.of("work", ctx -> {
            ctx.step("one", step -> { });
            ctx.signals("go", Boolean.class).receive();
            ctx.step("two", step -> { });
        });
        // snippet:register
        Counters counters = new Counters();
        EngineBuilder builder = Engine.builder().store(store).workflow(work).observer(counters);
        // end
        try (Engine engine = builder.start()) {
            Await.untilSuspended(engine.start(work, "w", null));
        }
        try (Engine engine = Engine.builder().store(store).workflow(work).observer(counters).start()) {
            engine.signal("w", "go", true);
            engine.handle(work, "w").result();
        }
        assertThat(counters.counts.get("step.done").sum()).isEqualTo(2);
        assertThat(counters.counts.get("run.work.COMPLETED").sum()).isEqualTo(1);
        assertThat(counters.counts.get("batch").sum()).isGreaterThan(2);
    }

    @Test
    void a_line_is_logged_once_although_the_code_runs_again() {
        List<String> log = new CopyOnWriteArrayList<>();
        Workflow.Implemented<Void, Void> work = Workflow.of("work", ctx -> {
            // snippet:replaying
            ctx.step("one", step -> { });
            if (!ctx.isReplaying()) {
                log.add("one is done");
            }
            // end
            ctx.signals("go", Boolean.class).receive();
        });
        try (Engine engine = Engine.builder().store(store).workflow(work).start()) {
            Await.untilSuspended(engine.start(work, "w", null));
        }
        try (Engine engine = Engine.builder().store(store).workflow(work).start()) {
            engine.signal("w", "go", true);
            engine.handle(work, "w").result();
        }
        assertThat(log).containsExactly("one is done");
    }
}
