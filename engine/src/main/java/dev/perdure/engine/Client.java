// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Definition;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.Queue;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.SqlStore;
import dev.perdure.store.Store;
import dev.perdure.world.World;
import java.sql.Connection;
import java.util.List;
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
public interface Client extends RunStarter, AutoCloseable {

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
     * Starts and signals within a transaction of yours: what it does is seen when the transaction commits, and has
     * never been if it rolls back. Needs a {@link SqlStore}, and a connection to the very database where it has its
     * tables, which is not in auto-commit mode.
     *
     * {@snippet :
     * connection.setAutoCommit(false);
     * insert(connection, order);
     * client.within(connection).start(CHECKOUT, order.id(), order);
     * connection.commit(); }
     *
     * <p>The client leaves the connection as it is: it neither commits nor rolls back nor closes it, and sets nothing.
     * What this returns remembers nothing, so it may be used for the connection's next transaction, too; like the
     * connection, by one thread at a time.
     *
     * <p>Its calls throw {@link dev.perdure.InvalidArgumentException} for a connection in auto-commit mode or to
     * another database, before anything is written, and {@link dev.perdure.store.StoreException} if the database could
     * not do it; then roll back. Handles that it returns see their run only after the commit; after a roll-back their
     * {@link RunHandle#result()} waits in vain.
     *
     * @param connection open; not closed by the client
     * @return starts and signals within whatever transaction the connection is in when it is called
     * @throws dev.perdure.InvalidArgumentException if the store cannot do this
     */
    RunStarter within(Connection connection);

    /**
     * A handle on an existing run.
     *
     * @param definition which workflow or activity it is of
     * @param runId its name
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a handle that follows the chain
     * @throws dev.perdure.RunNotFoundException if there is none
     */
    <I, O> RunHandle<O> handle(Definition<I, O> definition, String runId);

    /**
     * A handle on an existing run of any workflow.
     *
     * @param runId its name
     * @return a handle whose result is the stored payload
     * @throws dev.perdure.RunNotFoundException if there is none
     */
    RunHandle<Payload> handle(String runId);

    /**
     * An event that was emitted, by a run, a client or within a transaction.
     *
     * @param name its name
     * @param type the class of its value
     * @param <T> the same
     * @return its value; empty if it is not known
     */
    <T> Optional<T> event(String name, Class<T> type);

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
     * Completes an activity that was left to somebody outside.
     *
     * @param token what {@link dev.perdure.ActivityContext#completeLater} has returned
     * @param result of the activity's result type
     * @throws dev.perdure.InvalidArgumentException if it is no token
     * @throws dev.perdure.RunNotFoundException if the activity is not there any more, because its caller has heard how
     *     it ended
     * @throws dev.perdure.RunFinishedException if it has finished
     */
    void complete(String token, @Nullable Object result);

    /**
     * Lets an activity fail that was left to somebody outside. There will be no other attempt.
     *
     * @param token what {@link dev.perdure.ActivityContext#completeLater} has returned
     * @param why what the caller is told, as text
     * @throws dev.perdure.InvalidArgumentException if it is no token
     * @throws dev.perdure.RunNotFoundException if the activity is not there any more
     * @throws dev.perdure.RunFinishedException if it has finished
     */
    void fail(String token, Throwable why);

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

    /**
     * The queues that anybody has named, with how much there is to do: what an autoscaler wants to know.
     *
     * @return in the order of their names; counting takes the longer the more runs wait
     */
    List<QueueView> queues();

    /**
     * Sets the limits of a queue from now on, on all nodes. Runs that go on are left alone. What is said here stands
     * until it is said otherwise here, or by changed code (see {@link EngineBuilder#queue}).
     *
     * @param queue name and limits
     */
    void setQueue(Queue queue);

    /**
     * What starts runs on a calendar.
     *
     * @return the schedules of the store
     */
    Schedules schedules();

    /** Ends the client. The store stays open. */
    @Override
    void close();
}
