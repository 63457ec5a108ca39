// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.ceiling;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.load.Charge;
import dev.perdure.benchmarks.load.StepLoad;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the memory store does when nobody thinks: units appended directly, one for each of a thousand runs in turn. */
public final class StoreCeiling implements Ceiling {

    /**
     * After so many units a new store is begun, so that the ceiling does not fill the heap of what it is compared with.
     */
    private static final int MOST_UNITS = 1_000_000;

    private final Unit[] units = new Unit[ROWS_PER_RUN];
    private final UUID[] incarnations = new UUID[RUNS];
    private Store store = new MemoryStore();
    private UUID node = UUID.randomUUID();
    private long written;

    public StoreCeiling() {
        units[0] = new Unit(1, System.currentTimeMillis(), new Arrival.RunStarted(1), List.of());
        for (int i = 1; i < units.length; i++) {
            units[i] = Charge.unit(i + 1L);
        }
        begin();
    }

    private void begin() {
        store = new MemoryStore();
        node = UUID.randomUUID();
        written = 0;
        store.join(node, System.currentTimeMillis());
    }

    @Override
    public void append(int rows) {
        if (written > MOST_UNITS) {
            begin();
        }
        List<Write> batch = new ArrayList<>(rows);
        for (int i = 0; i < rows; i++) {
            batch.add(next());
            written++;
        }
        for (Outcome outcome : store.write(batch)) {
            if (!outcome.isDone()) {
                throw new BrokenMeasurementException("the memory store did not take a unit: " + outcome.kind());
            }
        }
    }

    private Write next() {
        int run = (int) (written % RUNS);
        int number = (int) (written / RUNS % ROWS_PER_RUN);
        return number == 0 ? begun(run) : advance(run, null, number, null);
    }

    private Write begun(int run) {
        long now = System.currentTimeMillis();
        UUID incarnation = UUID.randomUUID();
        incarnations[run] = incarnation;
        NewRun launch = new NewRun(incarnation.toString(), incarnation, incarnation, StepLoad.WORKFLOW.name(),
                Payload.NONE, Map.of(), Map.of(), now, now, null);
        return advance(run, new Write.Start(launch, false, List.of()), 0,
                new RunState(RunStatus.RUNNING, Long.MAX_VALUE, "", "", 0, false, now));
    }

    private Write advance(int run, Write.@Nullable Start creation, int number, @Nullable RunState state) {
        return new Write.Advance(node, incarnations[run], creation, List.of(units[number]), List.of(), state, List.of(),
                List.of(), Map.of(), null);
    }

    @Override
    public void close() {
        store.close();
    }
}
