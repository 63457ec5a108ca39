// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * Makes bytes of values and values of bytes. The default one writes JSON ({@code perdure-jackson}).
 *
 * <p>One codec serves all threads at once. It is found on the class path by {@link java.util.ServiceLoader} unless one
 * is given to the builder; none or two is an error at start.
 */
public interface Codec {

    /**
     * The stable name stored with every payload, so that bytes written today stay readable when the codec changes.
     *
     * @return letters and digits, for example {@code json}
     */
    String id();

    /**
     * Writes a value.
     *
     * @param value never null
     * @param type the declared type of the value
     * @return the bytes, owned by the caller
     * @throws CodecException if the value cannot be written
     */
    byte[] encode(Object value, TypeRef<?> type);

    /**
     * Reads a value.
     *
     * <p>Bytes written for an older or newer form of the type should still be read: unknown fields are passed over,
     * missing ones get their default.
     *
     * @param bytes what {@link #encode} wrote, perhaps years ago
     * @param type the declared type of the value
     * @param <T> the same
     * @return the value, never null
     * @throws CodecException if the bytes do not fit the type
     */
    <T> T decode(byte[] bytes, TypeRef<T> type);
}
