// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** An argument that cannot be meant, such as a negative duration. Thrown before anything is written. */
public final class InvalidArgumentException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the argument.
     *
     * @param message which argument, what it was and what is allowed
     */
    public InvalidArgumentException(String message) {
        super("invalid_argument", message, null);
    }
}
