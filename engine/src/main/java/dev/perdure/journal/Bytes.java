// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import dev.perdure.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Growing bytes to write to, and bytes to read from: numbers of variable length, texts and blobs behind their length.
 */
final class Bytes {

    private byte[] buffer;
    private int position;
    private final int end;

    Bytes() {
        this.buffer = new byte[256];
        this.end = Integer.MAX_VALUE;
    }

    Bytes(byte[] written) {
        this(written, 0, written.length);
    }

    Bytes(byte[] written, int from, int end) {
        this.buffer = written;
        this.position = from;
        this.end = end;
    }

    // ---- writing ----

    byte[] toArray() {
        return Arrays.copyOf(buffer, position);
    }

    void octet(int value) {
        room(1);
        buffer[position++] = (byte) value;
    }

    /** Seven bits an octet, lowest first; small numbers are short, negative ones take ten octets. */
    void number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[position++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        buffer[position++] = (byte) rest;
    }

    void blob(byte[] value) {
        number(value.length);
        room(value.length);
        System.arraycopy(value, 0, buffer, position, value.length);
        position += value.length;
    }

    void text(String value) {
        blob(value.getBytes(StandardCharsets.UTF_8));
    }

    void uuid(UUID value) {
        number(value.getMostSignificantBits());
        number(value.getLeastSignificantBits());
    }

    void payload(Payload value) {
        text(value.codec());
        blob(value.bytes());
    }

    void place(Position value) {
        text(value.fiber());
        number(value.index());
    }

    /** Begins a part whose length is not known yet. */
    int begin() {
        room(1);
        return position++;
    }

    /** Ends a part: its length goes in front of it, and the part moves on if that takes more than one octet. */
    void end(int mark) {
        int length = position - mark - 1;
        int more = 0;
        for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
            more++;
        }
        if (more > 0) {
            room(more);
            System.arraycopy(buffer, mark + 1, buffer, mark + 1 + more, length);
        }
        position = mark;
        number(length);
        position = mark + 1 + more + length;
    }

    private void room(int more) {
        if (buffer.length - position < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, position + more));
        }
    }

    // ---- reading ----

    boolean hasMore() {
        return position < end;
    }

    int octet() {
        return buffer[next(1)] & 0xFF;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7F) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number has more than ten octets at " + position);
    }

    int count() {
        long value = number();
        if (value < 0 || value > end - position) {
            throw new IllegalArgumentException("a length of " + value + " goes beyond the end at " + position);
        }
        return (int) value;
    }

    byte[] blob() {
        int length = count();
        int from = next(length);
        return Arrays.copyOfRange(buffer, from, from + length);
    }

    String text() {
        int length = count();
        return new String(buffer, next(length), length, StandardCharsets.UTF_8);
    }

    UUID uuid() {
        return new UUID(number(), number());
    }

    Payload payload() {
        String codec = codecName(text());
        byte[] bytes = blob();
        return codec.isEmpty() ? Payload.NONE : new Payload(codec, bytes);
    }

    Position place() {
        String fiber = text();
        return new Position(fiber.equals("main") ? "main" : fiber, (int) number());
    }

    /** A part of its own, behind its length: what a newer version appended to it is passed over by an older one. */
    Bytes part() {
        int length = count();
        int from = next(length);
        return new Bytes(buffer, from, from + length);
    }

    private int next(int length) {
        if (length > end - position) {
            throw new IllegalArgumentException("the bytes end at " + end + ", " + length + " more were expected");
        }
        int from = position;
        position += length;
        return from;
    }

    private static String codecName(String read) {
        return read.equals("json") ? "json" : read;
    }
}
