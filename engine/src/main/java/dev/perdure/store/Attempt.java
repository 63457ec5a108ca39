// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.journal.Position;
import org.jspecify.annotations.Nullable;

/**
 * How far an open step, or an activity, has come. Overwritten by the next attempt; only the outcome is journaled.
 *
 * @param at the step's position; of an activity, {@link #WHOLE_RUN}
 * @param step the name of the step or activity
 * @param made how many attempts have failed
 * @param firstAt when the first was due, in milliseconds since 1970
 * @param nextAt when the next is due, in milliseconds since 1970; of one that is under way, when that was due
 * @param failure what the last one that failed threw; null if none has
 * @param progress what an activity has said of its progress; {@link Payload#NONE} if nothing
 */
public record Attempt(Position at, String step, int made, long firstAt, long nextAt, @Nullable Failure failure,
        Payload progress) {

    /** The position of an activity, which is a run of its own and has only one. */
    public static final Position WHOLE_RUN = new Position("", 0);

    /**
     * How far a step has come.
     *
     * @param at see above
     * @param step see above
     * @param made see above
     * @param firstAt see above
     * @param nextAt see above
     * @param failure see above
     */
    public Attempt(Position at, String step, int made, long firstAt, long nextAt, Failure failure) {
        this(at, step, made, firstAt, nextAt, failure, Payload.NONE);
    }

    /**
     * The same, at another time.
     *
     * @param next when the next attempt is due, in milliseconds since 1970
     * @return another one
     */
    public Attempt due(long next) {
        return new Attempt(at, step, made, firstAt, next, failure, progress);
    }

    /**
     * The same, further on.
     *
     * @param said the progress
     * @return another one
     */
    public Attempt with(Payload said) {
        return new Attempt(at, step, made, firstAt, nextAt, failure, said);
    }
}
