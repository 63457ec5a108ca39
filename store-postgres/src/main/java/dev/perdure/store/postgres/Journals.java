// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Reads journals. */
final class Journals {

    private record Written(long seq, byte[] unit) {
    }

    private Journals() {
    }

    static List<Unit> units(Session session, UUID incarnation, long after, int limit) throws SQLException {
        return session.sql("journal").with(incarnation).with(after).with(limit).all(Rows::unit);
    }

    /** Whether a journal has exactly these units already: what is written has been written before. */
    static boolean has(Session session, UUID incarnation, List<Unit> units) throws SQLException {
        if (units.isEmpty()) {
            return false;
        }
        List<Written> there = session.sql("journal.from").with(incarnation).with(units.getFirst().seq())
                .with(units.getLast().seq()).all(row -> new Written(row.getLong(1), row.getBytes(2)));
        boolean same = there.size() == units.size();
        for (int i = 0; same && i < units.size(); i++) {
            same = there.get(i).seq() == units.get(i).seq()
                    && Arrays.equals(there.get(i).unit(), UnitFormat.encode(units.get(i)));
        }
        return same;
    }
}
