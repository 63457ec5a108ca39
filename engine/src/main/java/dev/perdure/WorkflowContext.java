// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything a workflow may ask of the world.
 *
 * <p>Workflow code runs again from its beginning whenever its run is brought back into memory, and must then take the
 * same decisions. So it asks the world only through this context: what was answered once is answered the same for ever.
 * Plain Java in between (variables, loops, exceptions, method calls, objects shared between branches) needs no care.
 * Clocks, random numbers, environment variables, static state that changes, and the iteration order of {@code Set.of}
 * and {@code HashMap} of identity-hashed keys differ between two runs of the same code and belong into {@link #step} or
 * {@link #sideEffect}.
 *
 * <p><b>Threads.</b> A context belongs to the fibers of its run: the thread of the body and those of {@link #async}.
 * Called from another thread, from a step, a condition or a query, every method throws {@link ContextMisuseException}.
 * Only one fiber of a run moves at a time and each hand-over is a happens-before edge, so fibers share ordinary objects
 * safely.
 *
 * <p><b>Failures</b> are unchecked. <b>Cancellation</b> throws {@link CancelledException} at every wait. When a run
 * leaves memory (eviction, shutdown), its fibers are unwound by an {@code Error} that is not journaled; {@code finally}
 * blocks run, but whatever they ask of the context is refused and nothing they do is recorded.
 */
public interface WorkflowContext {

    // ---- touching the world ----

    /**
     * Does something and remembers the result. After a crash the step is repeated only if its result was not yet
     * durable: at least once, always with the same {@link StepContext#idempotencyKey()}.
     *
     * @param name stable; two calls may share it
     * @param type the class of the result, which passes through the codec
     * @param body runs on its own virtual thread and may block; must not use this context
     * @param <T> the type of the result
     * @return the result as the codec reads it back; null if that was returned
     * @throws StepFailedException if the last allowed attempt failed
     * @throws CancelledException if the run or branch was asked to stop before the step began, or between two attempts
     */
    <T> @Nullable T step(String name, Class<T> type, StepBody<T> body);

    /**
     * A step without a result.
     *
     * @param name stable; two calls may share it
     * @param body see {@link #step(String, Class, StepBody)}
     * @throws StepFailedException if the last allowed attempt failed
     * @throws CancelledException if asked to stop
     */
    void step(String name, StepBody.Action body);

    /**
     * A step with options.
     *
     * @param spec name, type, retry, time-out, at-most-once
     * @param body see {@link #step(String, Class, StepBody)}
     * @param <T> the type of the result
     * @return the result as the codec reads it back; null if that was returned
     * @throws StepFailedException if the last allowed attempt failed
     * @throws OutcomeUnknownException if it is at-most-once and was cut off
     * @throws CancelledException if asked to stop
     */
    <T> @Nullable T step(StepSpec<T> spec, StepBody<T> body);

    /**
     * A step with options and without a result.
     *
     * @param spec name, retry, time-out, at-most-once
     * @param body see {@link #step(String, Class, StepBody)}
     * @throws StepFailedException if the last allowed attempt failed
     * @throws OutcomeUnknownException if it is at-most-once and was cut off
     * @throws CancelledException if asked to stop
     */
    void run(StepSpec<Void> spec, StepBody.Action body);

    /**
     * Changes tables of yours in the store's own database, exactly once: what the body does on its connection and the
     * memory of its result are one commit. After a crash either both are there or none is.
     *
     * <p>Otherwise it is a step: it has a name, a retry policy and a time-out, and its result is answered on replay.
     * A request to stop does not cut it off: it commits or rolls back first, and then the code hears of it. Needs a
     * store with SQL, such as PostgresStore or SqliteStore; on any other the run is stuck before anything is done.
     *
     * @param name stable; two calls may share it
     * @param type the class of the result, which passes through the codec
     * @param body works on the connection it is given, and must not use this context
     * @param <T> the type of the result
     * @return the result as the codec reads it back; null if that was returned
     * @throws StepFailedException if the last allowed attempt failed, and so was rolled back
     * @throws CancelledException if the run or branch was asked to stop before the transaction began, or between two
     *     attempts
     */
    <T> @Nullable T transaction(String name, Class<T> type, TransactionBody<T> body);

    /**
     * A transaction without a result.
     *
     * @param name stable; two calls may share it
     * @param body see {@link #transaction(String, Class, TransactionBody)}
     * @throws StepFailedException if the last allowed attempt failed
     * @throws CancelledException if asked to stop
     */
    void transaction(String name, TransactionBody.Action body);

    /**
     * A transaction with options.
     *
     * @param spec name, type, retry, time-out; not at-most-once
     * @param body see {@link #transaction(String, Class, TransactionBody)}
     * @param <T> the type of the result
     * @return the result as the codec reads it back; null if that was returned
     * @throws InvalidArgumentException if the spec is at-most-once: this is exactly once already
     * @throws StepFailedException if the last allowed attempt failed
     * @throws CancelledException if asked to stop
     */
    <T> @Nullable T transaction(StepSpec<T> spec, TransactionBody<T> body);

    /**
     * A transaction with options and without a result.
     *
     * @param spec name, retry, time-out; not at-most-once
     * @param body see {@link #transaction(String, Class, TransactionBody)}
     * @throws InvalidArgumentException if the spec is at-most-once: this is exactly once already
     * @throws StepFailedException if the last allowed attempt failed
     * @throws CancelledException if asked to stop
     */
    void runTransaction(StepSpec<Void> spec, TransactionBody.Action body);

    /**
     * Computes a value once and remembers it, without a commit of its own. For reading what differs between two runs of
     * the code (a setting, a host name), not for doing anything: it may be computed again if the machine crashes before
     * the next commit.
     *
     * @param name stable
     * @param type the class of the value, which passes through the codec
     * @param body computes it at once, on the calling fiber
     * @param <T> the type of the value
     * @return the value as the codec reads it back
     */
    <T> @Nullable T sideEffect(String name, Class<T> type, Body<T> body);

    // ---- other runs ----

    /**
     * Runs an activity or another workflow and waits for its result: {@link #start} and {@link ChildRun#get()}. If this
     * branch or run is asked to stop meanwhile, so is the other.
     *
     * @param definition what to run; this engine need not have its code, if another one on the same store has
     * @param input its input, of the definition's input type
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return its result as the codec reads it back
     * @throws ActivityFailedException if it is an activity and ends without a result
     * @throws ChildFailedException if it is a workflow and ends without a result
     * @throws CancelledException if asked to stop
     * @throws WrongTypeException if the input is of another class
     */
    <I, O> @Nullable O call(Definition<I, O> definition, @Nullable I input);

    /**
     * Starts another run. It is made together with the journal entry that remembers it: a crash leaves both or neither.
     * If it still goes on when this run ends, in whatever way, it is asked to stop.
     *
     * @param definition what to run; this engine need not have its code, if another one on the same store has
     * @param input its input, of the definition's input type
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a promise of its result
     * @throws CancelledException if asked to stop
     * @throws WrongTypeException if the input is of another class
     */
    <I, O> ChildRun<O> start(Definition<I, O> definition, @Nullable I input);

    /**
     * Starts another run with options. It has the headers of this run, and those of the options. If there is a run of
     * the id that the options give, it is joined: the promise is of its result, and it goes on when this run ends.
     *
     * @param definition what to run
     * @param options id, policy, delay, headers, attributes, signals, and {@link StartOptions#whenParentEnds}
     * @param input its input, of the definition's input type
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a promise of its result; it fails if the id belongs to a run of another definition, or if there is such
     *     a run and the policy says {@link StartOptions.Policy#FAIL}
     * @throws InvalidArgumentException if signals go along with an activity, which hears none
     * @throws CancelledException if asked to stop
     * @throws WrongTypeException if the input is of another class
     */
    <I, O> ChildRun<O> start(Definition<I, O> definition, StartOptions options, @Nullable I input);

    // ---- logical time and chance ----

    /**
     * The time of the message the run is hearing: whole milliseconds, never backwards, the same on replay.
     *
     * @return logical time
     */
    Instant now();

    /**
     * Random numbers that are the same on replay, one stream for each fiber. Not for secrets.
     *
     * @return {@code nextInt(6)}, {@code nextDouble()} in [0,1), …
     */
    RandomGenerator random();

    /**
     * A version-7 UUID of logical time and the fiber's random stream; the same on replay.
     *
     * @return unique for all practical purposes
     */
    UUID uuid();

    // ---- durable time ----

    /**
     * Waits, for years if need be; a waiting run needs no thread and no memory. After a restart only the remainder is
     * waited.
     *
     * @param duration zero or more; changing it in the code does not touch runs that wait already
     * @throws CancelledException if asked to stop
     */
    void sleep(Duration duration);

    /**
     * Waits until an instant.
     *
     * @param instant past instants mean no wait
     * @throws CancelledException if asked to stop
     */
    void sleepUntil(Instant instant);

    /**
     * A wake-up to wait for beside other things.
     *
     * @param duration zero or more
     * @return a timer that runs already
     */
    Timer timer(Duration duration);

    // ---- messages ----

    /**
     * The messages of one name sent to this run, also those that came before anybody asked.
     *
     * @param name the name the senders use
     * @param type the class of the messages
     * @param <T> the same
     * @return to receive from, as often as wanted
     */
    <T> Signals<T> signals(String name, Class<T> type);

    /**
     * The messages of one name, of a generic type.
     *
     * @param name the name the senders use
     * @param type the type of the messages
     * @param <T> the same
     * @return to receive from, as often as wanted
     */
    <T> Signals<T> signals(String name, TypeRef<T> type);

    /**
     * Sends a signal to another run. It is put into that run's inbox by the very commit that remembers its sending: a
     * crash leaves both or neither. Returns when that is done. It may also be sent to this run itself.
     *
     * @param runId to which run
     * @param name the name under which it is received
     * @param value passes through the codec; not null, send {@code true} if there is nothing to say
     * @throws RunNotFoundException if there is no such run; nothing was sent
     * @throws RunFinishedException if it has finished; nothing was sent
     * @throws CancelledException if asked to stop before it was sent
     */
    void signal(String runId, String name, Object value);

    /**
     * Makes an event known to all: to every run of this store that waits for its name, and to every one that will. The
     * first of a name wins; what is emitted under it later is dropped. It becomes known with the commit that remembers
     * this.
     *
     * @param name what has happened, unique in the store: put an id into it, as in {@code invoice-4711-paid}
     * @param value passes through the codec; not null, give {@code true} if there is nothing to say
     */
    void emitEvent(String name, Object value);

    /**
     * Waits until an event is known; it may have been long before. Whoever awaits it gets the same value.
     *
     * @param name what to wait for
     * @param type the class of its value
     * @param <T> the same
     * @return its value as the codec reads it back
     * @throws CancelledException if asked to stop
     */
    <T> T awaitEvent(String name, Class<T> type);

    /**
     * Waits until an event is known, or gives up. The time-out is durable.
     *
     * @param name what to wait for
     * @param type the class of its value
     * @param timeout zero or more; changing it in the code does not touch runs that wait already
     * @param <T> the type of the value
     * @return its value as the codec reads it back; empty if it was not known in time
     * @throws CancelledException if asked to stop
     */
    <T> Optional<T> awaitEvent(String name, Class<T> type, Duration timeout);

    /**
     * Lets others read a value of this run, live or finished, from any process; replaces the one published before.
     *
     * @param name stable
     * @param value passes through the codec; null takes it back
     */
    void publish(String name, @Nullable Object value);

    /**
     * Lets others ask this run a question while it is in reach of an engine. The answer is computed between two turns,
     * by code that may read the workflow's variables and may not use the context.
     *
     * @param name what to ask for
     * @param question the class of the argument
     * @param answer computes the answer, which passes through the codec; must not change anything
     * @param <Q> the type of the argument; null if nothing was passed
     * @throws DuplicateNameException if the name is taken in this run
     */
    <Q> void query(String name, Class<Q> question, Function<Q, ?> answer);

    // ---- concurrency inside the run ----

    /**
     * Runs a branch beside the caller. The branch starts at the caller's next wait; it ends with the run.
     *
     * @param body the branch; gets this same context
     * @param <T> the type of its result
     * @return a promise of the result
     */
    <T> Promise<T> async(Body<T> body);

    /**
     * Runs a named branch. A name keeps the branch's place in the journal when branches before it come or go.
     *
     * @param name unique among the live and past branches of this fiber
     * @param body the branch; gets this same context
     * @param <T> the type of its result
     * @return a promise of the result
     */
    <T> Promise<T> async(String name, Body<T> body);

    /**
     * Runs a branch without a result.
     *
     * @param body the branch; gets this same context
     * @return a promise of its end
     */
    Promise<Void> runAsync(Body.Action body);

    /**
     * Waits for the first of several things. If several are ready the one named first wins; the others keep what they
     * have.
     *
     * @param branches promises, timers, signals, channels: at least one
     * @return which, and what it yields
     * @throws CancelledException if asked to stop
     */
    Selection select(Selectable<?>... branches);

    /**
     * Waits until the workflow's own variables make the condition true: another branch changed them.
     *
     * @param condition asked after each move of a fiber; must not use the context nor change anything
     * @throws CancelledException if asked to stop
     */
    void await(BooleanSupplier condition);

    /**
     * Waits until the condition is true, or gives up. The time-out is durable.
     *
     * @param condition see {@link #await(BooleanSupplier)}
     * @param timeout zero or more
     * @return whether it became true in time
     * @throws CancelledException if asked to stop
     */
    boolean await(BooleanSupplier condition, Duration timeout);

    /**
     * A queue between fibers.
     *
     * @param capacity how many values wait in it; 0 for a hand-over from sender to receiver
     * @param <T> the type of the values
     * @return a new channel
     */
    <T> Channel<T> channel(int capacity);

    // ---- stopping ----

    /**
     * The request to stop this run, to wait for beside other things.
     *
     * @return settled once cancellation was asked for; waiting for it does not throw
     */
    Promise<CancelRequest> cancellation();

    /**
     * Runs clean-up that cancellation does not interrupt.
     *
     * @param body runs on the calling fiber
     * @param <T> the type of its result
     * @return its result
     */
    <T> @Nullable T shielded(Body<T> body);

    /**
     * Runs clean-up without a result.
     *
     * @param body runs on the calling fiber
     */
    void runShielded(Body.Action body);

    // ---- change and longevity ----

    /**
     * Asks which version of a changed piece of code this run is on. A run that passed here before the change was made
     * stays on {@code min}; a run that comes here for the first time gets {@code max}; the answer holds for the life of
     * the run.
     *
     * {@snippet :
     * if (ctx.version("split-shipping", 0, 1) >= 1) {
     *     shipInParcels(ctx);
     * } else {
     *     ship(ctx);
     * }
     * }
     *
     * @param changeId a name for the change
     * @param min the oldest version the code still knows
     * @param max the newest
     * @return between min and max
     */
    int version(String changeId, int min, int max);

    /**
     * Ends this incarnation and starts the next with a fresh journal under the same id. Signals not yet received go
     * along. Never returns; call it on the body's own fiber.
     *
     * @param input the next incarnation's input, of the workflow's input type
     * @param <T> whatever the caller wants to return
     * @return never
     * @throws WrongTypeException if the input is of another class
     */
    <T> T continueAsNew(@Nullable Object input);

    /**
     * Who am I.
     *
     * @return the same on replay
     */
    RunInfo info();

    /**
     * Whether the code is being answered from the journal, for logging once instead of on every replay. Never decide
     * anything else by it.
     *
     * @return false while something new is heard
     */
    boolean isReplaying();
}
