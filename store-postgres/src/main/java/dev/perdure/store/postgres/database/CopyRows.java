// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Rows in the binary format of {@code COPY}, which is described in PostgreSQL's manual under that statement: a header,
 * a count of fields and each field with its length before it for every row, and a trailer.
 */
public final class CopyRows {

    private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int FLAGS_AND_EXTENSION = 8;
    private static final short END = -1;

    private ByteBuffer bytes = ByteBuffer.allocate(1 << 14);

    CopyRows() {
        bytes.put(SIGNATURE).position(SIGNATURE.length + FLAGS_AND_EXTENSION);
    }

    /** Begins a row. */
    public CopyRows row(int columns) {
        room(Short.BYTES).putShort((short) columns);
        return this;
    }

    public CopyRows with(UUID value) {
        room(Integer.BYTES + 2 * Long.BYTES).putInt(2 * Long.BYTES)
                .putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
        return this;
    }

    public CopyRows with(long value) {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
        return this;
    }

    public CopyRows with(int value) {
        room(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(value);
        return this;
    }

    public CopyRows with(byte[] value) {
        room(Integer.BYTES + value.length).putInt(value.length).put(value);
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
