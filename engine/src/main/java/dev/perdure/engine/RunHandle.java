// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.journal.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A grip on one run, from any process. Follows the chain when the run continues as new, unless it was made for one
 * incarnation.
 *
 * <p>Safe for all threads; cheap to make and needs no closing.
 *
 * @param <O> the type of the result
 */
public interface RunHandle<O> {

    /**
     * The name of the run.
     *
     * @return as chosen, or generated
     */
    String runId();

    /**
     * The incarnation found when the handle was made.
     *
     * @return its id
     */
    UUID incarnation();

    /**
     * Whether the start that returned this handle made the run.
     *
     * @return false if it existed, and for handles not made by a start
     */
    boolean created();

    /**
     * The same run without following its chain.
     *
     * @return a handle on {@link #incarnation} only
     */
    RunHandle<O> pinned();

    /**
     * Waits for the result.
     *
     * @return the result; null if that is it
     * @throws dev.perdure.WorkflowFailedException if the run failed, was cancelled or terminated
     * @throws dev.perdure.RunStuckException if the engine refuses to go on with it
     */
    @Nullable O result();

    /**
     * Waits for the result, but not for ever.
     *
     * @param timeout zero or more
     * @return the result; null if that is it
     * @throws dev.perdure.ResultTimeoutException if it did not come in time
     * @throws dev.perdure.WorkflowFailedException if the run failed, was cancelled or terminated
     * @throws dev.perdure.RunStuckException if the engine refuses to go on with it
     */
    @Nullable O result(Duration timeout);

    /**
     * The result as a future.
     *
     * @return completes with the result, or exceptionally with what {@link #result()} throws
     */
    CompletableFuture<O> resultAsync();

    /**
     * Sends a signal to the run.
     *
     * @param name under which name
     * @param value not null
     */
    void signal(String name, Object value);

    /**
     * Asks the run to stop.
     *
     * @param reason why, for people
     */
    void cancel(String reason);

    /**
     * Stops the run without asking it.
     *
     * @param reason why, for people
     */
    void terminate(String reason);

    /**
     * Reads a value that the run has published.
     *
     * @param name under which name
     * @param type its class
     * @param <T> the same
     * @return the latest, or empty
     */
    <T> Optional<T> read(String name, Class<T> type);

    /**
     * Asks the run a question its code has declared with {@link dev.perdure.WorkflowContext#query}. Needs an engine
     * that has the code; brings the run into memory if it is not.
     *
     * @param name which question
     * @param question the argument, or null
     * @param answer the class of the answer
     * @param <A> the same
     * @return the answer
     * @throws dev.perdure.InvalidArgumentException if the run has no such query, or this client has no code
     */
    <A> @Nullable A query(String name, @Nullable Object question, Class<A> answer);

    /**
     * The run as the store sees it now.
     *
     * @return a view that does not change
     */
    RunView describe();

    /**
     * Why the run does not move, or that it does.
     *
     * @return a sentence or two for people
     */
    String explain();

    /**
     * What has happened, in order.
     *
     * @return all units of the present incarnation's journal
     */
    List<Unit> journal();
}
