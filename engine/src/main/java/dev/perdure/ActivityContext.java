// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an activity may know about the attempt it is in, and say of it. {@link #runId()} is the activity's own run, and
 * {@link #idempotencyKey()} belongs to that. Safe for all threads.
 */
public interface ActivityContext extends StepContext {

    /**
     * Says that the attempt is alive.
     *
     * @throws CancelledException if somebody has asked the activity to stop, so that a loop that does this ends by
     *     itself; catch it to clean up
     */
    default void heartbeat() {
        heartbeat(null);
    }

    /**
     * Says that the attempt is alive, and how far it has come: the next attempt, here or elsewhere, reads that. What
     * was said last is written as soon as what was said before is durable; this does not wait for it.
     *
     * @param progress any value that the codec can write; null for nothing new
     * @throws CancelledException if somebody has asked the activity to stop
     */
    void heartbeat(@Nullable Object progress);

    /**
     * How far an earlier attempt had come.
     *
     * @param type of what it said
     * @param <T> the same
     * @return what {@link #heartbeat(Object)} was told last, in any attempt; empty if nothing
     */
    <T> Optional<T> progress(Class<T> type);

    /**
     * Leaves the result to somebody outside: a person, another system that calls back. When the body has returned, and
     * whatever it has returned, the activity waits, without a thread and without memory, until
     * {@link dev.perdure.engine.Client#complete} or {@link dev.perdure.engine.Client#fail} is called with the token.
     * The time-out of the attempt goes on; a body that throws has failed all the same.
     *
     * @return the token: the same for this attempt, also if a crash repeats it; those of other attempts count for
     *     nothing
     */
    String completeLater();

    /**
     * What the run was started with beside its input.
     *
     * @return the headers of the run, and of the run that has called it
     */
    Map<String, String> headers();
}
