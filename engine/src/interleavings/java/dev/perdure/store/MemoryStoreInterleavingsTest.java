// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import dev.perdure.world.Interleavings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A message that comes while its run goes to sleep. */
class MemoryStoreInterleavingsTest {

    private static final UUID NODE = new UUID(0, 1);
    private static final UUID RUN = new UUID(0, 2);

    @Test
    void a_message_that_meets_a_run_going_to_sleep_makes_it_claimable() {
        Interleavings.explore(() -> {
            MemoryStore store = new MemoryStore();
            store.join(NODE, 1);
            store.write(List.of(advance(1, null, new Write.Start(new NewRun("order-1", RUN, RUN, "checkout",
                    Payload.NONE, Map.of(), Map.of(), 1, 1, null), false, List.of()))));
            RunState asleep = new RunState(RunStatus.SUSPENDED, Long.MAX_VALUE, "signal", "", 0, true, 1);
            Interleavings.sideBySide(
                    () -> store.write(List.of(advance(2, asleep, null))),
                    () -> store.write(List.of(new Write.Send("order-1", new NewMessage("m-1", NewMessage.Kind.SIGNAL,
                            "approval", Payload.NONE, "test", 1)))));
            int claimed = store.claim(new Store.Claim(NODE, Set.of("checkout"), 1, 10)).size();
            if (claimed != 1 || store.inbox(RUN).size() != 1) {
                throw new AssertionError("claimed " + claimed + ", messages " + store.inbox(RUN).size());
            }
        });
    }

    private static Write.Advance advance(long seq, RunState state, Write.Start creation) {
        RunState next = state != null ? state
                : new RunState(RunStatus.RUNNING, Long.MAX_VALUE, "", "", 0, false, 1);
        return new Write.Advance(NODE, RUN, creation, List.of(new Unit(seq, 1, new Arrival.RunStarted(7), List.of())),
                List.of(), next, List.of(), List.of(), Map.of(), null);
    }
}
