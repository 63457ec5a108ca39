// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.Schedule;
import dev.perdure.Workflow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The schedules of a store: what starts runs on a calendar. From {@link Client#schedules()}.
 *
 * <p>A schedule is itself a run, so it is kept by whatever engine of the store has a place for it, and goes on when
 * that dies. What is said to it here is durable when the call returns, is shown by {@link #find} at once, and acts when
 * an engine has heard it: at once, or when there is one.
 *
 * <p>Safe for all threads. Every method may throw {@link dev.perdure.store.StoreException}.
 */
public interface Schedules {

    /**
     * Makes a schedule, or puts it in the place of the one that has its name. To be called at every start of an
     * application, too: one that is the same already goes on as it is.
     *
     * <p>The first tick is later than this call. Ticks of an earlier schedule that wait for a run to end, wait on.
     *
     * @param schedule when runs are started, and how
     * @param workflow of which workflow; whoever calls this need not have its code
     * @param input the input of each run
     * @param <I> the type of the input
     * @return whether there was none of its name
     * @throws dev.perdure.WrongTypeException if the input is of another class
     * @throws dev.perdure.InvalidArgumentException if the cron expression cannot be read or never fits
     */
    <I> boolean put(Schedule schedule, Workflow<I, ?> workflow, @Nullable I input);

    /**
     * The same by the name of the workflow, for tools that know no types.
     *
     * @param schedule when runs are started, and how
     * @param workflow the name
     * @param input as the codec would write it
     * @return whether there was none of its name
     * @throws dev.perdure.InvalidArgumentException if the cron expression cannot be read or never fits
     */
    boolean put(Schedule schedule, String workflow, Payload input);

    /**
     * Looks a schedule up.
     *
     * @param name its name
     * @return how it stands, or empty if there is none
     */
    Optional<View> find(String name);

    /**
     * All schedules.
     *
     * @return by name
     */
    List<View> list();

    /**
     * Lets a schedule start nothing until it is resumed. What runs goes on; {@link #trigger} and {@link #backfill}
     * work.
     *
     * @param name its name
     * @param reason why, for people; not empty
     * @throws dev.perdure.InvalidArgumentException if there is none
     */
    void pause(String name, String reason);

    /**
     * Lets it go on with the next tick. Those of the pause are not made up for.
     *
     * @param name its name
     * @throws dev.perdure.InvalidArgumentException if there is none
     */
    void resume(String name);

    /**
     * Starts a run now, beside whatever runs and whether or not the schedule is paused. It counts as running for the
     * ticks to come.
     *
     * @param name its name
     * @return the id of the run, which there may not be yet
     * @throws dev.perdure.InvalidArgumentException if there is none
     */
    String trigger(String name);

    /**
     * Starts the runs of past ticks: all at once if overlap is allowed, otherwise one after the other. Ticks that have
     * had their run, however it ended, are left alone, because the id of their run is taken.
     *
     * @param name its name
     * @param from the first
     * @param to the last; what is still to come is left out
     * @return how many past ticks there are in that time
     * @throws dev.perdure.InvalidArgumentException if there is no such schedule, or if there are more than a thousand
     *     ticks, or if the time is not of the past
     */
    int backfill(String name, Instant from, Instant to);

    /**
     * Ends a schedule. Runs that it has started go on; what waits is not started.
     *
     * @param name its name
     * @return whether there was one
     * @throws dev.perdure.ResultTimeoutException if an engine has it and has not let go of it after a while; then it
     *     still will
     */
    boolean delete(String name);

    /**
     * How a schedule stands.
     *
     * @param schedule when it starts runs, and how
     * @param workflow the name of the workflow they are of
     * @param input the input of each
     * @param next the tick it waits for; empty if it is paused, has none, or no engine has seen it yet
     * @param pausedWhy why it is paused, or empty if it is not
     * @param running the ids of runs that go on
     * @param waiting how many ticks wait until nothing runs, those of a backfill, too
     * @param started how many runs it has started
     * @param skipped how many ticks have started nothing because of an earlier run
     * @param missed how many ticks came too late to be caught up with; those of a long time are counted up to a
     *     thousand
     * @param problem what went wrong last; empty if the last run that ended did well
     * @param runId the id of its own run
     * @param status the status of its own run: {@code STUCK} needs a redrive
     */
    record View(Schedule schedule, String workflow, Payload input, Optional<Instant> next, Optional<String> pausedWhy,
            List<String> running, int waiting, long started, long skipped, long missed, String problem, String runId,
            RunStatus status) {
    }
}
