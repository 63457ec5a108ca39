// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Instant;

/** What a step may know about the attempt it is in. Safe for all threads. */
public interface StepContext {

    /**
     * The same text for every attempt, crash and redrive of this step, and for no other step: give it to the other
     * side, so that it can tell a repeated request from a new one.
     *
     * @return made of the incarnation of the run, the fiber, the step's name, and the how-manieth of that name it is
     */
    String idempotencyKey();

    /**
     * Which attempt this is. A crash does not cost one.
     *
     * @return from 1
     */
    int attempt();

    /**
     * When the first attempt was due.
     *
     * @return wall-clock time
     */
    Instant firstScheduledAt();

    /**
     * The run that called the step.
     *
     * @return its id
     */
    String runId();

    /**
     * The step's name.
     *
     * @return as given at the call
     */
    String name();

    /**
     * Whether the run, or the branch, has been asked to stop. A long step may look at this and end early; what it
     * returns or throws is remembered as usual, but it is not tried again.
     *
     * @return true once cancellation was asked for
     */
    boolean isCancelRequested();
}
