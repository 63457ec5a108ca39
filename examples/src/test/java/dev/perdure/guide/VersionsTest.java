// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.RunStatus;
import dev.perdure.RunStuckException;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class VersionsTest {

    private static final Workflow<Void, Void> SHIPPING = Workflow.named("shipping");

    private final Store store = new MemoryStore();
    private final List<String> done = new CopyOnWriteArrayList<>();

    /** The code of last year. */
    private Void before(WorkflowContext ctx, Void none) {
        ctx.step("pick", step -> done.add("pick"));
        ctx.signals("go", Boolean.class).receive();
        ctx.step("ship", step -> done.add("ship"));
        return null;
    }

    /** The code of today. */
    private Void after(WorkflowContext ctx, Void none) {
        ctx.step("pick", step -> done.add("pick"));
        // snippet:version
        if (ctx.version("weigh first", 0, 1) >= 1) {
            ctx.step("weigh", step -> done.add("weigh"));
        }
        // end
        ctx.signals("go", Boolean.class).receive();
        ctx.step("ship", step -> done.add("ship"));
        return null;
    }

    /** The code of today, by somebody in a hurry. */
    private Void careless(WorkflowContext ctx, Void none) {
        ctx.step("pick", step -> done.add("pick"));
        ctx.step("weigh", step -> done.add("weigh"));
        ctx.signals("go", Boolean.class).receive();
        ctx.step("ship", step -> done.add("ship"));
        return null;
    }

    private Engine engine(Workflow.Body<Void, Void> body) {
        return Engine.builder().store(store).workflow(SHIPPING, body).start();
    }

    private void startWithTheOldCode() {
        try (Engine engine = engine(this::before)) {
            Await.untilSuspended(engine.start(SHIPPING, "old", null));
        }
    }

    @Test
    void a_run_stays_on_the_version_it_began_with() {
        startWithTheOldCode();
        try (Engine engine = engine(this::after)) {
            engine.signal("old", "go", true);
            engine.handle(SHIPPING, "old").result();
            assertThat(done).containsExactly("pick", "ship");
            done.clear();

            RunHandle<Void> young = engine.start(SHIPPING, "young", null);
            young.signal("go", true);
            young.result();
            assertThat(done).containsExactly("pick", "weigh", "ship");
        }
    }

    @Test
    void a_change_without_a_marker_is_noticed_and_mended() {
        startWithTheOldCode();
        try (Engine engine = engine(this::careless)) {
            engine.signal("old", "go", true);
            RunHandle<Void> run = engine.handle(SHIPPING, "old");
            assertThatThrownBy(run::result).isInstanceOf(RunStuckException.class)
                    .hasMessageContaining("The code does not fit the journal. At entry 2 of run 'old' the journal has "
                            + "signal_awaited main#1 'go', but the code")
                    .hasMessageContaining("weigh").hasMessageContaining("VersionsTest.java");
            assertThat(run.describe().status()).isEqualTo(RunStatus.STUCK);
        }
        try (Engine engine = engine(this::after)) {
            // snippet:redrive
            engine.redriveAll(RunFilter.all().workflow("shipping"));
            // end
            engine.handle(SHIPPING, "old").result();
        }
        assertThat(done).containsExactly("pick", "ship");
    }
}
