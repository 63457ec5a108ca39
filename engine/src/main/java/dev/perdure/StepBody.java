// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import org.jspecify.annotations.Nullable;

/**
 * What a step does to the world.
 *
 * @param <T> the type of its result
 */
@FunctionalInterface
public interface StepBody<T> {

    /**
     * Does it. Runs on a virtual thread of its own, may block, and may be called again after a failure or a crash.
     *
     * @param step this attempt: its number, its idempotency key
     * @return the result, which is remembered; null is remembered as null
     * @throws Exception to fail the attempt
     */
    @Nullable T run(StepContext step) throws Exception;

    /** What a step without a result does to the world; otherwise the same. */
    @FunctionalInterface
    interface Action {

        /**
         * Does it. Runs on a virtual thread of its own, may block, and may be called again after a failure or a crash.
         *
         * @param step this attempt: its number, its idempotency key
         * @throws Exception to fail the attempt
         */
        void run(StepContext step) throws Exception;
    }
}
