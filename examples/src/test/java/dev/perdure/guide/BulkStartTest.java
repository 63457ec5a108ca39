// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter.Launch;
import dev.perdure.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The snippet of starting.md about many starts. */
class BulkStartTest {

    private static final Workflow.Implemented<String, String> SHIP = Workflow.of("ship", String.class, String.class,
            (ctx, order) -> "shipped " + order);

    private static List<RunHandle<String>> ship(Client client, List<String> orders) {
        // snippet:all
        List<Launch<String>> starts = new ArrayList<>();
        for (String order : orders) {
            starts.add(Launch.of("ship-" + order, order));
        }
        List<RunHandle<String>> runs = client.startAll(SHIP, starts);
        // end
        return runs;
    }

    @Test
    void b9_many_runs_are_started_by_one_call() {
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(SHIP).start()) {
            assertThat(ship(engine, List.of("a", "b", "c"))).allMatch(RunHandle::created)
                    .extracting(RunHandle::result).containsExactly("shipped a", "shipped b", "shipped c");
            assertThat(ship(engine, List.of("c", "d"))).extracting(RunHandle::created).containsExactly(false, true);
        }
    }
}
