// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * A run that this run has started, and the promise of its result. {@link #get()} throws {@link ChildFailedException},
 * or {@link ActivityFailedException} for an activity, if it ends without a result.
 *
 * @param <T> the type of the result
 */
public interface ChildRun<T> extends Promise<T> {

    /**
     * Which run.
     *
     * @return its id; one that was made up is the same on replay
     */
    String runId();

    /**
     * Asks the child to stop, and waits for nothing: the promise fails with a {@link CancelledException} at once. A
     * child that was there before, and was only joined, goes on.
     *
     * @return whether the promise was still open
     */
    @Override
    boolean cancel();
}
