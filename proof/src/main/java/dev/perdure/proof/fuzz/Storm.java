// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.RunStatus;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.proof.fuzz.Stage.Ending;
import dev.perdure.proof.fuzz.Trial.Violation;
import dev.perdure.proof.fuzz.program.Others;
import dev.perdure.proof.fuzz.program.Program;
import dev.perdure.store.RunRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A program in a world in which everything may happen at any time: arrivals, commits that take their time, engines that
 * end in good order or crash in the middle of a commit, disks that forget.
 */
final class Storm {

    private static final int MOST_ACTIONS = 50;
    private static final int MOST_LAST_ACTIONS = 120;

    private final Random dice;
    private final Program program;
    private final Stage stage;
    private final Tally tally;
    /** What has happened, for whoever reads a violation. */
    private final List<String> story = new ArrayList<>();
    private final boolean hasClock;
    private boolean cancelled;
    private boolean terminated;

    Storm(Program program, long seed, Disk.Fault fault, Tally tally) {
        this.program = program;
        this.dice = new Random(seed ^ 0x57042);
        this.tally = tally;
        this.hasClock = seed % 4 == 0;
        this.stage = new Stage(program, new Stage.Way(seed, dice.nextInt(3) == 0 ? 100 : dice.nextInt(2), false, fault),
                tally);
    }

    /** @throws Violation if something does not hold */
    void check() {
        try {
            live();
        } catch (Violation violation) {
            throw new Violation(violation.getMessage() + "\nwhat happened: " + String.join(", ", story),
                    violation.endless);
        }
    }

    private void live() {
        try (stage) {
            for (int i = 0; i < MOST_ACTIONS && !isOver(); i++) {
                beThere();
                act();
                look();
            }
            comeToRest();
            look();
            tally.ticks += stage.ticksDue().size();
            if (stage.isOver()) {
                tally.ended++;
                tally.terminated += stage.row().orElseThrow().status() == RunStatus.TERMINATED ? 1 : 0;
            } else if (terminated) {
                throw new Violation("the run was terminated and goes on\n" + stage.text());
            }
            stage.disk.incarnations().forEach(each -> {
                List<Unit> journal = stage.journal(each);
                tally.count(journal);
                stage.ledger.check(each.toString(), journal);
                checkEnd(journal);
                new Prefixes(program, stage.disk, each, tally).check();
            });
            stage.checkLedger();
        }
    }

    private boolean isOver() {
        return stage.isOver() && !stage.disk.isDead();
    }

    /** There is a living disk, and a run on it. */
    private void beThere() {
        if (stage.disk.isDead()) {
            crash(0);
        }
        if (hasClock && stage.clock().isEmpty()) {
            stage.schedule();
        }
        if (stage.row().isEmpty() && !stage.disk.isHolding()) {
            story.add("start");
            if (dice.nextInt(4) == 0) {
                stage.startFromOutside();
            } else {
                stage.start();
            }
        }
    }

    // ---- what happens ----

    private void act() {
        int what = dice.nextInt(100);
        story.add(what < 50 ? "step" : what < 53 ? "token or signal" : what < 58 ? "signal" : what < 60 ? "event"
                : what < 62 ? "cancel" : what < 75 ? "advance"
                : what < 82 ? "hold" : what < 90 ? "let" : what < 93 ? "die" : what < 98 ? "" : "restart");
        if (what < 50 && !stage.bodies().isEmpty()) {
            endBody(5);
        } else if (what < 53 && !stage.tokens().isEmpty()) {
            stage.complete(stage.tokens().get(dice.nextInt(stage.tokens().size())), dice.nextInt(5) > 0);
        } else if (what < 58) {
            stage.signal(name(dice.nextInt(3)));
        } else if (what < 60) {
            stage.emit(name(dice.nextInt(3)));
        } else if (what < 62) {
            stop();
        } else if (what < 75) {
            stage.world.advance(1_000L * (1 + dice.nextInt(12)));
        } else if (what < 82) {
            stage.disk.holdWrites();
        } else if (what < 90) {
            stage.disk.letWrite();
            stage.world.settle();
        } else {
            end(what);
        }
    }

    private void stop() {
        if (dice.nextInt(8) == 0) {
            story.add("terminate");
            terminated |= stage.terminate();
        } else {
            stage.cancel();
            cancelled = true;
        }
    }

    private void end(int what) {
        if (what < 93) {
            stage.disk.dieAfter(dice.nextInt(3), dice.nextBoolean());
        } else if (what < 95) {
            crash(0);
        } else if (what < 98) {
            crash(dice.nextInt(1 + stage.disk.changes()));
        } else {
            stage.restart();
        }
    }

    private void crash(int lost) {
        story.add("crash (" + lost + " lost)");
        terminated &= lost == 0;
        stage.crash(lost);
    }

    private void endBody(int failsOneOf) {
        List<Stage.Body> bodies = stage.bodies();
        Stage.Body body = bodies.get(dice.nextInt(bodies.size()));
        stage.tell(body, body.hasHeartbeats() && dice.nextInt(3) > 0 ? Ending.BEATS : ending(dice, failsOneOf),
                "v" + dice.nextInt(1_000));
    }

    /** Of a signal or an event: programs have three. */
    static String name(int number) {
        return String.valueOf((char) ('a' + number));
    }

    /** How a body ends that fails once in so many times, in one of three ways. */
    static Ending ending(Random dice, int failsOneOf) {
        return dice.nextInt(failsOneOf) > 0 ? Ending.RETURNS
                : List.of(Ending.FAILS, Ending.FAILS_LATER, Ending.FAILS_FOR_GOOD).get(dice.nextInt(3));
    }

    /** Nothing fails any more, and everything that the run waits for comes. */
    private void comeToRest() {
        if (stage.disk.isDead()) {
            crash(0);
        }
        stage.disk.calmDown();
        stage.world.settle();
        for (int i = 0; i < MOST_LAST_ACTIONS && !stage.isOver(); i++) {
            beThere();
            stage.tokens().forEach(token -> stage.complete(token, true));
            if (!stage.bodies().isEmpty()) {
                endBody(20);
            } else if (i % 3 == 0) {
                stage.signal(name(i % 9 / 3));
            } else if (i < 9 && i % 3 == 1) {
                stage.emit(name(i / 3));
            } else if (i > MOST_LAST_ACTIONS / 2 && !cancelled) {
                stage.cancel();
                cancelled = true;
            } else {
                stage.world.advance(10_000);
            }
        }
        // A look from elsewhere, and every timer that is due.
        stage.world.advance(2_000);
    }

    // ---- what must hold ----

    private void look() {
        if (stage.disk.isDead() || stage.disk.isHolding()) {
            return;
        }
        long heard = stage.row().flatMap(row -> stage.disk.bare().lastUnit(row.incarnation())).map(Unit::at).orElse(0L);
        if (heard > stage.world.currentMillis()) {
            throw new Violation("the run has heard something " + (heard - stage.world.currentMillis())
                    + " ms before its time\n" + stage.text());
        }
        if (!problem().isEmpty()) {
            // The engine finds some things only when it next looks by itself.
            stage.notice();
            String problem = problem();
            if (!problem.isEmpty() && !stage.disk.isDead()) {
                throw new Violation(problem + "\n" + stage.text());
            }
        }
    }

    private String problem() {
        long going = stage.going(Others.QUEUE.name());
        if (going > Others.QUEUE.limit()) {
            return going + " runs of the queue go on at once";
        }
        List<RunRow> rows = stage.rows();
        Set<String> ticks = rows.stream().filter(row -> row.workflow().equals(Others.TICK.name())).map(RunRow::runId)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!ticks.equals(stage.ticksDue())) {
            return "there were the ticks " + ticks + ", but it should have been " + stage.ticksDue();
        }
        return rows.stream().filter(row -> !problem(row).isEmpty())
                .map(row -> row.workflow() + " run '" + row.runId() + "' " + problem(row)).findFirst().orElse("");
    }

    private String problem(RunRow row) {
        boolean busy = stage.isBusy(row.incarnation());
        // An activity that is tried again stays suspended until it says something.
        boolean isTriedAgain = busy && Others.isActivity(row.workflow());
        boolean standsInLine = !row.queue().isEmpty() && row.owner() == null
                && stage.going(row.queue()) >= Others.QUEUE.limit();
        return switch (row.status()) {
            case STUCK -> "is stuck";
            case RUNNING -> busy || standsInLine ? "" : "has a step open, and nothing is under way";
            case SUSPENDED -> isTriedAgain || standsInLine ? ""
                    : row.wakeAt() <= stage.world.currentMillis() ? "slept past its time"
                    : stage.disk.bare().inbox(row.chain()).isEmpty() ? "" : "sleeps with messages in its inbox";
            case QUEUED -> standsInLine ? "" : "is queued and nobody takes it";
            default -> "";
        };
    }

    /** The program catches everything but what its own steps and its cancellation throw. */
    private void checkEnd(List<Unit> journal) {
        if (!journal.isEmpty() && !journal.getLast().commands().isEmpty()
                && journal.getLast().commands().getLast() instanceof Command.RunFailed failed
                && !failed.failure().type().endsWith("StepFailedException")) {
            throw new Violation("the run failed with " + failed.failure().summary() + "\n"
                    + failed.failure().trace() + "\n" + stage.text());
        }
    }
}
