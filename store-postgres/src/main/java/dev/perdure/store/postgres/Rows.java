// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.ClosePolicy;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import dev.perdure.store.Attempt;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Parent;
import dev.perdure.store.RunRow;
import dev.perdure.store.Ticket;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of the store of the rows of the database. Columns are read by number, in the order of {@code
 * read.sql}.
 */
final class Rows {

    private Rows() {
    }

    static RunRow run(ResultSet row) throws SQLException {
        return new RunRow(row.getString(2), id(row, 3), id(row, 4), row.getString(5),
                RunStatus.valueOf(row.getString(6)), time(row, 7), row.getString(8), row.getString(9),
                idOrNull(row, 10), row.getInt(11), row.getInt(12), row.getLong(13), row.getLong(14), row.getString(15));
    }

    static NewRun launch(ResultSet row) throws SQLException {
        return new NewRun(row.getString(1), id(row, 2), id(row, 3), row.getString(4), payload(row, 6), pairs(row, 10),
                pairs(row, 11), row.getLong(5), row.getLong(8), idOrNull(row, 9),
                row.getString(12) == null ? null : parent(row, 12),
                new Ticket(row.getString(18), row.getString(19), row.getInt(20)));
    }

    /** A parent in six columns. */
    static Parent parent(ResultSet row, int column) throws SQLException {
        return new Parent(row.getString(column), id(row, column + 1), id(row, column + 2),
                new Position(row.getString(column + 3), row.getInt(column + 4)),
                ClosePolicy.valueOf(row.getString(column + 5)));
    }

    /** Names and values by turns, or NULL for none. */
    private static Map<String, String> pairs(ResultSet row, int column) throws SQLException {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (row.getArray(column) != null) {
            String[] texts = (String[]) row.getArray(column).getArray();
            for (int i = 0; i < texts.length; i += 2) {
                pairs.put(texts[i], texts[i + 1]);
            }
        }
        return Collections.unmodifiableMap(pairs);
    }

    static Unit unit(ResultSet row) throws SQLException {
        return UnitFormat.decode(row.getLong(1), row.getBytes(2));
    }

    static Limit.Of limit(ResultSet row) throws SQLException {
        return new Limit.Of(id(row, 1), new Limit(Limit.Kind.valueOf(row.getString(2)), row.getLong(3),
                row.getLong(4)));
    }

    static Message message(ResultSet row) throws SQLException {
        return new Message(row.getLong(1), id(row, 2), new NewMessage(row.getString(3),
                NewMessage.Kind.valueOf(row.getString(4)), row.getString(5), payload(row, 6), row.getString(8),
                row.getLong(9)));
    }

    static Attempt attempt(ResultSet row) throws SQLException {
        byte[] failure = row.getBytes(7);
        return new Attempt(new Position(row.getString(1), row.getInt(2)), row.getString(3), row.getInt(4),
                row.getLong(5), row.getLong(6), failure.length == 0 ? null : UnitFormat.decodeFailure(failure),
                payload(row, 8));
    }

    /** A payload in two columns: the codec, and after it the bytes. */
    static Payload payload(ResultSet row, int column) throws SQLException {
        String codec = row.getString(column);
        return codec.isEmpty() ? Payload.NONE : new Payload(codec, row.getBytes(column + 1));
    }

    static UUID id(ResultSet row, int column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    static @Nullable UUID idOrNull(ResultSet row, int column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    /** A time that may never come, which is NULL in the database. */
    static long time(ResultSet row, int column) throws SQLException {
        long time = row.getLong(column);
        return row.wasNull() ? Long.MAX_VALUE : time;
    }
}
