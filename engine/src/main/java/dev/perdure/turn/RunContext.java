// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Body;
import dev.perdure.CancelRequest;
import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.ChildRun;
import dev.perdure.ContextMisuseException;
import dev.perdure.Definition;
import dev.perdure.Durations;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Names;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.Promise;
import dev.perdure.RunFinishedException;
import dev.perdure.RunInfo;
import dev.perdure.RunNotFoundException;
import dev.perdure.Selectable;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StartOptions;
import dev.perdure.StepBody;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.TransactionBody;
import dev.perdure.TypeRef;
import dev.perdure.WorkflowContext;
import dev.perdure.fiber.Unwinding;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What workflow code holds. Each method finds the calling strand, says what has to be said, and waits if it must. */
final class RunContext implements WorkflowContext {

    private final LiveRun run;

    RunContext(LiveRun run) {
        this.run = run;
    }

    // ---- touching the world ----

    @Override
    public <T> @Nullable T step(String name, Class<T> type, StepBody<T> body) {
        return step(StepSpec.of(name, type), body);
    }

    @Override
    public void step(String name, StepBody.Action body) {
        run(StepSpec.of(name), body);
    }

    @Override
    public void run(StepSpec<Void> spec, StepBody.Action body) {
        step(spec, step -> {
            body.run(step);
            return null;
        });
    }

    @Override
    public <T> @Nullable T step(StepSpec<T> spec, StepBody<T> body) {
        Strand strand = run.enter("step '" + spec.name() + "'");
        strand.throwIfCancelled();
        OpenStep open = run.open(new OpenStep(strand, spec, body, run));
        strand.awaitAnswer(open);
        return switch (open.answer()) {
            case Arrival.StepCompleted completed -> run.decode(completed.result(), spec.type(),
                    () -> "the result of step '" + spec.name() + "'");
            case Arrival.StepFailed failed -> throw new StepFailedException(spec.name(), failed.attempts(),
                    failed.failure(), payloads());
            case Arrival.StepOutcomeUnknown unknown -> throw new OutcomeUnknownException(unknown.name());
            case Arrival.StepCancelled cancelled -> {
                strand.throwIfCancelled();
                throw new IllegalStateException("step '" + cancelled.name() + "' was cancelled, but its fiber was not");
            }
            default -> throw new IllegalStateException("a step was answered with " + open.answer());
        };
    }

    @Override
    public <T> @Nullable T transaction(String name, Class<T> type, TransactionBody<T> body) {
        return transaction(StepSpec.of(name, type), body);
    }

    @Override
    public void transaction(String name, TransactionBody.Action body) {
        runTransaction(StepSpec.of(name), body);
    }

    @Override
    public void runTransaction(StepSpec<Void> spec, TransactionBody.Action body) {
        transaction(spec, connection -> {
            body.run(connection);
            return null;
        });
    }

    @Override
    public <T> @Nullable T transaction(StepSpec<T> spec, TransactionBody<T> body) {
        if (spec.isAtMostOnce()) {
            throw new InvalidArgumentException("transaction '" + spec.name() + "' is at-most-once, but a transaction "
                    + "is carried out exactly once already. Drop atMostOnce()");
        }
        return step(spec, new OpenStep.InTransaction<>(body));
    }

    @Override
    public <T> @Nullable T sideEffect(String name, Class<T> type, Body<T> body) {
        Strand strand = run.enter("sideEffect '" + Names.check("side effect", name) + "'");
        Position at = strand.nextPosition();
        TypeRef<T> ref = TypeRef.of(type);
        Payload value = run.isReplaying() ? Payload.NONE : run.computeSideEffect(name, ref, body);
        Command.SideEffectRecorded recorded =
                (Command.SideEffectRecorded) run.say(new Command.SideEffectRecorded(at, name, value));
        return run.decode(recorded.value(), ref, () -> "the side effect '" + name + "'");
    }

    // ---- other runs ----

    @Override
    public <I, O> @Nullable O call(Definition<I, O> definition, @Nullable I input) {
        ChildRun<O> child = start(definition, StartOptions.none(), input);
        try {
            return child.get();
        } catch (CancelledException asked) {
            child.cancel();
            throw asked;
        }
    }

    @Override
    public <I, O> ChildRun<O> start(Definition<I, O> definition, @Nullable I input) {
        return start(definition, StartOptions.none(), input);
    }

    @Override
    public <I, O> ChildRun<O> start(Definition<I, O> definition, StartOptions options, @Nullable I input) {
        Strand strand = run.enter("start of '" + definition.name() + "'");
        strand.throwIfCancelled();
        Payload encoded = payloads().encodeInput(definition, input);
        StartOptions fitting = options.fitting(definition);
        List<Payload> signals = fitting.signals().stream()
                .map(each -> payloads().encodeSignal(each.name(), each.value())).toList();
        return run.start(strand, definition, fitting, encoded, signals);
    }

    // ---- logical time and chance ----

    @Override
    public Instant now() {
        run.enter("now");
        return Instant.ofEpochMilli(run.now());
    }

    @Override
    public RandomGenerator random() {
        return run.enter("random").random();
    }

    @Override
    public UUID uuid() {
        return newUuid(run.enter("uuid"));
    }

    UUID newUuid(Strand strand) {
        return Strand.uuid(run.now(), strand.random());
    }

    // ---- durable time ----

    @Override
    public void sleep(Duration duration) {
        Strand strand = run.enter("sleep");
        strand.throwIfCancelled();
        OpenTimer timer = run.openTimer(strand, "sleep", Durations.notNegative("the sleep", duration));
        try {
            strand.await(timer::hasFired, "sleep", "", timer.due());
        } finally {
            run.close(timer);
        }
    }

    @Override
    public void sleepUntil(Instant instant) {
        run.enter("sleepUntil");
        Duration left = Duration.between(Instant.ofEpochMilli(run.now()), instant);
        sleep(left.isNegative() ? Duration.ZERO : left);
    }

    @Override
    public Timer timer(Duration duration) {
        Strand strand = run.enter("timer");
        return new LiveTimer(run, run.openTimer(strand, "timer", Durations.notNegative("the timer", duration)));
    }

    // ---- messages ----

    @Override
    public <T> Signals<T> signals(String name, Class<T> type) {
        return signals(name, TypeRef.of(type));
    }

    @Override
    public <T> Signals<T> signals(String name, TypeRef<T> type) {
        run.enter("signals '" + name + "'");
        return new LiveSignals<>(run, run.box(Names.check("signal", name)), type);
    }

    @Override
    public void signal(String runId, String name, Object value) {
        Strand strand = run.enter("signal '" + name + "'");
        strand.throwIfCancelled();
        Payload payload = payloads().encodeSignal(Names.check("signal", name), value);
        Names.check("run", runId);
        Arrival.Answer answer = run.exchange().send(run, strand,
                new Command.SignalSent(strand.nextPosition(), name, runId), payload);
        if (answer instanceof Arrival.SignalRefused refused) {
            throw refused.status() == null ? new RunNotFoundException(runId)
                    : new RunFinishedException(runId, refused.status());
        }
    }

    @Override
    public void emitEvent(String name, Object value) {
        Strand strand = run.enter("emitEvent '" + name + "'");
        Payload payload = payloads().encodeFact(Names.check("event", name), value);
        run.exchange().emit(run, new Command.FactEmitted(strand.nextPosition(), name), payload);
    }

    @Override
    public <T> T awaitEvent(String name, Class<T> type) {
        return awaitEvent(name, type, Long.MAX_VALUE).orElseThrow();
    }

    @Override
    public <T> Optional<T> awaitEvent(String name, Class<T> type, Duration timeout) {
        Duration most = Durations.notNegative("the timeout of awaitEvent", timeout);
        return awaitEvent(name, type, run.now() + Durations.ceilMillis(most));
    }

    private <T> Optional<T> awaitEvent(String name, Class<T> type, long due) {
        Strand strand = run.enter("awaitEvent '" + name + "'");
        strand.throwIfCancelled();
        Names.check("event", name);
        Payload value = run.exchange().await(run, strand, new Command.FactAwaited(strand.nextPosition(), name, due));
        return value == null ? Optional.empty()
                : Optional.of(run.decode(value, TypeRef.of(type), () -> "the event '" + name + "'"));
    }

    @Override
    public void publish(String name, @Nullable Object value) {
        Strand strand = run.enter("publish '" + name + "'");
        Payload payload = payloads().encode(value);
        run.say(new Command.ValuePublished(strand.nextPosition(), Names.check("published value", name)));
        run.publish(name, payload);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <Q> void query(String name, Class<Q> question, Function<Q, ?> answer) {
        run.enter("query '" + name + "'");
        run.questions().add(Names.check("query", name), question, (Function<Object, ?>) answer);
    }

    // ---- concurrency inside the run ----

    @Override
    public <T> Promise<T> async(Body<T> body) {
        Strand strand = run.enter("async");
        return begin(strand, strand.nextBranch(), body);
    }

    @Override
    public <T> Promise<T> async(String name, Body<T> body) {
        return begin(run.enter("async '" + name + "'"), Names.check("branch", name), body);
    }

    @Override
    public Promise<Void> runAsync(Body.Action body) {
        return async(ctx -> {
            body.run(ctx);
            return null;
        });
    }

    @SuppressWarnings("unchecked")
    private <T> Promise<T> begin(Strand parent, String name, Body<T> body) {
        return (Promise<T>) run.branch(parent, name, body).outcome();
    }

    @Override
    public Selection select(Selectable<?>... branches) {
        Strand strand = run.enter("select");
        if (branches.length == 0) {
            throw new InvalidArgumentException("a select of nothing would wait for ever. Give at least one branch");
        }
        return LiveSelection.of(strand, List.of(branches));
    }

    @Override
    public void await(BooleanSupplier condition) {
        run.await(run.enter("await"), condition, null);
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration timeout) {
        Strand strand = run.enter("await");
        strand.throwIfCancelled();
        OpenTimer limit = run.openTimer(strand, "await", Durations.notNegative("the timeout of await", timeout));
        try {
            run.await(strand, condition, limit);
        } finally {
            run.close(limit);
        }
        return !limit.hasFired();
    }

    @Override
    public <T> Channel<T> channel(int capacity) {
        run.enter("channel");
        return new LiveChannel<>(run, capacity);
    }

    // ---- stopping ----

    @Override
    public Promise<CancelRequest> cancellation() {
        run.enter("cancellation");
        return run.cancellation();
    }

    @Override
    public <T> @Nullable T shielded(Body<T> body) {
        Strand strand = run.enter("shielded");
        strand.shield();
        try {
            return body.run(this);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Exception checked) {
            throw new CompletionException(checked);
        } finally {
            strand.unshield();
        }
    }

    @Override
    public void runShielded(Body.Action body) {
        shielded(ctx -> {
            body.run(ctx);
            return null;
        });
    }

    // ---- change and longevity ----

    @Override
    public int version(String changeId, int min, int max) {
        run.enter("version '" + changeId + "'");
        if (min > max) {
            throw new InvalidArgumentException("version '" + changeId + "' has min " + min + " above max " + max);
        }
        return run.version(Names.check("change", changeId), min, max);
    }

    @Override
    public <T> T continueAsNew(@Nullable Object input) {
        Strand strand = run.enter("continueAsNew");
        if (!strand.isMain()) {
            throw new ContextMisuseException("continueAsNew was called on branch " + strand.path()
                    + ". Call it on the body's own fiber: let the branch return, and the body continue as new");
        }
        run.continueAsNew(payloads().encodeInput(run.plan().workflow(), input));
        throw Unwinding.INSTANCE;
    }

    @Override
    public RunInfo info() {
        run.enter("info");
        LiveRun.Plan plan = run.plan();
        return new RunInfo(plan.runId(), plan.incarnation(), plan.workflow().name(),
                Instant.ofEpochMilli(run.startedAt()),
                plan.headers(), run.turnSeq());
    }

    @Override
    public boolean isReplaying() {
        run.enter("isReplaying");
        return run.isReplaying();
    }

    private Payloads payloads() {
        return run.plan().payloads();
    }
}
