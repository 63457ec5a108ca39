// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** A value has more bytes than a payload may have. Thrown before anything is written. */
public final class PayloadTooLargeException extends PerdureException {

    private static final long serialVersionUID = 1L;

    private final int bytes;
    private final int limit;

    /**
     * Reports the size.
     *
     * @param type the type of the value
     * @param bytes how many bytes it has
     * @param limit how many are allowed
     */
    public PayloadTooLargeException(TypeRef<?> type, int bytes, int limit) {
        super("payload_too_large", "a value of type " + type + " has " + bytes + " bytes, the limit is " + limit
                + ". Keep large data elsewhere and pass a reference to it, or raise Engine.builder().payloadLimit(…)",
                null);
        this.bytes = bytes;
        this.limit = limit;
    }

    /**
     * The size of the value.
     *
     * @return in bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * The limit.
     *
     * @return in bytes
     */
    public int limit() {
        return limit;
    }
}
