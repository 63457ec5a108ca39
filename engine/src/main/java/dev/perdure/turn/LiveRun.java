// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Activity;
import dev.perdure.Body;
import dev.perdure.CancelRequest;
import dev.perdure.ContextMisuseException;
import dev.perdure.Definition;
import dev.perdure.Durations;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.PerdureException;
import dev.perdure.Promise;
import dev.perdure.StartOptions;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.fiber.Fiber;
import dev.perdure.fiber.FiberGroup;
import dev.perdure.fiber.Unwinding;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Event;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.journal.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run in memory: hears one arrival at a time and returns what the code said to it.
 *
 * <p>Driven by one thread at a time, best a virtual one; the driver must see what the driver before it wrote. Between
 * two turns nothing in here moves.
 */
public final class LiveRun {

    /**
     * What a run is made of.
     *
     * @param runId its name
     * @param incarnation this life under the name
     * @param workflow its definition
     * @param body its code
     * @param input what it was started with
     * @param headers what came along
     * @param payloads how values are written and read
     */
    public record Plan(String runId, UUID incarnation, Workflow<?, ?> workflow, Workflow.Body<?, ?> body, Payload input,
            Map<String, String> headers, Payloads payloads) {
    }

    private final Plan plan;
    private final FiberGroup group = new FiberGroup();
    private final Strands strands = new Strands(this, group);
    private final Conditions conditions = new Conditions(this);
    private final Script script = new Script();
    private final Promise.Combiner combiner = Combination.combiner(this);
    private final Agenda agenda = new Agenda();
    private final Map<String, SignalBox> signals = new LinkedHashMap<>();
    private final Map<String, Integer> versions = new LinkedHashMap<>();
    private final Questions questions = new Questions();
    private final LivePromise<CancelRequest> cancellation = new LivePromise<>(this, "cancellation", "");

    private Map<String, Payload> published = new LinkedHashMap<>(0);
    private long seed;
    private long startedAt;
    private long now;
    /** The number of the arrival of the present turn. */
    private long turnSeq = 1;
    /** The number of the last entry; during a new turn, of the turn before. */
    private long lastSeq;
    private @Nullable String forbidden;
    private @Nullable Payload successorInput;
    private @Nullable Command end;
    private @Nullable Report stuck;
    private Supplier<@Nullable Unit> journal = () -> null;
    private @Nullable RuntimeException replayFailure;

    /**
     * A run that has heard nothing yet.
     *
     * @param plan what it is made of
     */
    public LiveRun(Plan plan) {
        this.plan = plan;
    }

    // ---- turns ----

    /**
     * Takes a new turn.
     *
     * @param arrival what is heard
     * @param at when, in milliseconds since 1970; must not be before the last one
     * @return the turn as a unit, or null if the arrival means nothing any more (its position has been answered, the
     *     run has ended), or if the run is stuck
     */
    public @Nullable Unit hear(Arrival arrival, long at) {
        if (end != null || stuck != null || arrival instanceof Arrival.Answer answer && !agenda.awaits(answer)) {
            return null;
        }
        now = at;
        turnSeq = lastSeq + 1;
        script.beginNew();
        deliver(arrival);
        group.run(conditions::wakeSome);
        if (stuck != null) {
            return null;
        }
        Unit unit = new Unit(turnSeq, at, arrival, script.said());
        lastSeq = unit.lastSeq();
        return unit;
    }

    /**
     * Takes the turns of a journal again. Without a switch of threads where the code runs straight on.
     *
     * @param units the journal's units in order, then null; called on the run's own threads
     * @throws RuntimeException what the supplier threw; the run is of no use then
     */
    public void replay(Supplier<@Nullable Unit> units) {
        journal = units;
        group.run(() -> conditions.wakeSome() || nextReplayedTurn());
        if (replayFailure != null) {
            throw replayFailure;
        }
        script.beginNew();
    }

    private boolean nextReplayedTurn() {
        if (stuck != null) {
            return false;
        }
        Command left = script.peek();
        if (left != null) {
            stick(Report.saysOtherwise(where(), quote(left), "asked for nothing more in this turn, " + standing()));
            return false;
        }
        Unit unit;
        try {
            unit = journal.get();
        } catch (RuntimeException unreadable) {
            // On a fiber's thread: it must not fly through the user's code.
            replayFailure = unreadable;
            group.refuse();
            return false;
        }
        if (unit == null) {
            return false;
        }
        if (unit.seq() != lastSeq + 1) {
            stick(Report.missing(where(), lastSeq + 1, unit.seq()));
            return false;
        }
        now = unit.at();
        turnSeq = unit.seq();
        script.beginReplay(unit.commands());
        if (unit.arrival() instanceof Arrival.Answer answer && !isExpected(answer)) {
            return false;
        }
        deliver(unit.arrival());
        lastSeq = unit.lastSeq();
        return true;
    }

    private boolean isExpected(Arrival.Answer answer) {
        if (agenda.expects(answer)) {
            return true;
        }
        String other = answer instanceof Arrival.TimerFired ? null : agenda.awaitedAt(answer.at());
        stick(Report.saysOtherwise(where(), quote(answer),
                other == null ? "does not wait for that, " + standing() : "waits there for " + other));
        return false;
    }

    private void deliver(Arrival arrival) {
        switch (arrival) {
            case Arrival.RunStarted started -> {
                seed = started.seed();
                startedAt = now;
                strands.beginMain();
            }
            case Arrival.Answer answer -> agenda.answer(answer, now);
            case Arrival.SignalReceived signal -> box(signal.name()).put(signal);
            case Arrival.CancelRequested asked -> {
                cancellation.complete(new CancelRequest(asked.reason(), asked.by(), Instant.ofEpochMilli(now)));
                String text = "run '" + plan.runId() + "' was asked to stop by " + asked.by() + ": " + asked.reason();
                strands.cancel(null, text);
            }
        }
    }

    // ---- fibers ----

    Strand branch(Strand parent, String name, Body<?> body) {
        return strands.beginBranch(parent, name, body);
    }

    void cancelBranch(Strand top, String message) {
        enter("Promise.cancel");
        strands.cancel(top, message);
    }

    void withdraw(OpenStep step) {
        agenda.withdraw(step);
    }

    /**
     * The strand that calls. Everything a workflow asks begins here.
     *
     * @throws ContextMisuseException on a foreign thread, in a condition, a query or a side effect
     * @throws Unwinding if the run leaves memory, has handed over to its successor, or is stuck
     */
    Strand enter(String what) {
        if (forbidden != null) {
            throw new ContextMisuseException(what + " was called inside " + forbidden + " of run '" + plan.runId()
                    + "', which may only read the workflow's own variables. Ask before, and keep the answer in a "
                    + "variable");
        }
        Fiber fiber = group.current();
        if (fiber == null) {
            throw new ContextMisuseException(what + " was called on thread '" + Thread.currentThread().getName()
                    + "', which is not a fiber of run '" + plan.runId() + "'. The context belongs to the workflow's "
                    + "own code and to ctx.async(…); inside a step use what the step was given, and return a result "
                    + "instead");
        }
        if (group.isUnwinding() || successorInput != null) {
            throw Unwinding.INSTANCE;
        }
        return (Strand) fiber.owner();
    }

    // ---- what the code says ----

    Command say(Command command) {
        Command agreed = script.say(command);
        if (agreed == null) {
            Command journaled = script.peek();
            throw stick(Report.saysOtherwise(where(),
                    journaled == null ? nothingMoreInThisTurn() : quote(journaled),
                    "asks for " + quote(command)));
        }
        return agreed;
    }

    private String nothingMoreInThisTurn() {
        try {
            Unit next = journal.get();
            return "nothing more in this turn"
                    + (next == null ? "" : " (it goes on with " + quote(next.arrival()) + ")");
        } catch (RuntimeException unreadable) {
            // The report stands without it.
            return "nothing more in this turn";
        }
    }

    Unwinding stick(Report report) {
        stuck = stuck == null ? report : stuck;
        group.refuse();
        return Unwinding.INSTANCE;
    }

    OpenStep open(OpenStep step) {
        if (step.spec().isAtMostOnce()) {
            say(new Command.StepScheduled(step.at(), step.spec().name()));
        }
        agenda.open(step);
        return step;
    }

    long sayAwaited(Position at, String signal, long due) {
        return ((Command.SignalAwaited) say(new Command.SignalAwaited(at, signal, due))).due();
    }

    OpenTimer openTimer(Strand strand, String name, Duration duration) {
        Position at = strand.nextPosition();
        long due = now + Durations.ceilMillis(duration);
        return open(new OpenTimer(strand, at, ((Command.TimerSet) say(new Command.TimerSet(at, name, due))).due()));
    }

    OpenTimer open(OpenTimer timer) {
        agenda.open(timer);
        return timer;
    }

    void close(OpenTimer timer) {
        agenda.close(timer);
    }

    /** A child's id comes from the run's seed and the position, so that it takes nothing from the code's own chance. */
    <O> LiveChild<O> start(Strand strand, Definition<?, O> definition, StartOptions options, Payload input,
            List<Payload> signals) {
        Position at = strand.nextPosition();
        UUID id = strand.idAt(at, now);
        Command.ChildStarted started = (Command.ChildStarted) say(new Command.ChildStarted(at, definition.name(),
                options.runId() == null ? id.toString() : options.runId(), id));
        LiveChild<O> child = new LiveChild<>(this,
                new Child(started, definition instanceof Activity, options, input, signals), definition.output());
        agenda.children().add(child, script.isReplay());
        return child;
    }

    void cancel(LiveChild<?> child) {
        say(new Command.ChildCancelled(child.child().started().at()));
        agenda.children().cancel(child, script.isReplay());
    }

    void cancel(OpenTimer timer) {
        say(new Command.TimerCancelled(timer.at()));
        close(timer);
    }

    void await(Strand strand, BooleanSupplier condition, @Nullable OpenTimer limit) {
        conditions.await(strand, condition, limit);
    }

    /** Sticks the run when it fails: an exception for the workflow would not be thrown again on replay. */
    Payload computeSideEffect(String name, TypeRef<?> type, Body<?> body) {
        try {
            return plan.payloads().encode(forbidding("a side effect", () -> body.run(strands.context())), type);
        } catch (Exception | Error thrown) {
            throw stick(Report.sideEffectThrew(name, thrown));
        }
    }

    /** Runs code of the user's that may not use the context. */
    <T, X extends Exception> T forbidding(String where, Asking<T, X> code) throws X {
        forbidden = where;
        try {
            return code.run();
        } finally {
            forbidden = null;
        }
    }

    /** Code that may throw. */
    interface Asking<T, X extends Exception> {
        T run() throws X;
    }

    int version(String changeId, int min, int max) {
        Integer version = versions.get(changeId);
        if (version == null) {
            if (!script.isReplay()) {
                version = ((Command.VersionMarked) say(new Command.VersionMarked(changeId, max))).version();
            } else if (script.peek() instanceof Command.VersionMarked marked && marked.changeId().equals(changeId)) {
                version = ((Command.VersionMarked) say(marked)).version();
            } else {
                version = min;
            }
            versions.put(changeId, version);
        }
        if (version < min || version > max) {
            throw stick(Report.versionOutOfRange(changeId, version, min, max));
        }
        return version;
    }

    void publish(String name, Payload value) {
        if (!script.isReplay()) {
            published.put(name, value);
        }
    }

    void continueAsNew(Payload input) {
        successorInput = input;
    }

    Questions questions() {
        return questions;
    }

    <T> @Nullable T decode(Payload payload, TypeRef<T> type, Supplier<String> what) {
        try {
            return plan.payloads().decode(payload, type);
        } catch (PerdureException unreadable) {
            // Not an exception for the workflow: it would take a decision that a mended codec takes back.
            throw stick(Report.unreadable(what.get() + " at " + where(), unreadable));
        }
    }

    // ---- what the driver asks between turns ----

    /**
     * The steps that may start now: asked for up to an entry, not answered, not handed out before.
     *
     * @param durableSeq the last entry that is durable
     * @return in the order in which they were asked for
     */
    public List<OpenStep> release(long durableSeq) {
        return agenda.release(durableSeq);
    }

    /**
     * Whether the code waits for a transaction.
     *
     * @param at where it was asked for
     * @param name its name
     * @return false if it has an answer already, or if the code asks for something else there by now
     */
    public boolean awaitsTransaction(Position at, String name) {
        return agenda.awaitsTransaction(at, name);
    }

    /**
     * Steps that the code has stopped wanting since the last call.
     *
     * @return each once
     */
    public List<OpenStep> takeWithdrawn() {
        return agenda.takeWithdrawn();
    }

    /**
     * The runs that the code has started.
     *
     * @return the same object for the whole life of this one
     */
    public Children children() {
        return agenda.children();
    }

    /**
     * What the code has said to others by name, and asked of them.
     *
     * @return the same object for the whole life of this one
     */
    public Exchange exchange() {
        return agenda.exchange();
    }

    /**
     * Values published since the last call.
     *
     * @return the latest of each name
     */
    public Map<String, Payload> takePublished() {
        Map<String, Payload> taken = published;
        published = taken.isEmpty() ? taken : new LinkedHashMap<>(0);
        return taken;
    }

    /**
     * Timers that have come due.
     *
     * @param time in milliseconds since 1970
     * @return answers to hear, earliest first, with the time they were due
     */
    public Map<Arrival.TimerFired, Long> dueTimers(long time) {
        return agenda.dueTimers(time);
    }

    /**
     * When the next timer is due.
     *
     * @return in milliseconds since 1970, or {@link Long#MAX_VALUE}
     */
    public long nextDue() {
        return agenda.nextDue();
    }

    /**
     * How many steps have no answer yet.
     *
     * @return 0 if the run waits only for time and messages
     */
    public int openSteps() {
        return agenda.steps();
    }

    /**
     * What the fibers wait for.
     *
     * @return a wait for each fiber that has begun one
     */
    public List<Wait> waits() {
        return strands.waits();
    }

    /**
     * Answers a query. Called between turns.
     *
     * @param name which
     * @param question the argument
     * @return the answer, or null if the code has declared no such query
     * @throws RuntimeException what the answering code threw
     */
    public @Nullable Payload answer(String name, Payload question) {
        return forbidding("the query '" + name + "'", () -> questions.answer(name, question, plan.payloads()));
    }

    /**
     * Signals heard and not received, to be carried to a successor or counted.
     *
     * @return by name, each name in order
     */
    public List<Arrival.SignalReceived> unread() {
        List<Arrival.SignalReceived> all = new ArrayList<>(0);
        signals.values().forEach(box -> all.addAll(box.all()));
        return all;
    }

    /**
     * The request to stop that the run has heard.
     *
     * @return the first, or null if nobody has asked
     */
    public @Nullable CancelRequest cancelRequest() {
        return cancellation.value();
    }

    /**
     * Takes all fibers off their stacks. The run is of no use afterwards.
     *
     * @param nanosEach how long each may take
     * @param clock in nanoseconds
     * @return how many did not end in time and were left alone
     */
    public int unwind(long nanosEach, LongSupplier clock) {
        return group.unwind(nanosEach, clock);
    }

    /**
     * How the code ended, in the last turn.
     *
     * @return a final command, or null while it goes on
     */
    public @Nullable Command end() {
        return end;
    }

    /**
     * Why the run cannot go on.
     *
     * @return null while it can
     */
    public @Nullable Report stuck() {
        return stuck;
    }

    /**
     * The number of the last entry.
     *
     * @return 0 for a run that has heard nothing
     */
    public long lastSeq() {
        return lastSeq;
    }

    /**
     * The time of the last arrival.
     *
     * @return in milliseconds since 1970
     */
    public long now() {
        return now;
    }

    /**
     * What the run is made of.
     *
     * @return as given
     */
    public Plan plan() {
        return plan;
    }

    /**
     * The threads of the code, for a watchdog: nobody else may move them.
     *
     * @return those of all branches
     */
    public FiberGroup fibers() {
        return group;
    }

    // ---- for the rest of the station ----

    void end(Command command) {
        end = command;
        group.stop();
    }

    @Nullable Payload successorInput() {
        return successorInput;
    }

    boolean isReplaying() {
        return script.isReplay();
    }

    long seed() {
        return seed;
    }

    long startedAt() {
        return startedAt;
    }

    /** The number of the arrival of the present turn: the same on replay. */
    long turnSeq() {
        return turnSeq;
    }

    SignalBox box(String name) {
        return signals.computeIfAbsent(name, SignalBox::new);
    }

    LivePromise<CancelRequest> cancellation() {
        return cancellation;
    }

    Promise.Combiner combiner() {
        return combiner;
    }

    private String where() {
        return "entry " + turnSeq + " of run '" + plan.runId() + "'";
    }

    private String standing() {
        List<String> all = waits().stream().map(wait -> wait.fiber() + " waits for " + wait.kind()
                + (wait.name().isEmpty() ? "" : " '" + wait.name() + "'")).toList();
        return all.isEmpty() ? "no fiber waits" : String.join(", ", all);
    }

    private static String quote(Event event) {
        return (event.wireName() + " " + event.subject()).strip();
    }
}
