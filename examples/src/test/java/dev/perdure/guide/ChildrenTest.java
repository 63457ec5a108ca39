// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.ChildFailedException;
import dev.perdure.ChildRun;
import dev.perdure.ClosePolicy;
import dev.perdure.Promise;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The snippets of children.md. */
class ChildrenTest {

    private static final Workflow.Implemented<String, Integer> PAGES = Workflow.of("pages", String.class, Integer.class,
            (ctx, file) -> ctx.step("count", Integer.class, step -> {
                if (file.isBlank()) {
                    throw new IllegalArgumentException("a file without a name");
                }
                return file.length();
            }));

    private static final Workflow.Implemented<String, String> REMINDER = Workflow.of("reminder", String.class,
            String.class, (ctx, whom) -> ctx.signals("stop", String.class).receive());

    @Test
    void a_run_starts_others_and_joins_them() {
        // snippet:fan-out
        Workflow.Implemented<String, Integer> archive = Workflow.of("archive", String.class, Integer.class,
                (ctx, files) -> {
                    List<ChildRun<Integer>> children = new ArrayList<>();
                    for (String file : files.split(" ")) {
                        children.add(ctx.start(PAGES, file));
                    }
                    return Promise.all(children).get().stream().mapToInt(Integer::intValue).sum();
                });
        // end
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(archive).workflow(PAGES).start()) {
            assertThat(engine.start(archive, "a bb ccc").result()).isEqualTo(6);
        }
    }

    @Test
    void a_child_that_fails_is_caught() {
        Workflow.Implemented<String, String> careful = Workflow.of("careful", String.class, String.class,
                (ctx, file) -> {
                    // snippet:call
                    try {
                        int pages = ctx.call(PAGES, file);
                        return pages + " pages";
                    } catch (ChildFailedException failed) {
                        return failed.runId() + " ended as " + failed.status() + ": " + failed.failure().summary();
                    }
                    // end
                });
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(careful).workflow(PAGES).start()) {
            assertThat(engine.start(careful, "abc").result()).isEqualTo("3 pages");
        }
    }

    @Test
    void a_child_has_an_id_and_outlives_its_parent() {
        Workflow.Implemented<String, String> order = Workflow.of("order", String.class, String.class, (ctx, id) -> {
            // snippet:options
            ChildRun<String> reminder = ctx.start(REMINDER, StartOptions.id("reminder-of-" + id)
                    .delay(Duration.ofHours(24))
                    .whenParentEnds(ClosePolicy.ABANDON), id);
            // end
            return reminder.runId();
        });
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(order).workflow(REMINDER).start()) {
            assertThat(engine.start(order, "order-1").result()).isEqualTo("reminder-of-order-1");
            assertThat(engine.handle(REMINDER, "reminder-of-order-1").describe().status().isFinished()).isFalse();
        }
    }
}
