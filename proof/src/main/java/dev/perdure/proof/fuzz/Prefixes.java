// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.Payloads;
import dev.perdure.PerdureException;
import dev.perdure.RunInfo;
import dev.perdure.RunStatus;
import dev.perdure.StepContext;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.proof.fuzz.Trial.Violation;
import dev.perdure.proof.fuzz.program.Actor;
import dev.perdure.proof.fuzz.program.Doing;
import dev.perdure.proof.fuzz.program.Program;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Replays every prefix of a journal cold, in an engine that has never seen the run. None may diverge, each must have
 * seen what the shorter ones had, and the whole what the run returned.
 */
final class Prefixes {

    private static final Payloads PAYLOADS = Payloads.found();

    /** Nobody carries out anything, and each copy takes itself for the run. */
    private final class Nothing implements Doing {

        @Override
        public String answer(StepContext step, String site, boolean once) {
            wrong = "step " + step.idempotencyKey() + " was carried out";
            return "";
        }

        @Override
        public void plays(List<String> operations) {
            wrong = "the run was told that it was not being replayed, in " + operations;
        }

        @Override
        public void log(String line) {
            wrong = "the run was told that it was not being replayed, at " + line;
        }

        @Override
        public void wrong(String what) {
            wrong = what;
        }

        @Override
        public RunInfo self(RunInfo info) {
            return new RunInfo(launch.runId(), launch.incarnation(), info.workflow(), info.startedAt(),
                    info.headers(), info.journalSize());
        }

        @Override
        public int version() {
            return Integer.MAX_VALUE;
        }

        @Override
        public boolean isComparable() {
            return false;
        }
    }

    private final Program program;
    private final NewRun launch;
    private final List<Unit> journal;
    private final Tally tally;
    private String answer = "";
    private String wrong = "";

    Prefixes(Program program, Disk disk, UUID incarnation, Tally tally) {
        this.program = program;
        this.launch = disk.bare().launch(incarnation).orElseThrow();
        this.journal = disk.bare().journal(incarnation, 0, Integer.MAX_VALUE);
        this.tally = tally;
    }

    /** @throws Violation if a prefix cannot be replayed, or has not seen the same */
    void check() {
        MemoryStore store = store();
        Puppets world = new Puppets(1);
        Workflow.Implemented<Integer, String> workflow = Workflow.of("fuzz", Integer.class, String.class,
                (ctx, generation) -> Actor.play(program, new Nothing(), ctx, generation));
        try (Engine engine = Engine.builder().store(store).world(world).workflow(workflow)
                .closeDeadline(Duration.ZERO).start()) {
            String before = "";
            for (int length = 1; length <= journal.size(); length++) {
                String seen = replay(world, engine, length);
                if (!seen.startsWith(before)) {
                    throw new Violation("replayed from " + length + " units, the run has seen\n" + seen
                            + "\nbut from one unit less\n" + before);
                }
                before = seen;
            }
            compareWithResult(before);
        } finally {
            // The closed engine's threads end.
            world.settle();
        }
    }

    private void compareWithResult(String seen) {
        List<Command> last = journal.isEmpty() ? List.of() : journal.getLast().commands();
        if (!last.isEmpty() && last.getLast() instanceof Command.RunCompleted completed
                && !completed.result().equals(PAYLOADS.encode(seen))) {
            throw new Violation("the run has returned\n" + completed.result().text()
                    + "\nbut its replay has seen\n" + seen);
        }
    }

    /** A run for each prefix; finished, so that nobody goes on with it. */
    private MemoryStore store() {
        MemoryStore store = new MemoryStore();
        UUID node = new UUID(0, 1);
        store.join(node, 0);
        for (int length = 1; length <= journal.size(); length++) {
            UUID id = new UUID(1, length);
            NewRun run = new NewRun(Stage.RUN + length, id, id, launch.workflow(), launch.input(), launch.headers(),
                    launch.attributes(), launch.createdAt(), launch.startAt(), null);
            store.write(List.of(new Write.Advance(node, id, new Write.Start(run, false, List.of()),
                    journal.subList(0, length), List.of(),
                    new RunState(RunStatus.COMPLETED, Long.MAX_VALUE, "", "", 0, true, 0), List.of(), List.of(),
                    Map.of(), null)));
        }
        return store;
    }

    private static void join(Thread asking) {
        try {
            if (!asking.join(Duration.ofMinutes(1))) {
                throw new Violation("a query was not answered");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private String replay(Puppets world, Engine engine, int length) {
        tally.replays++;
        PerdureException[] stuck = new PerdureException[1];
        Thread asking = world.callFromOutside(() -> {
            try {
                answer = engine.handle(Stage.RUN + length).query("seen", null, String.class);
            } catch (PerdureException refused) {
                stuck[0] = refused;
            }
        });
        join(asking);
        if (stuck[0] != null) {
            throw new Violation("replayed from " + length + " of " + journal.size() + " units: "
                    + stuck[0].getMessage());
        }
        if (!wrong.isEmpty()) {
            throw new Violation("replayed from " + length + " of " + journal.size() + " units, " + wrong);
        }
        return answer;
    }
}
