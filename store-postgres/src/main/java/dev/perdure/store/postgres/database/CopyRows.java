// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the binary format of {@code COPY}, which is described in PostgreSQL's manual under that statement: a header,
 * a count of fields and each field with its length before it for every row, and a trailer.
 */
final class CopyRows implements Cells {

    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int FLAGS_AND_EXTENSION = 8;
    private static final short END = -1;
    private static final int NULL = -1;
    private static final int TEXT = 25;

    private ByteBuffer bytes = ByteBuffer.allocate(1 << 14);

    CopyRows() {
        bytes.put(SIGNATURE).position(SIGNATURE.length + FLAGS_AND_EXTENSION);
    }

    /** Begins a row. */
    CopyRows row(int columns) {
        room(Short.BYTES).putShort((short) columns);
        return this;
    }

    @Override
    public CopyRows with(@Nullable UUID value) {
        if (value == null) {
            return withNull();
        }
        room(Integer.BYTES + 2 * Long.BYTES).putInt(2 * Long.BYTES)
                .putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
        return this;
    }

    @Override
    public CopyRows with(long value) {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
        return this;
    }

    @Override
    public CopyRows withTime(long time) {
        return time == Long.MAX_VALUE ? withNull() : with(time);
    }

    @Override
    public CopyRows with(int value) {
        room(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(value);
        return this;
    }

    @Override
    public CopyRows with(boolean value) {
        room(Integer.BYTES + 1).putInt(1).put((byte) (value ? 1 : 0));
        return this;
    }

    @Override
    public CopyRows with(byte[] value) {
        room(Integer.BYTES + value.length).putInt(value.length).put(value);
        return this;
    }

    @Override
    public CopyRows with(String value) {
        return with(value.getBytes(StandardCharsets.UTF_8));
    }

    /** As the server sends arrays: dimensions, whether there are NULLs, the type, sizes, and the elements. */
    @Override
    public CopyRows with(String type, Collection<?> values) {
        if (!type.equals("text")) {
            throw new IllegalArgumentException("arrays of " + type + " cannot be copied. Add its number here");
        }
        int at = bytes.position();
        room(6 * Integer.BYTES).putInt(0).putInt(values.isEmpty() ? 0 : 1).putInt(0).putInt(TEXT);
        if (!values.isEmpty()) {
            bytes.putInt(values.size()).putInt(1);
        }
        values.forEach(value -> with((String) value));
        bytes.putInt(at, bytes.position() - at - Integer.BYTES);
        return this;
    }

    private CopyRows withNull() {
        room(Integer.BYTES).putInt(NULL);
        return this;
    }

    /** Everything, with the trailer. */
    ByteBuffer end() {
        return room(Short.BYTES).putShort(END).flip();
    }

    private ByteBuffer room(int needed) {
        if (bytes.remaining() < needed) {
            int capacity = Math.max(bytes.capacity() * 2, bytes.position() + needed);
            bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
        }
        return bytes;
    }
}
