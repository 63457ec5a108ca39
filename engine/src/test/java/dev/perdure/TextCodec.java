// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A codec for tests without JSON: text and whole numbers. */
public final class TextCodec implements Codec {

    /** Payloads of text, up to a size. */
    public static Payloads payloads(int limit) {
        return new Payloads(new TextCodec(), List.of(), List.of(), limit);
    }

    @Override
    public String id() {
        return "text";
    }

    @Override
    public byte[] encode(Object value, TypeRef<?> type) {
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T decode(byte[] bytes, TypeRef<T> type) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return type.equals(TypeRef.of(Integer.class)) ? (T) Integer.valueOf(text) : (T) text;
    }
}
