// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** Where a run stands. */
public enum RunStatus {
    /** Waits to be picked up, now or at its start time. */
    QUEUED(false),
    /** Some node is working on it, or was when it crashed. */
    RUNNING(false),
    /** Waits for time or messages and needs only its journal. */
    SUSPENDED(false),
    /** Halted by an operator. */
    PAUSED(false),
    /** Has returned its result. */
    COMPLETED(true),
    /** The code threw. */
    FAILED(true),
    /** Was asked to stop, and has cleaned up. */
    CANCELLED(true),
    /** Was stopped without asking. */
    TERMINATED(true),
    /** The engine refuses to go on; a redrive puts it back after a fix. */
    STUCK(false),
    /** Has handed over to its successor. */
    CONTINUED(true);

    private final boolean finished;

    RunStatus(boolean finished) {
        this.finished = finished;
    }

    /**
     * Whether the run will never move again.
     *
     * @return false for {@link #STUCK}, which a redrive puts back
     */
    public boolean isFinished() {
        return finished;
    }

    /**
     * Whether the run does not move of itself any more, and who waits for its result is told.
     *
     * @return true if it has finished, or is stuck until somebody redrives it
     */
    public boolean hasEnded() {
        return finished || this == STUCK;
    }
}
