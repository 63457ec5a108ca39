// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The definition of an activity: a function that touches the world and runs as a run of its own, on any node that has
 * it. A workflow calls it with {@link WorkflowContext#call}; started by a client it is a job in a durable queue.
 *
 * {@snippet :
 * static final Activity<Parcel, String> SHIP = Activity.named("ship", Parcel.class, String.class)
 *         .retry(RetryPolicy.exponential(Duration.ofSeconds(1))).timeout(Duration.ofMinutes(1));
 * }
 *
 * <p>How it is tried is part of the definition, and read where the activity runs; its queue, where it is called.
 * Immutable; every option returns another value.
 *
 * @param <I> the type of the input
 * @param <O> the type of the result
 */
public final class Activity<I, O> implements Definition<I, O> {

    private final String name;
    private final TypeRef<I> input;
    private final TypeRef<O> output;
    private final Terms terms;

    /** How it is tried; null for what the engine says. */
    private record Terms(@Nullable RetryPolicy retry, @Nullable Duration timeout, @Nullable Duration silence,
            @Nullable String queue, @Nullable Duration start, @Nullable Duration end) {
    }

    private Activity(String name, TypeRef<I> input, TypeRef<O> output, Terms terms) {
        this.name = Names.check("activity", name);
        this.input = input;
        this.output = output;
        this.terms = terms;
    }

    /**
     * An activity with neither input nor result.
     *
     * @param name stable, since it is part of every run
     * @return the definition
     */
    public static Activity<Void, Void> named(String name) {
        return named(name, Void.class, Void.class);
    }

    /**
     * An activity without a result.
     *
     * @param name stable, since it is part of every run
     * @param input the class of the input
     * @param <I> the same
     * @return the definition
     */
    public static <I> Activity<I, Void> named(String name, Class<I> input) {
        return named(name, input, Void.class);
    }

    /**
     * An activity with input and result.
     *
     * @param name stable, since it is part of every run
     * @param input the class of the input
     * @param output the class of the result
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return the definition
     */
    public static <I, O> Activity<I, O> named(String name, Class<I> input, Class<O> output) {
        return named(name, TypeRef.of(input), TypeRef.of(output));
    }

    /**
     * An activity with input and result of generic types.
     *
     * @param name stable, since it is part of every run
     * @param input the type of the input
     * @param output the type of the result
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return the definition
     */
    public static <I, O> Activity<I, O> named(String name, TypeRef<I> input, TypeRef<O> output) {
        return new Activity<>(name, input, output, new Terms(null, null, null, null, null, null));
    }

    /**
     * When a failed attempt is followed by another. The pause between two is durable, and takes no place on any node.
     *
     * @param policy comes before the engine's default
     * @return another definition of the same name
     */
    public Activity<I, O> retry(RetryPolicy policy) {
        return with(new Terms(policy, terms.timeout(), terms.silence(), terms.queue(), terms.start(), terms.end()));
    }

    /**
     * How long one attempt may take, from its start to its end. An attempt that takes longer is interrupted and has
     * failed with a {@link java.util.concurrent.TimeoutException}; whatever it still comes to is ignored.
     *
     * @param perAttempt more than zero
     * @return another definition of the same name
     */
    public Activity<I, O> timeout(Duration perAttempt) {
        return with(new Terms(terms.retry(), Durations.positive("the timeout", perAttempt), terms.silence(),
                terms.queue(), terms.start(), terms.end()));
    }

    /**
     * How long an attempt may be silent. It must call {@link ActivityContext#heartbeat} at least that often, else it is
     * interrupted and has failed with a {@link java.util.concurrent.TimeoutException}.
     *
     * @param longestSilence more than zero
     * @return another definition of the same name
     */
    public Activity<I, O> heartbeatTimeout(Duration longestSilence) {
        return with(new Terms(terms.retry(), terms.timeout(),
                Durations.positive("the heartbeat timeout", longestSilence), terms.queue(), terms.start(),
                terms.end()));
    }

    /**
     * The {@linkplain Queue queue} it waits in, unless whoever starts it says another one.
     *
     * @param queueName the queue's name
     * @return another definition of the same name
     */
    public Activity<I, O> queue(String queueName) {
        return with(new Terms(terms.retry(), terms.timeout(), terms.silence(), Names.check("queue", queueName),
                terms.start(), terms.end()));
    }

    /**
     * How long it may wait for its first attempt, unless whoever starts it says otherwise; see
     * {@link StartOptions#startWithin}.
     *
     * @param longest more than zero
     * @return another definition of the same name
     */
    public Activity<I, O> startWithin(Duration longest) {
        return with(new Terms(terms.retry(), terms.timeout(), terms.silence(), terms.queue(),
                Durations.positive("startWithin", longest), terms.end()));
    }

    /**
     * How long it may take with all its attempts and the pauses between them, unless whoever starts it says otherwise;
     * see {@link StartOptions#finishWithin}.
     *
     * @param longest more than zero
     * @return another definition of the same name
     */
    public Activity<I, O> finishWithin(Duration longest) {
        return with(new Terms(terms.retry(), terms.timeout(), terms.silence(), terms.queue(), terms.start(),
                Durations.positive("finishWithin", longest)));
    }

    private Activity<I, O> with(Terms other) {
        return new Activity<>(name, input, output, other);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TypeRef<I> input() {
        return input;
    }

    @Override
    public TypeRef<O> output() {
        return output;
    }

    /**
     * When it is tried again.
     *
     * @return null for the engine's default
     */
    public @Nullable RetryPolicy retry() {
        return terms.retry();
    }

    /**
     * How long an attempt may take.
     *
     * @return null for the engine's default
     */
    public @Nullable Duration timeout() {
        return terms.timeout();
    }

    /**
     * How long an attempt may be silent.
     *
     * @return null for as long as it likes
     */
    public @Nullable Duration heartbeatTimeout() {
        return terms.silence();
    }

    /**
     * The queue it waits in.
     *
     * @return null for that of the run that calls it, if that is in one
     */
    public @Nullable String queue() {
        return terms.queue();
    }

    /**
     * How long it may wait for its first attempt.
     *
     * @return null for as long as it likes
     */
    public @Nullable Duration startWithin() {
        return terms.start();
    }

    /**
     * How long it may take in all.
     *
     * @return null for as long as it likes
     */
    public @Nullable Duration finishWithin() {
        return terms.end();
    }

    @Override
    public String toString() {
        return name + "(" + input + ") -> " + output;
    }

    /**
     * The code of an activity: any method of any object fits, {@code parcels::ship}.
     *
     * @param <I> the type of the input
     * @param <O> the type of the result
     */
    @FunctionalInterface
    public interface Body<I, O> {

        /**
         * Touches the world. It may be run again after a crash, so give
         * {@link ActivityContext#idempotencyKey() its key} to the other side.
         *
         * @param ctx what it may know about the attempt it is in
         * @param input what the run was started with; null if that was null
         * @return the result
         * @throws Exception to fail the attempt
         */
        @Nullable O run(ActivityContext ctx, I input) throws Exception;

        /**
         * Makes a body of code without a result.
         *
         * @param action the code
         * @param <I> the type of the input
         * @return a body that returns null
         */
        static <I> Body<I, Void> of(Action<I> action) {
            return (ctx, input) -> {
                action.run(ctx, input);
                return null;
            };
        }
    }

    /**
     * The code of an activity without a result.
     *
     * @param <I> the type of the input
     */
    @FunctionalInterface
    public interface Action<I> {

        /**
         * See {@link Body#run}.
         *
         * @param ctx what it may know about the attempt it is in
         * @param input what the run was started with; null if that was null
         * @throws Exception to fail the attempt
         */
        void run(ActivityContext ctx, I input) throws Exception;
    }
}
