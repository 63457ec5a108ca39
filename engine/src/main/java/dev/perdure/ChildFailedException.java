// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.Locale;

/**
 * A child run ended without a result: it failed, was cancelled or was terminated. Thrown to the parent, which may catch
 * it; the same live and on replay.
 */
public final class ChildFailedException extends FailedException {

    private static final long serialVersionUID = 1L;

    private final String workflow;
    private final String runId;
    private final RunStatus status;

    /**
     * For the engine.
     *
     * @param workflow the name of the child's workflow
     * @param runId the child
     * @param status how it ended
     * @param failure what it threw, or why it was stopped
     * @param payloads reads the details
     */
    public ChildFailedException(String workflow, String runId, RunStatus status, Failure failure, Payloads payloads) {
        super("child_" + status.name().toLowerCase(Locale.ROOT),
                "child run '" + runId + "' of workflow '" + workflow + "' ended as " + status + ": "
                        + failure.summary(), failure, payloads);
        this.workflow = workflow;
        this.runId = runId;
        this.status = status;
    }

    /**
     * What it was to do.
     *
     * @return the name of its workflow
     */
    public String workflow() {
        return workflow;
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
