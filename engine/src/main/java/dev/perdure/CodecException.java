// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import org.jspecify.annotations.Nullable;

/** A value could not be turned into bytes, or bytes not into a value, or there is no codec to do it. */
public final class CodecException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the value or the bytes.
     *
     * @param message which type, what is wrong, what to do
     * @param cause what the codec's library said, or null
     */
    public CodecException(String message, @Nullable Throwable cause) {
        super("codec", message, cause);
    }
}
