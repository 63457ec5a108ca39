// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.Locale;

/**
 * An activity ended without a result: its last attempt failed, or it was cancelled or terminated. Thrown to the
 * workflow that has called it, which may catch it; the same live and on replay.
 */
public final class ActivityFailedException extends FailedException {

    private static final long serialVersionUID = 1L;

    private final String activity;
    private final String runId;
    private final RunStatus status;

    /**
     * For the engine.
     *
     * @param activity its name
     * @param runId its run
     * @param status how it ended
     * @param failure what it threw, or why it was stopped
     * @param payloads reads the details
     */
    public ActivityFailedException(String activity, String runId, RunStatus status, Failure failure,
            Payloads payloads) {
        super("activity_" + status.name().toLowerCase(Locale.ROOT),
                "activity '" + activity + "' ended as " + status + ": " + failure.summary(), failure, payloads);
        this.activity = activity;
        this.runId = runId;
        this.status = status;
    }

    /**
     * Which activity.
     *
     * @return its name
     */
    public String activity() {
        return activity;
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
