// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.journal.Arrival;
import dev.perdure.store.Attempt;

/** Who wants to know what becomes of a step. Called on the step's own thread or on the alarm thread: must not block. */
public interface StepCaller {

    /**
     * The step has its answer; nothing more will come.
     *
     * @param attempting which
     * @param answer for the journal
     * @param onOwnThread whether the calling thread is the step's virtual thread, which has nothing else to do
     */
    void answered(Attempting attempting, Arrival.Answer answer, boolean onOwnThread);

    /**
     * The step's transaction has landed: its answer is in the run's inbox, or has been heard already.
     *
     * @param attempting which
     */
    void landed(Attempting attempting);

    /**
     * The step's transaction was refused, because this node has been ended or the run is no longer its own.
     *
     * @param attempting which
     */
    void refused(Attempting attempting);

    /**
     * An attempt has failed and another will follow. Once this is durable and the time has come, call
     * {@link Attempting#tryHere} again.
     *
     * @param attempting which
     * @param progress how far it has come
     */
    void progressed(Attempting attempting, Attempt progress);
}
