// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * The context was used where it may not be: on a foreign thread, inside a step, inside a condition or a query, or after
 * the run has ended. Nothing was recorded.
 */
public final class ContextMisuseException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the misuse.
     *
     * @param message who called what where, and what to do instead
     */
    public ContextMisuseException(String message) {
        super("context_misuse", message, null);
    }
}
