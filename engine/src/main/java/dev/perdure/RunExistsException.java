// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** A run was to be started under an id that is taken. Nothing was written. */
public final class RunExistsException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the run.
     *
     * @param message which run there is, and what to do
     */
    public RunExistsException(String message) {
        super("run_exists", message, null);
    }
}
