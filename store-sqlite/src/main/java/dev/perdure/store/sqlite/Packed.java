// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import java.sql.SQLException;
import java.util.Arrays;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Units in one blob, in order: of each the number of its entries, the number of its octets, and the octets that {@link
 * UnitFormat} made. Numbers take seven bits an octet, lowest first.
 */
final class Packed {

    private byte[] octets = new byte[512];
    private int length;

    int length() {
        return length;
    }

    void add(Unit unit) {
        byte[] body = UnitFormat.encode(unit);
        number(unit.size());
        number(body.length);
        add(body, 0, body.length);
    }

    /** Adds what another one has from a place on. */
    void add(Packed other, int from) {
        add(other.octets, from, other.length);
    }

    /** Adds all that a reader has not come to yet. */
    void add(Reader rest) {
        add(rest.octets, rest.position, rest.end);
    }

    private void add(byte[] packed, int from, int to) {
        room(to - from);
        System.arraycopy(packed, from, octets, length, to - from);
        length += to - from;
    }

    void number(long value) {
        room(10);
        long rest = value;
        while (rest > 0x7F) {
            octets[length++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        octets[length++] = (byte) rest;
    }

    byte[] toArray() {
        return Arrays.copyOf(octets, length);
    }

    void clear() {
        length = 0;
    }

    private void room(int more) {
        if (octets.length - length < more) {
            octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
        }
    }

    /** Goes through packed units. */
    static final class Reader {

        private final byte[] octets;
        private final int end;
        private int position;

        /** The number of the first entry of this unit, and of the next one. */
        private long seq;
        private long nextSeq;

        /** Where this unit's own octets begin; they end at the position. */
        private int body;

        /**
         * Begins before the first unit.
         *
         * @param firstSeq the number of its first entry
         */
        Reader(long firstSeq, byte[] octets) {
            this(firstSeq, octets, 0, octets.length);
        }

        private Reader(long firstSeq, byte[] octets, int from, int end) {
            this.nextSeq = firstSeq;
            this.octets = octets;
            this.position = from;
            this.end = end;
        }

        /** Goes to the next unit; false if there is none. */
        boolean next() throws SQLException {
            if (!hasMore()) {
                return false;
            }
            seq = nextSeq;
            nextSeq += number();
            body = skip(number());
            return true;
        }

        boolean hasMore() {
            return position < end;
        }

        /** The number of this unit's first entry. */
        long seq() {
            return seq;
        }

        /** The number of the next unit's first entry. */
        long nextSeq() {
            return nextSeq;
        }

        Unit unit() {
            return UnitFormat.decode(seq, octets, body, position);
        }

        /** Whether this unit is written with exactly these octets. */
        boolean equalsBody(byte[] other) {
            return Arrays.equals(octets, body, position, other, 0, other.length);
        }

        long number() throws SQLException {
            long value = 0;
            for (int shift = 0; shift < 63; shift += 7) {
                int octet = octets[skip(1)];
                value |= (long) (octet & 0x7F) << shift;
                if (octet >= 0) {
                    return value;
                }
            }
            throw damaged();
        }

        /** A part: units behind the number of their first entry and the number of their octets. */
        Reader units() throws SQLException {
            long firstSeq = number();
            int from = skip(number());
            return new Reader(firstSeq, octets, from, position);
        }

        /** Passes over octets, and tells where they begin. */
        private int skip(long count) throws SQLException {
            if (count > end - position) {
                throw damaged();
            }
            int from = position;
            position += (int) count;
            return from;
        }

        private static SQLException damaged() {
            return new SQLiteException("a journal's units are not as they were written",
                    SQLiteErrorCode.SQLITE_CORRUPT);
        }
    }
}
