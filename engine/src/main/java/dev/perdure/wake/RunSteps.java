// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.step.Attempting;
import dev.perdure.step.StepCaller;
import dev.perdure.store.Answer;
import dev.perdure.store.Attempt;
import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.turn.LiveRun;
import dev.perdure.turn.OpenStep;
import dev.perdure.world.Alarms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The released steps of one live run: being tried, or pausing between two attempts. Touched by the keeper's driver
 * only, but for the call-backs of {@link StepCaller}, which just bring mail.
 */
final class RunSteps implements StepCaller {

    private static final Logger LOG = LoggerFactory.getLogger(RunSteps.class);
    private static final long IN_DOUBT_MILLIS = 100;

    /** A step between two attempts. */
    private record Pause(long nextAt, Alarms.Alarm alarm) {
    }

    private final RunKeeper keeper;
    private final Dispatcher dispatcher;
    private final Mailbox mailbox;
    private final Map<Position, Attempting> attempting = new HashMap<>(4);
    private final Map<Position, Pause> pausing = new HashMap<>(0);
    /** How far an earlier life of the run has come with steps that are still open. */
    private final Map<Position, Attempt> before = new HashMap<>(0);

    /** Known as soon as there is a step. */
    private @Nullable LiveRun live;

    RunSteps(RunKeeper keeper, Dispatcher dispatcher, Mailbox mailbox) {
        this.keeper = keeper;
        this.dispatcher = dispatcher;
        this.mailbox = mailbox;
    }

    void resumeFrom(List<Attempt> attempts) {
        attempts.forEach(attempt -> before.put(attempt.at(), attempt));
    }

    /** Everything the code had heard when it asked for this is durable: now the world may be touched. */
    void begin(LiveRun run, OpenStep step) {
        live = run;
        if (step.spec().isAtMostOnce() && step.isReplayed()) {
            mailbox.post(() -> keeper.hear(new Arrival.StepOutcomeUnknown(step.at(), step.spec().name())));
            return;
        }
        if (step.body() instanceof OpenStep.InTransaction && !(dispatcher.store() instanceof SqlStore)) {
            mailbox.post(() -> keeper.defect = Standing.cannotTransact(step.spec().name(), dispatcher.store()));
            return;
        }
        Attempt last = before.get(step.at());
        if (last != null && !last.step().equals(step.spec().name())) {
            // The code was changed: these were attempts of another step.
            last = null;
        }
        Attempting begun = new Attempting(dispatcher.call(run.plan(), step, keeper.row()), this, dispatcher.around(),
                last);
        attempting.put(step.at(), begun);
        if (step.isWithdrawn()) {
            begun.withdraw();
        } else if (last != null && last.nextAt() > dispatcher.world().currentMillis()) {
            pause(begun, last.nextAt());
        } else {
            mailbox.runOutside(begun::tryHere);
        }
    }

    void withdraw(LiveRun run, OpenStep step) {
        Attempting under = attempting.get(step.at());
        if (under != null) {
            under.withdraw();
        } else if (step.isReplayed()) {
            // An earlier life left it pausing: give it up now, before what is due, as if it had stayed in memory.
            begin(run, step);
        }
    }

    // ---- told by attempts, on their threads ----

    @Override
    public void answered(Attempting which, Arrival.Answer answer, boolean onOwnThread) {
        Runnable letter = () -> {
            if (attempting.remove(answer.at(), which)) {
                boolean tried = endPause(answer.at()) | before.remove(answer.at()) != null | attempts(answer) > 1;
                hear(answer, tried);
            }
        };
        if (onOwnThread) {
            mailbox.postHere(letter);
        } else {
            mailbox.post(letter);
        }
    }

    @Override
    public void landed(Attempting which) {
        mailbox.post(() -> {
            if (attempting.get(which.call().at()) == which) {
                keeper.hearInbox();
                checkHeard(which);
            }
        });
    }

    /** A transaction has landed, and its answer was in the inbox; or somebody else has heard it. */
    private void checkHeard(Attempting which) {
        boolean isOpen = attempting.get(which.call().at()) == which && keeper.goesOn() && live.end() == null
                && live.stuck() == null;
        if (!isOpen) {
            return;
        }
        RunRow row = keeper.row();
        long last = dispatcher.store().lastUnit(row.incarnation()).map(Unit::lastSeq).orElse(0L);
        if (last > live.lastSeq()) {
            keeper.notMine(new Outcome(Outcome.Kind.REFUSED, null));
        } else {
            keeper.defect = Standing.answerIsGone(which.call().spec().name());
        }
    }

    @Override
    public void refused(Attempting which) {
        mailbox.post(() -> {
            if (attempting.get(which.call().at()) == which) {
                keeper.notMine(new Outcome(Outcome.Kind.REFUSED, null));
            }
        });
    }

    /**
     * What a transaction has come to. It was sent to one incarnation, for one question; who does not ask it has no use
     * for the answer.
     */
    boolean hear(LiveRun run, NewMessage message) {
        Answer answer = Answer.of(message);
        if (!answer.incarnation().equals(keeper.row().incarnation())) {
            return true;
        }
        if (!run.awaitsTransaction(answer.at(), answer.step())) {
            LOG.warn("transaction '{}' of run '{}' has landed, but its code has been changed and does not ask for it "
                    + "any more at {}: its answer is dropped", answer.step(), keeper.row().runId(), answer.at());
            return true;
        }
        Attempting under = attempting.remove(answer.at());
        if (under != null) {
            // Whatever it still tries is of no use any more.
            under.abandon();
        }
        boolean tried = endPause(answer.at()) | before.remove(answer.at()) != null | answer.attempts() > 1;
        return hear(new Arrival.StepCompleted(answer.at(), answer.step(), message.value(),
                answer.attempts()), tried);
    }

    private boolean hear(Arrival.Answer answer, boolean tried) {
        boolean heard = keeper.hear(answer);
        if (heard && tried) {
            keeper.draft().answered(answer.at());
        }
        return heard;
    }

    private static int attempts(Arrival.Answer answer) {
        return switch (answer) {
            case Arrival.StepCompleted completed -> completed.attempts();
            case Arrival.StepFailed failed -> failed.attempts();
            default -> 1;
        };
    }

    @Override
    public void progressed(Attempting which, Attempt progress) {
        mailbox.post(() -> {
            if (attempting.get(progress.at()) == which) {
                before.remove(progress.at());
                pause(which, progress.nextAt());
                keeper.draft().progress(progress);
            }
        });
    }

    // ---- pauses ----

    private void pause(Attempting which, long nextAt) {
        Position at = which.call().at();
        Alarms.Alarm next = dispatcher.alarms().set(nextAt, () -> mailbox.post(() -> {
            // Asked once: between two questions the answer may change, and then neither branch would be taken.
            boolean mayBegin = dispatcher.mayBeginSteps();
            if (attempting.get(at) == which && mayBegin && keeper.mayMove() && endPause(at)) {
                mailbox.runOutside(which::tryHere);
            } else if (attempting.get(at) == which && !dispatcher.isClosing() && !mayBegin) {
                pause(which, dispatcher.world().currentMillis() + IN_DOUBT_MILLIS);
            }
        }));
        pausing.put(at, new Pause(nextAt, next));
    }

    private boolean endPause(Position at) {
        Pause pause = pausing.remove(at);
        if (pause != null) {
            pause.alarm().cancel();
        }
        return pause != null;
    }

    int pausing() {
        return pausing.size();
    }

    long nextAttemptAt() {
        long next = Long.MAX_VALUE;
        for (Pause pause : pausing.values()) {
            next = Math.min(next, pause.nextAt());
        }
        return next;
    }

    /** Whether the run may leave memory without interrupting an attempt. */
    boolean allPause() {
        return attempting.size() == pausing.size();
    }

    /** The run leaves memory: attempts are interrupted, and whatever they still come to is dropped. */
    void abandon() {
        attempting.values().forEach(Attempting::abandon);
        attempting.clear();
        pausing.values().forEach(pause -> pause.alarm().cancel());
        pausing.clear();
    }
}
