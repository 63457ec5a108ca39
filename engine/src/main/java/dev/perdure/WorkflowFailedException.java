// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.Locale;

/**
 * A run ended without a result: it failed, was cancelled or was terminated. Thrown to whoever waits for the result.
 */
public final class WorkflowFailedException extends FailedException {

    private static final long serialVersionUID = 1L;

    private final String runId;
    private final RunStatus status;

    /**
     * For the engine.
     *
     * @param runId the run
     * @param status {@code FAILED}, {@code CANCELLED} or {@code TERMINATED}
     * @param failure what the workflow threw, or why it was stopped
     * @param payloads reads the details
     */
    public WorkflowFailedException(String runId, RunStatus status, Failure failure, Payloads payloads) {
        super("workflow_" + status.name().toLowerCase(Locale.ROOT),
                "run '" + runId + "' ended as " + status + ": " + failure.summary(), failure, payloads);
        this.runId = runId;
        this.status = status;
    }

    /**
     * Which run.
     *
     * @return its id
     */
    public String runId() {
        return runId;
    }

    /**
     * How it ended.
     *
     * @return {@code FAILED}, {@code CANCELLED} or {@code TERMINATED}
     */
    public RunStatus status() {
        return status;
    }
}
