// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** A message was sent to a run that has ended. Nothing was written. */
public final class RunFinishedException extends PerdureException {

    private static final long serialVersionUID = 1L;

    private final RunStatus status;

    /**
     * Reports the run.
     *
     * @param runId the run
     * @param status how it ended
     */
    public RunFinishedException(String runId, RunStatus status) {
        super("run_finished", "run '" + runId + "' has ended as " + status + " and hears nothing any more. "
                + "Start a new run, or check whether the sender came too late", null);
        this.status = status;
    }

    /**
     * How the run ended.
     *
     * @return a finished status
     */
    public RunStatus status() {
        return status;
    }
}
