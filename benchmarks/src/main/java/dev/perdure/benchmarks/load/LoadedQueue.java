// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

/**
 * A durable job queue: jobs that do nothing are put into it while nobody takes them out, then nodes begin to.
 * Everything a job needs to be done once although processes die is paid for; its result is kept if the queue keeps
 * results.
 */
public interface LoadedQueue extends AutoCloseable {

    /**
     * Puts jobs into the queue, durably, in the way its makers recommend for many.
     *
     * @param jobs how many
     * @throws Exception if that fails
     */
    void enqueue(int jobs) throws Exception;

    /**
     * Lets nodes begin.
     *
     * @param nodes how many
     * @throws Exception if they cannot
     */
    void start(int nodes) throws Exception;

    /**
     * How many jobs have been done; whether that is durable, {@link #isEmpty} tells.
     *
     * @return since the queue was made
     */
    long done();

    /**
     * Whether the database knows that all jobs have been done.
     *
     * @return false as long as any is left
     * @throws Exception if it does not answer
     */
    boolean isEmpty() throws Exception;

    /** Stops the nodes. */
    @Override
    void close() throws Exception;
}
