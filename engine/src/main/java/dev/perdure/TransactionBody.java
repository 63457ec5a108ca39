// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction of a workflow does to the database.
 *
 * @param <T> the type of its result
 */
@FunctionalInterface
public interface TransactionBody<T> {

    /**
     * Does it. Runs on a virtual thread of its own, may block, and is called again after a failure, a crash, or a
     * collision with another transaction; all that it has done on the connection is rolled back before. Anything else
     * that it does to the world is not: leave that to steps.
     *
     * @param connection in a transaction that has begun; whoever calls commits or rolls back, so the connection refuses
     *     {@code commit}, {@code rollback}, {@code close}, {@code setAutoCommit} and {@code abort}. Save points are
     *     yours. Of no use after the return
     * @return the result, which is remembered; null is remembered as null
     * @throws Exception to roll back and fail the attempt
     */
    @Nullable T run(Connection connection) throws Exception;

    /** What a transaction without a result does; otherwise the same. */
    @FunctionalInterface
    interface Action {

        /**
         * Does it.
         *
         * @param connection see {@link TransactionBody#run}
         * @throws Exception to roll back and fail the attempt
         */
        void run(Connection connection) throws Exception;
    }
}
