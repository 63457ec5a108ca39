// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value that a run will have: the result of a branch, of a timer, of several of them.
 *
 * <p>Belongs to its run and may be used from all fibers of it, and from nowhere else.
 *
 * @param <T> the type of the value
 */
public non-sealed interface Promise<T> extends Selectable<T> {

    /**
     * Waits for the value.
     *
     * @return the value; null if that is it
     * @throws CancelledException if this promise, or the waiting branch, was cancelled
     * @throws PerdureException or whatever else the branch threw
     */
    @Nullable T get();

    /**
     * Waits for the value, but not for ever. The time-out is durable.
     *
     * @param timeout zero or more
     * @return whether the promise was settled in time
     */
    boolean await(Duration timeout);

    /**
     * Whether there is a value or a failure.
     *
     * @return true once settled
     */
    @Override
    boolean isReady();

    /**
     * Asks what it stands for to stop. A branch gets a {@link CancelledException} at its waits; a timer is called off.
     *
     * @return whether it was still open
     */
    boolean cancel();

    /**
     * How promises of one run are combined; for the engine.
     *
     * @return the combiner of the run, or null for a promise that is settled from the start
     */
    @Nullable Combiner combiner();

    /** Combines promises of one run; for the engine. */
    interface Combiner {

        /**
         * See {@link Promise#all}.
         *
         * @param promises of this run
         * @param <T> the type of the values
         * @return a promise of all values
         */
        <T> Promise<List<T>> all(List<? extends Promise<? extends T>> promises);

        /**
         * See {@link Promise#any} and {@link Promise#race}.
         *
         * @param promises of this run, not empty
         * @param failuresCount whether a failure settles it too
         * @param <T> the type of the values
         * @return a promise of the first value
         */
        <T> Promise<T> first(List<? extends Promise<? extends T>> promises, boolean failuresCount);
    }

    /**
     * All values, in the order of the promises; fails as soon as one fails. The others go on; cancel them if they
     * should not.
     *
     * @param promises of one run, perhaps empty
     * @param <T> the type of the values
     * @return a promise of the list
     */
    static <T> Promise<List<T>> all(List<? extends Promise<? extends T>> promises) {
        Combiner combiner = SettledPromise.combinerOf(promises);
        return combiner != null ? combiner.all(promises) : SettledPromise.listOf(promises);
    }

    /**
     * The first value; fails only when all have failed, with the last failure.
     *
     * @param promises of one run, at least one
     * @param <T> the type of the values
     * @return a promise of one of the values
     */
    static <T> Promise<T> any(List<? extends Promise<? extends T>> promises) {
        return SettledPromise.first(promises, false);
    }

    /**
     * What settles first, value or failure.
     *
     * @param promises of one run, at least one
     * @param <T> the type of the values
     * @return a promise of the first outcome
     */
    static <T> Promise<T> race(List<? extends Promise<? extends T>> promises) {
        return SettledPromise.first(promises, true);
    }

    /**
     * A promise that has its value from the start.
     *
     * @param value the value, or null
     * @param <T> its type
     * @return a settled promise
     */
    static <T> Promise<T> of(@Nullable T value) {
        return new SettledPromise<>(value);
    }
}
