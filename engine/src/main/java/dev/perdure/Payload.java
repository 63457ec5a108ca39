// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value as it is stored: bytes, and who can read them.
 *
 * @param codec the id of the codec that made the bytes, followed by {@code +id} for each transform applied after it;
 *     empty for {@link #NONE}
 * @param bytes the bytes; not copied, so nobody may change them
 */
public record Payload(String codec, byte[] bytes) {

    /** The payload of null and of everything without a value. */
    public static final Payload NONE = new Payload("", new byte[0]);

    /**
     * Whether there is no value.
     *
     * @return true for the payload of null
     */
    public boolean isNone() {
        return codec.isEmpty();
    }

    /**
     * The bytes as text, for people: what a JSON codec wrote is readable, of anything else only the size is told.
     *
     * @return one line
     */
    public String text() {
        if (isNone()) {
            return "null";
        }
        return codec.equals("json") ? new String(bytes, StandardCharsets.UTF_8) : bytes.length + " bytes of " + codec;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Payload that && codec.equals(that.codec) && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * codec.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
