// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;

/** The result did not come in time. The run goes on; ask again later. */
public final class ResultTimeoutException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the wait.
     *
     * @param runId the run
     * @param waited how long was waited
     */
    public ResultTimeoutException(String runId, Duration waited) {
        super("result_timeout", "run '" + runId + "' had no result after " + waited
                + ". It goes on; ask again, or see explain() for what it waits for", null);
    }
}
