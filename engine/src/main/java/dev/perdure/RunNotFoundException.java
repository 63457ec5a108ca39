// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** There is no run with the id. */
public final class RunNotFoundException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the id.
     *
     * @param runId the id asked for
     */
    public RunNotFoundException(String runId) {
        super("run_not_found", "there is no run '" + runId
                + "' in this store. Check the id, and that both sides use the same database; to signal a run that may "
                + "not exist yet, start it with StartOptions.signal(…)", null);
    }
}
