// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Definition;
import dev.perdure.Payload;
import dev.perdure.StartOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts runs, sends them signals and emits events. A {@link Client} is one, whose calls return when what they did is
 * durable; {@link Client#within} gives another, whose calls are part of a transaction of yours.
 *
 * <p>Code that is given a {@code RunStarter} need not know which of the two it has.
 */
public interface RunStarter {

    /**
     * Starts a run under a new version-7 UUID.
     *
     * @param definition which workflow or activity
     * @param input its input
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle on the new run
     * @throws dev.perdure.UnknownWorkflowException for a workflow, on an engine that does not have it
     * @throws dev.perdure.WrongTypeException if the input is of another class
     * @throws dev.perdure.PayloadTooLargeException if it is too large
     */
    default <I, O> RunHandle<O> start(Definition<I, O> definition, @Nullable I input) {
        return start(definition, StartOptions.none(), input);
    }

    /**
     * Starts a run under an id, or joins the run that has it.
     *
     * @param definition which workflow or activity
     * @param runId the name of the run
     * @param input its input; ignored if the run exists
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle; {@link RunHandle#created} tells which of the two
     * @throws dev.perdure.RunExistsException if the id belongs to a run of another definition
     */
    default <I, O> RunHandle<O> start(Definition<I, O> definition, String runId, @Nullable I input) {
        return start(definition, StartOptions.id(runId), input);
    }

    /**
     * Starts a run with options.
     *
     * @param definition which workflow or activity
     * @param options id, policy, delay, queue, headers, attributes, signals
     * @param input its input
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle
     * @throws dev.perdure.RunExistsException if the id is taken and the options say so, or by another workflow
     */
    <I, O> RunHandle<O> start(Definition<I, O> definition, StartOptions options, @Nullable I input);

    /**
     * One start among many.
     *
     * @param options id, policy, delay, queue, headers, attributes, signals
     * @param input the input of the run
     * @param <I> the type of the input
     */
    record Launch<I>(StartOptions options, @Nullable I input) {

        /**
         * A start under an id.
         *
         * @param runId the name of the run
         * @param input its input
         * @param <I> the type of the input
         * @return a start that joins the run that has the id, if there is one
         */
        public static <I> Launch<I> of(String runId, @Nullable I input) {
            return new Launch<>(StartOptions.id(runId), input);
        }
    }

    /**
     * Starts many runs of one workflow or activity, in order, a thousand in one batch. A batch is durable as a whole or
     * not at all; if one fails, those before it are there, and the same call made again, with ids, starts the rest.
     * Within a transaction of yours all are one.
     *
     * @param definition which workflow or activity
     * @param starts what {@link #start(Definition, StartOptions, Object)} would be told of each
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle for each, in the same order
     * @throws dev.perdure.WrongTypeException if an input is of another class; then nothing was written
     * @throws dev.perdure.RunExistsException if an id is taken and its options say so, or by another workflow; all
     *     others were started
     */
    <I, O> List<RunHandle<O>> startAll(Definition<I, O> definition, List<Launch<I>> starts);

    /**
     * Starts a run by the name of its workflow, for tools that know no types.
     *
     * @param workflow the name
     * @param options id, policy, delay, queue, headers, attributes, signals
     * @param input as the codec would write it
     * @return a handle whose result is the stored payload
     */
    RunHandle<Payload> start(String workflow, StartOptions options, Payload input);

    /**
     * Sends a signal.
     *
     * @param runId to which run
     * @param name under which name
     * @param value not null; send {@code true} if there is nothing to say
     * @throws dev.perdure.RunNotFoundException if there is no such run
     * @throws dev.perdure.RunFinishedException if it has finished
     */
    default void signal(String runId, String name, Object value) {
        signal(runId, name, value, null);
    }

    /**
     * Sends a signal at most once.
     *
     * @param runId to which run
     * @param name under which name
     * @param value not null
     * @param messageId the sender's own id of the message: a second one with the same id is dropped; null for none
     * @return false if the run's chain already had a message with that id
     * @throws dev.perdure.RunNotFoundException if there is no such run
     * @throws dev.perdure.RunFinishedException if it has finished
     */
    boolean signal(String runId, String name, Object value, @Nullable String messageId);

    /**
     * Makes an event known to all: to every run that waits for its name, and to every one that will. The first of a
     * name wins.
     *
     * @param name what has happened, unique in the store
     * @param value not null; give {@code true} if there is nothing to say
     * @return false if there is one of the name already; then this one is dropped
     */
    boolean emitEvent(String name, Object value);
}
