// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.Activity;
import dev.perdure.CancelledException;
import dev.perdure.Durations;
import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.PerdureException;
import dev.perdure.RunStatus;
import dev.perdure.StepBody;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.journal.Wait;
import dev.perdure.step.Attempting;
import dev.perdure.step.InActivity;
import dev.perdure.step.StepCaller;
import dev.perdure.store.Attempt;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Parent;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Verdict;
import dev.perdure.store.Write;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an activity in memory for one attempt: begins it, remembers what it says of its progress, and says how it has
 * ended. If another attempt is to follow the activity is let go, and comes back like any run whose time has come: here
 * or elsewhere, after a crash or without one, by the same way.
 *
 * <p>Its caller may be here, too. Then it is told without a message, and the commit that makes it hear the end is the
 * one that makes the end durable; only if it cannot hear it now, the end is written as that of any other run.
 */
final class ActivityKeeper extends Keeper implements StepCaller {

    /** How it stands once this attempt is over. */
    private record Ending(RunState state, @Nullable Command last) {

        List<Unit> units() {
            return last == null ? List.of()
                    : List.of(new Unit(1, state.at(), new Arrival.RunStarted(0), List.of(last)));
        }
    }

    /** The first attempt is due whatever the clock says, which may have been set back since the start. */
    private static final long AT_ONCE = 0;
    private static final String ATTEMPT = "attempt";
    private static final String COMPLETION = "completion";

    private final Repertoire.KnownActivity known;

    private @Nullable NewRun launch;
    /** To be made by the next commit; null once it is there. */
    private Write.@Nullable Start creation;
    /** How far it has come, and whether the store does not know that yet. */
    private Attempt progress;
    private boolean progressed;
    private final Set<Long> heard = new LinkedHashSet<>(0);
    private @Nullable Attempting attempting;
    private @Nullable Ending ending;
    private boolean withdrawn;
    /** It has been left to somebody outside: by this attempt, or by one that was here before. */
    private volatile boolean deferred;
    private boolean awaited;
    private long begunAt;
    /** There was mail before it was loaded. */
    private boolean called;
    /** Who called it is hearing of its end. */
    private boolean telling;
    /** Who called it cannot hear of its end here. */
    private boolean alone;
    private volatile boolean inFlight;

    ActivityKeeper(Dispatcher dispatcher, RunRow row, Repertoire.KnownActivity known) {
        super(dispatcher, row);
        this.known = known;
        this.progress = new Attempt(Attempt.WHOLE_RUN, row.workflow(), 0, now(), AT_ONCE, null, Payload.NONE);
    }

    // ---- mail, from any thread ----

    /** It does not exist yet. */
    void postCreate(Write.Start start, CompletableFuture<Outcome> created) {
        mailbox.post(() -> {
            launch = start.run();
            creation = start;
            starter.waits(created);
        });
    }

    @Override
    void postWaits(CompletableFuture<List<Wait>> told) {
        told.complete(List.of());
    }

    @Override
    void postEviction(long since) {
        // It is never warm.
    }

    /** Whether who called it has heard of its end, durably, and nothing is left of it in the store. */
    void postHeard(boolean durable) {
        mailbox.post(() -> {
            telling = false;
            alone = !durable;
            if (durable && !gone) {
                row = row.after(ending.state(), 0);
                leave();
                dispatcher.released(row, ending.last());
            }
        });
    }

    // ---- coming into memory ----

    @Override
    void load(Store.Loaded loaded) {
        launch = loaded.launch();
        loaded.attempts().forEach(only -> progress = only);
        awaited = Wait.parse(row.waiting()).stream().anyMatch(wait -> wait.kind().equals(COMPLETION));
        if (row.recoveries() > dispatcher.settings().recoveryLimit()) {
            end(Standing.stuck(Standing.crashLoop(row.recoveries()), now()), null);
        }
        if (loaded.unread() || called) {
            hearInbox();
        }
    }

    @Override
    void hear(List<Message> messages) {
        if (ending != null || launch == null || creation != null) {
            called = true;
            return;
        }
        called = false;
        for (Message message : messages) {
            NewMessage content = message.content();
            switch (content.kind()) {
                case CANCEL -> {
                    if (Limit.isSender(content)) {
                        abandon();
                        Command last = new Command.RunCancelled(Failure.cancelled("activity '" + row.workflow()
                                + "' was cancelled: " + content.name()));
                        end(Standing.finished(last, 0, now()), last);
                    } else {
                        withdraw();
                    }
                }
                case TERMINATE -> {
                    abandon();
                    end(Standing.terminated(content.sentence(), 0, now()), null);
                }
                case VERDICT -> {
                    Verdict verdict = Verdict.of(content);
                    if (ending == null && verdict.attempt() == progress.made() + 1) {
                        abandon();
                        end(Standing.finished(verdict.end(), 0, now()), verdict.end());
                    } else {
                        heard.add(message.number());
                    }
                }
                // An activity hears nothing else.
                case SIGNAL, ANSWER, CHILD_ENDED, SIGNALLED, LEARNED -> heard.add(message.number());
            }
        }
    }

    // ---- what is to be done next ----

    @Override
    void flush() {
        if (gone || inFlight || telling || launch == null) {
            return;
        }
        if (creation != null) {
            submit(Standing.running(now()), List.of());
            return;
        }
        if (ending == null && attempting == null) {
            begin();
        }
        if (ending != null) {
            tellEnd();
        } else if (attempting != null && (progressed || !heard.isEmpty())) {
            submit(null, List.of());
        }
    }

    private void begin() {
        if (progress.nextAt() > now() && !withdrawn) {
            pause(awaited ? COMPLETION : ATTEMPT, progress);
        } else if (dispatcher.mayBeginSteps()) {
            Attempting begun = attempt();
            if (begun != null) {
                attempting = begun;
                begunAt = now();
                if (withdrawn) {
                    begun.withdraw();
                }
                mailbox.runOutside(begun::tryHere);
            }
        }
    }

    /** Null if its input cannot be read: then it is stuck. */
    private @Nullable Attempting attempt() {
        try {
            Object input = dispatcher.settings().payloads().decode(launch.input(), known.definition().input());
            return new Attempting(dispatcher.call(known, row, awaited ? step -> {
                throw new TimeoutException("attempt " + step.attempt() + " of activity '" + step.name()
                        + "' was left to somebody outside, who did not complete it within "
                        + dispatcher.timeout(known.definition()));
            } : body(input)), this, dispatcher.around(), progress);
        } catch (PerdureException unreadable) {
            end(Standing.stuck("Its input cannot be read: " + unreadable.getMessage() + " Mend the code or the codec, "
                    + "then redrive the run.", now()), null);
            return null;
        }
    }

    @SuppressWarnings("unchecked")
    private StepBody<Object> body(@Nullable Object input) {
        Activity.Body<Object, Object> body = (Activity.Body<Object, Object>) known.body();
        Duration silence = known.definition().heartbeatTimeout();
        InActivity.Terms terms = new InActivity.Terms(launch.headers(), silence,
                progress.progress(), this::progressed, this::defer);
        return step -> {
            try (InActivity attempt = new InActivity(step, terms, dispatcher.settings().payloads(),
                    dispatcher.around(), silent -> attempting.overdue(step.attempt(), silent))) {
                return body.run(attempt, input);
            }
        };
    }

    /** Called by the body, on its thread. */
    private String defer() {
        deferred = true;
        return new Verdict.Token(row.incarnation(), progress.made() + 1).toString();
    }

    private void withdraw() {
        withdrawn = true;
        if (attempting != null) {
            attempting.withdraw();
        }
    }

    // ---- told by the attempt, on its threads ----

    private void progressed(Payload said) {
        mailbox.post(() -> {
            if (ending == null && !gone) {
                progress = progress.with(said);
                progressed = true;
            }
        });
    }

    @Override
    public void progressed(Attempting which, Attempt next) {
        mailbox.post(() -> {
            if (ending == null && !gone) {
                pause(ATTEMPT, next.with(progress.progress()));
            }
        });
    }

    @Override
    public void answered(Attempting which, Arrival.Answer answer, boolean onOwnThread) {
        Runnable letter = () -> {
            if (ending == null && !gone) {
                if (deferred && answer instanceof Arrival.StepCompleted) {
                    Duration timeout = dispatcher.timeout(known.definition());
                    long until = timeout == null ? Long.MAX_VALUE : begunAt + Durations.ceilMillis(timeout);
                    pause(COMPLETION, progress.due(until));
                } else {
                    endWith(answer);
                }
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
        throw new IllegalStateException("an activity is no transaction");
    }

    @Override
    public void refused(Attempting which) {
        throw new IllegalStateException("an activity is no transaction");
    }

    // ---- how it ends ----

    /** Lets go of it until something comes, or it is time. */
    private void pause(String kind, Attempt next) {
        progressed |= !next.equals(progress);
        progress = next;
        String waiting = Wait.format(List.of(new Wait(kind, row.workflow(), "", now(), next.nextAt())));
        end(Standing.suspended(next.nextAt(), waiting, true, now()), null);
    }

    private void endWith(Arrival.Answer answer) {
        Command last = switch (answer) {
            case Arrival.StepCompleted completed -> new Command.RunCompleted(completed.result());
            case Arrival.StepFailed failed -> withdrawn && failed.failure().is(CancelledException.class)
                    ? new Command.RunCancelled(failed.failure()) : new Command.RunFailed(failed.failure());
            case Arrival.StepCancelled cancelled -> new Command.RunCancelled(Failure.of(new CancelledException(
                    "activity '" + row.workflow() + "' was asked to stop"), dispatcher.settings().payloads()));
            default -> throw new IllegalStateException("an activity was answered with " + answer);
        };
        end(Standing.finished(last, 0, now()), last);
    }

    /** Nothing more comes from the attempt, so its place is free, even before this is durable. */
    private void end(RunState state, @Nullable Command last) {
        ending = new Ending(state, last);
        place.giveBack();
    }

    private void tellEnd() {
        Parent parent = launch.parent();
        boolean isFinished = ending.state().status().isFinished();
        RunKeeper caller = parent == null || alone || !isFinished || launch.hasChosenName() ? null
                : dispatcher.keeperOf(parent);
        if (caller == null) {
            submit(ending.state(), ending.units());
            return;
        }
        telling = true;
        RunState state = ending.state();
        caller.postEndOf(this, new ChildEnd(parent.incarnation(), parent.at(), state.status(),
                ChildEnd.value(state.status(), state.problem(), ending.last())));
    }

    // ---- committing ----

    private void submit(@Nullable RunState state, List<Unit> units) {
        inFlight = true;
        List<Attempt> attempts = progressed ? List.of(progress) : List.of();
        progressed = false;
        Write.Advance write = new Write.Advance(node, row.incarnation(), creation, units, List.copyOf(heard), state,
                attempts, List.of(), Map.of(), null);
        heard.clear();
        dispatcher.committer().submit(new RunCommit(write, 0, mailbox, this::landed, this::refused));
    }

    private void landed(RunCommit commit, Outcome outcome) {
        Write.Advance write = commit.write();
        inFlight = false;
        outcome.joiners().forEach(dispatcher::call);
        if (gone) {
            starter.tell(waiting -> waiting.complete(outcome));
            return;
        }
        if (!outcome.isDone()) {
            notMine(outcome);
            return;
        }
        readOn(write);
        row = write.state() == null ? row : row.after(write.state(), 0);
        if (creation != null) {
            creation = null;
            isMade();
            if (called) {
                hearInbox();
            }
        }
        if (!write.units().isEmpty() || write.state() != null && write.state().release()) {
            leave();
            dispatcher.released(row, ending.last());
            if (row.status().isFinished() && launch.parent() != null) {
                dispatcher.call(launch.parent().chain());
            }
        }
    }

    private void refused(StoreException cause) {
        inFlight = false;
        if (gone) {
            starter.tell(waiting -> waiting.completeExceptionally(cause));
        } else if (starter.isWaiting()) {
            notMade(cause);
        } else if (cause.effect() != StoreException.Effect.NOTHING_REFUSED
                || ending != null && ending.state().status() == RunStatus.STUCK) {
            Standing.warnOfUnwritten(row, cause);
            leave();
        } else {
            abandon();
            progressed = false;
            end(Standing.stuck(Standing.refused(cause), now()), null);
        }
    }

    // ---- leaving memory ----

    @Override
    void abandon() {
        if (attempting != null) {
            attempting.abandon();
        }
    }

    @Override
    boolean hasMore() {
        return called;
    }

    private long now() {
        return dispatcher.world().currentMillis();
    }

    // ---- for the dispatcher, from other threads ----

    @Override
    boolean isCommitting() {
        return inFlight;
    }

    @Override
    boolean isIdle() {
        return super.isIdle() && !telling;
    }
}
