// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything Perdure throws on purpose. Unchecked; the message says where, what was expected, what was
 * found and what to do.
 */
public abstract class PerdureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * Makes an exception with a stable code.
     *
     * @param code a short, stable word such as {@code unknown_workflow}, for logs and alerts
     * @param message where, what and the remedy
     * @param cause what led to it, or null
     */
    protected PerdureException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * A short word for the kind of trouble that never changes between releases.
     *
     * @return for example {@code unknown_workflow}
     */
    public final String code() {
        return code;
    }
}
