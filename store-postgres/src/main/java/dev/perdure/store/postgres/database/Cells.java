// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.sql.SQLException;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes the values of a row, or of a statement, in order. */
public interface Cells {

    /** A bigint. */
    Cells with(long value) throws SQLException;

    /** A boolean. */
    Cells with(boolean value) throws SQLException;

    /** An integer. */
    Cells with(int value) throws SQLException;

    /** A text; PostgreSQL has no place for the character with number 0 in one. */
    Cells with(String value) throws SQLException;

    /** Octets. */
    Cells with(byte[] value) throws SQLException;

    /** An id, or none. */
    Cells with(@Nullable UUID value) throws SQLException;

    /** A bigint for a time that may never come, which is NULL in the database. */
    Cells withTime(long time) throws SQLException;

    /** Values of one type as an array, such as {@code uuid} or {@code text}. */
    Cells with(String type, Collection<?> values) throws SQLException;
}
