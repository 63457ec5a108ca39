// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.ClosePolicy;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import dev.perdure.journal.UnitFormat;
import dev.perdure.store.Attempt;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Parent;
import dev.perdure.store.RunRow;
import dev.perdure.store.Ticket;
import dev.perdure.store.sqlite.file.Prepared;
import dev.perdure.store.sqlite.file.Session;
import java.nio.ByteBuffer;
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

    /** A run's row, and the number by which all other tables know it. */
    record Found(long id, RunRow row) {
    }

    private Rows() {
    }

    static Found found(ResultSet row) throws SQLException {
        return new Found(row.getLong(1), run(row));
    }

    static RunRow run(ResultSet row) throws SQLException {
        UUID incarnation = id(row, 3);
        UUID chain = id(row, 4);
        // Most runs are a chain of one.
        return new RunRow(row.getString(2), incarnation, chain.equals(incarnation) ? incarnation : chain,
                row.getString(5), RunStatus.valueOf(row.getString(6)), time(row, 7), row.getString(8), row.getString(9),
                idOrNull(row, 10), row.getInt(11), row.getInt(12), row.getLong(13), row.getLong(14),
                row.getString(15));
    }

    static NewRun launch(ResultSet row, Session session) throws SQLException {
        long run = row.getLong(10);
        // Most runs have neither.
        Map<String, String> headers = row.getBoolean(11) ? texts(session.sql("launch.headers"), run) : Map.of();
        Map<String, String> attributes = row.getBoolean(12) ? texts(session.sql("launch.attributes"), run) : Map.of();
        UUID chain = id(row, 3);
        Parent parent = row.getBoolean(13) ? session.sql("launch.parent").with(chain).first(Rows::parent) : null;
        return new NewRun(row.getString(1), id(row, 2), chain, row.getString(4), payload(row, 6), headers,
                attributes, row.getLong(5), row.getLong(8), idOrNull(row, 9), parent,
                new Ticket(row.getString(14), row.getString(15), row.getInt(16)));
    }

    static Parent parent(ResultSet row) throws SQLException {
        return new Parent(row.getString(1), id(row, 2), id(row, 3), new Position(row.getString(4), row.getInt(5)),
                ClosePolicy.valueOf(row.getString(6)));
    }

    private static Map<String, String> texts(Prepared query, long run) throws SQLException {
        Map<String, String> texts = new LinkedHashMap<>();
        query.with(run).all(row -> texts.put(row.getString(1), row.getString(2)));
        return Collections.unmodifiableMap(texts);
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
        return id(row.getBytes(column));
    }

    static @Nullable UUID idOrNull(ResultSet row, int column) throws SQLException {
        byte[] octets = row.getBytes(column);
        return octets == null ? null : id(octets);
    }

    private static UUID id(byte[] octets) {
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** A time that may never come, which is NULL in the database. */
    static long time(ResultSet row, int column) throws SQLException {
        long time = row.getLong(column);
        return row.wasNull() ? Long.MAX_VALUE : time;
    }
}
