// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * The engine refuses to go on with a run, so its result will not come until somebody acts: the code does not fit the
 * journal, a payload cannot be read, a limit was passed. Nothing was lost; fix it and redrive the run.
 */
public final class RunStuckException extends PerdureException {

    private static final long serialVersionUID = 1L;

    private final String runId;
    private final String report;

    /**
     * Reports the run.
     *
     * @param runId the run
     * @param report what the engine found, and what to do
     */
    public RunStuckException(String runId, String report) {
        super("run_stuck", "run '" + runId + "' is stuck. " + report, null);
        this.runId = runId;
        this.report = report;
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
     * What the engine found.
     *
     * @return several lines: position, what the journal has, what the code asked for, what to do
     */
    public String report() {
        return report;
    }
}
