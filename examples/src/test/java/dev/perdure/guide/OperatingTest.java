// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.JournalText;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunPage;
import dev.perdure.engine.RunView;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class OperatingTest {

    private final Store store = new MemoryStore();

    private final Workflow.Implemented<String, String> approve = Workflow.of("approve", String.class, String.class,
            (ctx, what) -> {
                ctx.step("announce", step -> { });
                return ctx.signals("approval", String.class).receive();
            });

    @Test
    void runs_are_listed_a_page_at_a_time() {
        try (Engine engine = Engine.builder().store(store).workflow(approve).start()) {
            for (int i = 1; i <= 5; i++) {
                String team = i % 2 == 0 ? "red" : "blue";
                engine.start(approve, StartOptions.id("approve-" + i).attribute("team", team), "?");
            }
            engine.signal("approve-1", "approval", "ada");
            engine.handle(approve, "approve-1").result();
            for (int i = 2; i <= 5; i++) {
                Await.untilSuspended(engine.handle(approve, "approve-" + i));
            }
            Client client = engine;
            List<String> found = new ArrayList<>();
            // snippet:list
            RunFilter waiting = RunFilter.all().workflow("approve").status(RunStatus.SUSPENDED);
            RunPage page = client.list(waiting, 2);
            while (true) {
                for (RunView run : page.runs()) {
                    found.add(run.runId());
                }
                if (page.next().isEmpty()) {
                    break;
                }
                page = client.list(waiting, page.next(), 2);
            }
            long blue = client.count(waiting.attribute("team", "blue"));
            // end
            assertThat(found).containsExactly("approve-5", "approve-4", "approve-3", "approve-2");
            assertThat(blue).isEqualTo(2);
        }
    }

    @Test
    void a_run_says_why_it_does_not_move_and_what_has_happened() {
        try (Engine engine = Engine.builder().store(store).workflow(approve).start()) {
            engine.start(approve, "approve-9", "a bike");
            Await.untilSuspended(engine.handle("approve-9"));
            // snippet:explain
            RunHandle<?> run = engine.handle("approve-9");
            String why = run.explain();
            String journal = JournalText.of(run.journal());
            // end
            assertThat(why).matches("waiting for signal 'approval' since \\S+; no next wake-up");
            assertThat(journal.lines()).hasSize(3);
            assertThat(journal).contains("run_started", "step_completed", "main#0 'announce' -> null",
                    "  signal_awaited", "main#1 'approval'");
        }
    }

    @Test
    void a_stuck_run_goes_on_after_a_redrive() {
        AtomicBoolean mended = new AtomicBoolean();
        Workflow.Implemented<Void, String> read = Workflow.of("read", Void.class, String.class, (ctx, none) ->
                ctx.sideEffect("setting", String.class, inside -> {
                    if (!mended.get()) {
                        throw new IllegalStateException("the settings cannot be read");
                    }
                    return "blue";
                }));
        try (Engine engine = Engine.builder().store(store).workflow(read).start()) {
            RunHandle<String> run = engine.start(read, "read-1", null);
            Await.until("it is stuck", () -> run.describe().status() == RunStatus.STUCK);
            assertThat(run.explain()).startsWith("stuck since ").contains("the settings cannot be read")
                    .endsWith("then redrive the run.");
            mended.set(true);
            // snippet:redrive
            engine.redrive("read-1");
            // end
            assertThat(run.result()).isEqualTo("blue");
        }
    }
}
