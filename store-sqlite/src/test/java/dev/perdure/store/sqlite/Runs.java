// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Short words for the writes of these tests. */
final class Runs {

    private Runs() {
    }

    static NewRun run(String runId) {
        UUID id = UUID.randomUUID();
        return new NewRun(runId, id, id, "checkout", Payload.NONE, Map.of(), Map.of("customer", "c-1"), 1, 1, null);
    }

    static Write.Start start(NewRun run) {
        return new Write.Start(run, false, List.of());
    }

    static Write.Send send(String runId, String id) {
        return new Write.Send(runId, new NewMessage(id, NewMessage.Kind.SIGNAL, "approval", Payload.NONE, "test", 1));
    }

    /** The node starts a run, takes its first turn and goes on. */
    static Write.Advance create(UUID node, NewRun run) {
        return new Write.Advance(node, run.incarnation(), start(run), List.of(unit(1)), List.of(), running(), List.of(),
                List.of(), Map.of(), null);
    }

    static Write.Advance advance(UUID node, UUID run, Unit unit) {
        return advance(node, run, unit, null);
    }

    static Write.Advance advance(UUID node, UUID run, Unit unit, @Nullable RunState state) {
        return new Write.Advance(node, run, null, List.of(unit), List.of(), state, List.of(), List.of(), Map.of(),
                null);
    }

    static RunState running() {
        return new RunState(RunStatus.RUNNING, Long.MAX_VALUE, "", "", 0, false, 1);
    }

    /** Sets something of the connection that writes. */
    static void pragma(SqliteStore store, String setting) {
        store.writer().look(session -> {
            session.run("PRAGMA " + setting);
            return null;
        });
    }

    static Unit unit(long seq) {
        return unit(seq, 1);
    }

    static Unit unit(long seq, int octets) {
        return new Unit(seq, 1, new Arrival.StepCompleted(new Position("main", (int) seq), "charge",
                new Payload("raw", new byte[octets]), 1), List.of());
    }
}
