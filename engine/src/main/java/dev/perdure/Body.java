// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a workflow: a branch, a shielded clean-up.
 *
 * @param <T> the type of its result, which never crosses the journal
 */
@FunctionalInterface
public interface Body<T> {

    /**
     * Runs it on a fiber of the run.
     *
     * @param ctx the context of the run, to be used here only
     * @return the result
     * @throws Exception to fail it
     */
    @Nullable T run(WorkflowContext ctx) throws Exception;

    /** A piece of a workflow without a result. */
    @FunctionalInterface
    interface Action {

        /**
         * Runs it on a fiber of the run.
         *
         * @param ctx the context of the run, to be used here only
         * @throws Exception to fail it
         */
        void run(WorkflowContext ctx) throws Exception;
    }
}
