// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import dev.perdure.world.World;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Starts, signals, cancels, lists and reads runs without running anything. An {@link Engine} is one; a process that has
 * no workflow code uses {@link #connect}.
 *
 * <p>Safe for all threads. Every method that changes something returns when the change is durable, and throws
 * {@link dev.perdure.store.StoreException} if the store could not do it.
 */
public interface Client extends AutoCloseable {

    /**
     * A client of a store, with the codec found on the class path.
     *
     * @param store shared with the engine that runs the workflows; not closed by the client
     * @return ready to use
     */
    static Client connect(Store store) {
        return connect(store, Payloads.found());
    }

    /**
     * A client of a store.
     *
     * @param store shared with the engine that runs the workflows; not closed by the client
     * @param payloads how values are written; as on the engine
     * @return ready to use
     */
    static Client connect(Store store, Payloads payloads) {
        return new StoreClient(store, payloads, World.real(), StoreClient.LOOK_NANOS);
    }

    /**
     * Starts a run under a new version-7 UUID.
     *
     * @param workflow which
     * @param input its input
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle on the new run
     * @throws dev.perdure.UnknownWorkflowException on an engine that does not have it
     * @throws dev.perdure.WrongTypeException if the input is of another class
     * @throws dev.perdure.PayloadTooLargeException if it is too large
     */
    default <I, O> RunHandle<O> start(Workflow<I, O> workflow, @Nullable I input) {
        return start(workflow, StartOptions.none(), input);
    }

    /**
     * Starts a run under an id, or joins the run that has it.
     *
     * @param workflow which
     * @param runId the name of the run
     * @param input its input; ignored if the run exists
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle; {@link RunHandle#created} tells which of the two
     * @throws dev.perdure.RunExistsException if the id belongs to a run of another workflow
     */
    default <I, O> RunHandle<O> start(Workflow<I, O> workflow, String runId, @Nullable I input) {
        return start(workflow, StartOptions.id(runId), input);
    }

    /**
     * Starts a run with options.
     *
     * @param workflow which
     * @param options id, policy, delay, headers, attributes, signals
     * @param input its input
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle
     * @throws dev.perdure.RunExistsException if the id is taken and the options say so, or by another workflow
     */
    <I, O> RunHandle<O> start(Workflow<I, O> workflow, StartOptions options, @Nullable I input);

    /**
     * Starts a run by the name of its workflow, for tools that know no types.
     *
     * @param workflow the name
     * @param options id, policy, delay, headers, attributes, signals
     * @param input as the codec would write it
     * @return a handle whose result is the stored payload
     */
    RunHandle<Payload> start(String workflow, StartOptions options, Payload input);

    /**
     * A handle on an existing run.
     *
     * @param workflow which workflow it is of
     * @param runId its name
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle that follows the chain
     * @throws dev.perdure.RunNotFoundException if there is none
     */
    <I, O> RunHandle<O> handle(Workflow<I, O> workflow, String runId);

    /**
     * A handle on an existing run of any workflow.
     *
     * @param runId its name
     * @return a handle whose result is the stored payload
     * @throws dev.perdure.RunNotFoundException if there is none
     */
    RunHandle<Payload> handle(String runId);

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
     * Asks a run to stop; it cleans up and ends as {@code CANCELLED}.
     *
     * @param runId which
     * @param reason why, for people
     * @throws dev.perdure.RunNotFoundException if there is no such run
     * @throws dev.perdure.RunFinishedException if it has finished
     */
    void cancel(String runId, String reason);

    /**
     * Stops a run without asking it.
     *
     * @param runId which
     * @param reason why, for people
     * @throws dev.perdure.RunNotFoundException if there is no such run
     * @throws dev.perdure.RunFinishedException if it has finished
     */
    void terminate(String runId, String reason);

    /**
     * Puts a stuck run back after the cause was mended.
     *
     * @param runId which
     * @throws dev.perdure.RunNotFoundException if there is no such run
     * @throws dev.perdure.InvalidArgumentException if it is not stuck
     */
    void redrive(String runId);

    /**
     * Puts all stuck runs of a filter back.
     *
     * @param filter which
     * @return how many
     */
    int redriveAll(RunFilter filter);

    /**
     * Lists runs, newest first.
     *
     * @param filter which
     * @param limit how many at most, from 1 to 10,000
     * @return the first page
     */
    default RunPage list(RunFilter filter, int limit) {
        return list(filter, Optional.empty(), limit);
    }

    /**
     * Lists runs, newest first, a page at a time.
     *
     * @param filter which
     * @param after {@link RunPage#next} of the page before, or empty for the first
     * @param limit how many at most, from 1 to 10,000
     * @return a page
     */
    RunPage list(RunFilter filter, Optional<UUID> after, int limit);

    /**
     * Counts runs.
     *
     * @param filter which
     * @return how many
     */
    long count(RunFilter filter);

    /** Ends the client. The store stays open. */
    @Override
    void close();
}
