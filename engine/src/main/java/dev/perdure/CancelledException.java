// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * The run, or this branch of it, was asked to stop. Thrown by every wait outside {@link WorkflowContext#shielded},
 * again and again, so that it cannot be overlooked.
 *
 * <p>Let it pass, or catch it to clean up inside {@code shielded} and rethrow. A step that is being carried out when
 * the request arrives is not interrupted: what happened is remembered first.
 */
public final class CancelledException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * For the engine.
     *
     * @param message what was cancelled, by whom and why
     */
    public CancelledException(String message) {
        super("cancelled", message, null);
    }
}
