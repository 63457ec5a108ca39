// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.RunStatus;
import dev.perdure.proof.fuzz.Stage.Ending;
import dev.perdure.proof.fuzz.Trial.Violation;
import dev.perdure.proof.fuzz.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The same program with the same arrivals, living in three ways: warm in one engine, evicted at every wait, and brought
 * back cold by another engine after every arrival. The journals must be the same to the letter.
 */
final class Agreement {

    private static final int MOST_ACTIONS = 60;
    private static final long PAUSE_MILLIS = 200;

    /** One thing that the run may hear. */
    private sealed interface Action {

        /** The step under way on a fiber ends. */
        record Answer(String fiber, Ending ending, String value) implements Action {
        }

        record Signal(String name) implements Action {
        }

        record Emit(String event) implements Action {
        }

        record Advance(long millis) implements Action {
        }

        record Cancel() implements Action {
        }
    }

    private final Program program;
    private final long seed;
    private final Disk.Fault fault;
    private final Tally tally;

    Agreement(Program program, long seed, Disk.Fault fault, Tally tally) {
        this.program = program;
        this.seed = seed;
        this.fault = fault;
        this.tally = tally;
    }

    /**
     * Lives three times.
     *
     * @throws Violation if two of the lives differ
     */
    void check() {
        List<Action> told = new ArrayList<>();
        String warm;
        try (Stage stage = stage(100)) {
            stage.start();
            Random dice = new Random(seed ^ 0x5eed);
            while (!stage.isOver() && told.size() < MOST_ACTIONS) {
                Action action = draw(stage, dice, told.size());
                told.add(action);
                perform(stage, action);
            }
            stage.checkLedger();
            warm = stage.text();
            stage.disk.incarnations().forEach(each -> {
                tally.count(stage.journal(each));
                new Prefixes(program, stage.disk, each, tally).check();
            });
        }
        compare(warm, told, 0, false);
        compare(warm, told, 100, true);
    }

    private Stage stage(int cacheSize) {
        return new Stage(program, new Stage.Way(seed, cacheSize, true, fault), tally);
    }

    private void compare(String warm, List<Action> told, int cacheSize, boolean cold) {
        try (Stage stage = stage(cacheSize)) {
            stage.start();
            for (Action action : told) {
                // What must not be repeated, or is no longer wanted, would be answered by the crash itself.
                if (cold && stage.bodies().stream().allMatch(Stage.Body::isRepeatable)) {
                    stage.crash(0);
                }
                perform(stage, action);
            }
            stage.checkLedger();
            String other = stage.text();
            if (!other.equals(warm)) {
                throw new Violation((cold ? "brought back cold" : "evicted") + ", the run says otherwise than warm.\n"
                        + "---- warm\n" + warm + "---- " + (cold ? "cold\n" : "evicted\n") + other
                        + "what happened: " + told);
            }
        }
    }

    private static Action draw(Stage stage, Random dice, int number) {
        List<Stage.Body> bodies = stage.bodies();
        int what = dice.nextInt(100);
        if (!bodies.isEmpty() && what < 70) {
            Stage.Body body = bodies.get(dice.nextInt(bodies.size()));
            return new Action.Answer(body.fiber, Storm.ending(dice, 5), "v" + number);
        }
        if (what < 72) {
            return new Action.Cancel();
        }
        long wakeAt = stage.row().filter(row -> row.status() == RunStatus.SUSPENDED).map(row -> row.wakeAt())
                .orElse(Long.MAX_VALUE);
        if (wakeAt < Long.MAX_VALUE && what < 90) {
            return new Action.Advance(Math.max(1, wakeAt - stage.world.currentMillis()));
        }
        String name = Storm.name(dice.nextInt(3));
        return what < 80 ? new Action.Advance(1_000L * (1 + dice.nextInt(20)))
                : what < 96 ? new Action.Signal(name) : new Action.Emit(name);
    }

    /** Those in memory hear of some things at a later look, those brought back at once: so there is time for some. */
    private static void perform(Stage stage, Action action) {
        tell(stage, action);
        stage.world.advance(PAUSE_MILLIS);
    }

    private static void tell(Stage stage, Action action) {
        switch (action) {
            case Action.Answer answer -> stage.bodies().stream().filter(body -> body.fiber.equals(answer.fiber()))
                    .findFirst().ifPresent(body -> stage.tell(body, answer.ending(), answer.value()));
            case Action.Signal signal -> stage.signal(signal.name());
            case Action.Emit emit -> stage.emit(emit.event());
            case Action.Advance advance -> stage.world.advance(advance.millis());
            case Action.Cancel cancel -> stage.cancel();
        }
    }
}
