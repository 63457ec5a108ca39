// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.RunStatus;
import dev.perdure.fiber.FiberGroup;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnreadableUnitException;
import dev.perdure.journal.Wait;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.turn.LiveRun;
import dev.perdure.turn.Report;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps a run with a journal: hears what comes for it, lets it think, commits what it said, releases its steps. */
final class RunKeeper extends Keeper {

    private final RunSteps steps;
    private final Family family;
    private final RunAlarm alarm;

    private @Nullable LiveRun live;
    private @Nullable NewRun launch;
    private Draft draft = new Draft();
    /** What the committer has; at most one. Written by the driver, read by whoever waits for quiet. */
    private volatile @Nullable Draft inFlight;
    private long durableSeq;
    private @Nullable String terminated;
    /** Why the run cannot go on as it is. */
    @Nullable String defect;
    /** There was mail before it was loaded. */
    private boolean called;
    /** The commit under way gives the run back. */
    private boolean lettingGo;
    /** There was something to hear, but the run could not move. */
    private boolean crowdedOut;

    private volatile long thinkingSince;
    /** The facts that its code waits for. */
    private volatile Set<String> awaited = Set.of();

    RunKeeper(Dispatcher dispatcher, RunRow row) {
        super(dispatcher, row);
        this.steps = new RunSteps(this, dispatcher, mailbox);
        this.family = new Family(this, dispatcher, mailbox);
        this.alarm = new RunAlarm(dispatcher.alarms(), mailbox);
    }

    // ---- mail, from any thread ----

    void postCreate(Write.Start start, CompletableFuture<Outcome> created) {
        mailbox.post(() -> create(start, created));
    }

    /** An activity that this run has called has ended, and is here, too. */
    void postEndOf(ActivityKeeper activity, ChildEnd end) {
        mailbox.post(() -> {
            if (goesOn() && live != null && live.end() == null && mayMove()) {
                family.hear(live, activity, end);
            } else {
                activity.postHeard(false);
            }
        });
    }

    /** Answers a query once everything the code has heard is durable. */
    void postQuery(Question asked) {
        mailbox.post(() -> {
            if (live == null || gone) {
                dispatcher.askReplayed(asked);
            } else {
                asked.ask(live, draft.isEmpty() ? inFlight : draft, dispatcher::askReplayed);
            }
        });
    }

    @Override
    boolean awaits(String fact) {
        return awaited.contains(fact);
    }

    @Override
    void postWaits(CompletableFuture<List<Wait>> told) {
        mailbox.post(() -> told.complete(live == null || gone ? List.of() : live.waits()));
    }

    @Override
    void postEviction(long since) {
        if (place.isWarmSince(since)) {
            mailbox.post(this::evict);
        }
    }

    /**
     * Its code waits in a way that keeps others from moving, so the run is stuck. Works although no virtual thread can
     * move: the fibers are unwound on the calling thread, a platform one.
     */
    void postHolding(String what) {
        mailbox.postHere(() -> {
            defect = what;
            dispatcher.unwind(live);
        });
    }

    // ---- coming into memory ----

    /** A run nobody has ever seen: takes its first turn and commits it together with the run itself. */
    private void create(Write.Start start, CompletableFuture<Outcome> created) {
        launch = start.run();
        live = new LiveRun(dispatcher.plan(launch));
        starter.waits(created);
        draft.creation = start;
        hear(new Arrival.RunStarted(dispatcher.world().randomLong()));
    }

    /** Thinks up to where the run stands. */
    @Override
    void load(Store.Loaded loaded) {
        if (row.recoveries() > dispatcher.settings().recoveryLimit()) {
            defect = Standing.crashLoop(row.recoveries());
            return;
        }
        launch = loaded.launch();
        live = new LiveRun(dispatcher.plan(launch));
        try {
            thinkingSince = dispatcher.world().nanoTime();
            live.replay(new JournalReader(dispatcher.store(), loaded));
        } catch (UnreadableUnitException unreadable) {
            defect = unreadable.getMessage();
            return;
        } finally {
            thinkingSince = 0;
        }
        durableSeq = live.lastSeq();
        awaited = live.exchange().awaitedFacts();
        steps.resumeFrom(loaded.attempts());
        family.rejoin(live, launch);
        if (durableSeq == 0) {
            hear(new Arrival.RunStarted(dispatcher.world().randomLong()));
        } else {
            dispatcher.observer().runReplayed(row.workflow(), row.runId(), durableSeq);
        }
        if (loaded.unread() || called) {
            hearInbox();
        }
    }

    // ---- hearing ----

    @Override
    void hear(List<Message> messages) {
        if (live == null || terminated != null || live.end() != null) {
            called = true;
            return;
        }
        if (messages.isEmpty() || !mayMove()) {
            return;
        }
        for (Message message : messages) {
            if (draft.hasHeard(message.number()) || inFlight != null && inFlight.hasHeard(message.number())) {
                continue;
            }
            NewMessage content = message.content();
            boolean heard = switch (content.kind()) {
                case SIGNAL -> hear(new Arrival.SignalReceived(content.name(), content.value(), content.id()));
                case CANCEL -> hear(new Arrival.CancelRequested(content.name(), content.sender()));
                case TERMINATE -> {
                    // If what was heard just before has ended this incarnation, it is for the next one.
                    if (live.end() == null) {
                        terminated = content.sentence();
                    }
                    yield false;
                }
                case ANSWER -> steps.hear(live, content);
                case CHILD_ENDED, SIGNALLED, LEARNED -> family.hear(live, content);
                case VERDICT -> true;
            };
            if (!heard) {
                return;
            }
            draft.heard(message.number());
        }
    }

    /** Whether it still hears what comes. */
    boolean goesOn() {
        return !gone && !lettingGo && terminated == null;
    }

    boolean hear(Arrival arrival) {
        return hear(arrival, row.createdAt());
    }

    private boolean hear(Arrival arrival, long notBefore) {
        if (gone || live == null || terminated != null) {
            return false;
        }
        long at = Math.max(Math.max(dispatcher.world().currentMillis(), notBefore), live.now());
        thinkingSince = dispatcher.world().nanoTime();
        Unit unit = live.hear(arrival, at);
        thinkingSince = 0;
        if (unit == null) {
            return false;
        }
        awaited = live.exchange().awaitedFacts();
        draft.add(unit);
        draft.publish(live.takePublished());
        family.note(live, launch, node);
        live.takeWithdrawn().forEach(step -> steps.withdraw(live, step));
        return true;
    }

    /** What the next commit will be made of. */
    Draft draft() {
        return draft;
    }

    // ---- committing ----

    @Override
    void flush() {
        if (gone || inFlight != null || live == null && defect == null) {
            return;
        }
        Report trouble = trouble();
        if (trouble == null && terminated == null) {
            long now = dispatcher.world().currentMillis();
            if (live.nextDue() <= now && mayMove()) {
                live.dueTimers(now).forEach(this::hear);
            }
            trouble = trouble();
            if (trouble == null && draft.isEmpty()) {
                settle();
            }
        }
        RunState state = stateNow(trouble);
        if (state != null || !draft.isEmpty()) {
            submit(state);
        }
    }

    private @Nullable Report trouble() {
        if (defect != null) {
            return new Report("refused", defect);
        }
        return Standing.trouble(live, dispatcher.settings().journalLimit());
    }

    /** Where the run stands after what is in the draft; null if the store knows that already. */
    private @Nullable RunState stateNow(@Nullable Report trouble) {
        long now = dispatcher.world().currentMillis();
        if (terminated != null) {
            return Standing.terminated(terminated, live.unread().size(), now);
        }
        if (trouble != null) {
            return Standing.stuck(trouble.text(), now);
        }
        if (live.end() != null) {
            return Standing.finished(live.end(), live.unread().size(), now);
        }
        if (live.openSteps() > steps.pausing() || family.isAsking(live)) {
            // What has not moved keeps its count of recoveries: that is how a crash loop is noticed.
            boolean known = row.status() == RunStatus.RUNNING && draft.creation == null
                    && (row.recoveries() == 0 || !draft.hasUnits());
            return known ? null : Standing.running(now);
        }
        long wakeAt = Math.min(live.nextDue(), steps.nextAttemptAt());
        if (row.status() == RunStatus.SUSPENDED && row.wakeAt() == wakeAt && draft.isEmpty()) {
            return null;
        }
        // Whoever waits in a queue counts for its limits as long as it is here.
        boolean release = !place.isWarm() && (isQueued() || dispatcher.isCacheFull(wakeAt)) && steps.allPause();
        return Standing.suspended(wakeAt, Wait.format(live.waits()), release, now);
    }

    private void submit(@Nullable RunState state) {
        Write.Succession successor = Standing.succession(row, launch, live, state);
        inFlight = draft;
        draft = new Draft();
        lettingGo = state != null && state.release();
        Write.Advance write = inFlight.write(node, row.incarnation(), state, successor);
        dispatcher.committer().submit(new RunCommit(write, live == null ? 0 : live.lastSeq(), mailbox, this::landed,
                this::refused));
    }

    private void landed(RunCommit commit, Outcome outcome) {
        Draft landed = inFlight;
        inFlight = null;
        outcome.joiners().forEach(dispatcher::call);
        if (gone) {
            starter.tell(waiting -> waiting.complete(outcome));
            if (outcome.isDone() && (commit.write().successor() != null
                    || !commit.write().others().kept().isEmpty())) {
                dispatcher.findLost();
            }
            return;
        }
        if (!outcome.isDone()) {
            notMine(outcome);
            return;
        }
        Standing.warnOfLength(row, durableSeq, commit.upTo(), dispatcher.settings());
        durableSeq = commit.upTo();
        readOn(commit.write());
        RunState state = commit.write().state();
        row = state == null ? row : row.after(state, state.unread());
        if (starter.isWaiting()) {
            isMade();
        }
        landed.isDurable(true);
        if (state != null && state.release()) {
            released(commit.write().successor());
        }
    }

    private void refused(StoreException cause) {
        Draft lost = inFlight;
        inFlight = null;
        if (gone) {
            starter.tell(waiting -> waiting.completeExceptionally(cause));
            return;
        }
        lost.isDurable(false);
        if (starter.isWaiting()) {
            notMade(cause);
        } else if (cause.effect() != StoreException.Effect.NOTHING_REFUSED || defect != null) {
            Standing.warnOfUnwritten(row, cause);
            leave();
        } else {
            // The content of this commit is at fault; without it the run is as it was, and can say why it does not go
            // on.
            defect = Standing.refused(cause);
            draft.isDurable(false);
            draft = new Draft();
            lettingGo = false;
        }
    }

    /** The run is nobody's now: it has finished, is stuck, or waits for long. */
    private void released(Write.@Nullable Succession successor) {
        leave();
        dispatcher.released(row, live == null ? null : live.end());
        family.released(live, launch);
        if (successor != null) {
            dispatcher.keepSuccessor(successor.run());
        }
    }

    // ---- everything is durable ----

    private void settle() {
        if (dispatcher.mayBeginSteps()) {
            live.release(durableSeq).forEach(step -> steps.begin(live, step));
        }
        alarm.set(live.nextDue());
        // A run that the store still has as suspended may have begun a step just now.
        if (!place.isWarm() && row.status() == RunStatus.SUSPENDED && live.openSteps() <= steps.pausing()
                && (!place.rest(row) | isQueued())) {
            evict();
        }
        place.moved();
    }

    private boolean isQueued() {
        return !row.queue().isEmpty();
    }

    /**
     * A warm run takes a place among the active ones before it moves. If there is none it leaves memory; whoever gives
     * a place back brings it in again. A run that is being let go does not move: it may be somebody else's already.
     */
    boolean mayMove() {
        if (lettingGo || !place.take()) {
            crowdedOut = true;
            evict();
            return false;
        }
        return true;
    }

    // ---- leaving memory ----

    /** Lets go of a warm run, if it still is one. */
    private void evict() {
        if (!gone && inFlight == null && place.isWarm()) {
            submit(Standing.suspended(row.wakeAt(), row.waiting(), true, dispatcher.world().currentMillis()));
        }
    }

    @Override
    void abandon() {
        draft.isDurable(false);
        if (inFlight != null) {
            inFlight.isDurable(false);
        }
        alarm.cancel();
        steps.abandon();
    }

    @Override
    boolean hasMore() {
        return crowdedOut || !draft.isEmpty();
    }

    @Override
    void leave() {
        boolean leaves = !gone;
        super.leave();
        if (leaves && live != null) {
            dispatcher.unwind(live);
        }
    }

    // ---- for the dispatcher, from other threads ----

    @Override
    boolean isCommitting() {
        return inFlight != null;
    }

    /** Since when the run has been in its present turn, on the monotonic clock; 0 between turns. */
    long thinkingSince() {
        return thinkingSince;
    }

    /** The threads of its code, for a watchdog; null as long as it is not loaded. */
    @Nullable FiberGroup fibers() {
        // It may become something else than null once, and never null again.
        return live == null ? null : live.fibers();
    }
}
