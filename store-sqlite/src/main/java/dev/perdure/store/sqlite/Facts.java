// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.journal.Position;
import dev.perdure.store.Asker;
import dev.perdure.store.Fact;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.file.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Facts and who waits for them, within a transaction. One transaction writes at a time, so either the fact is there
 * when a run begins to wait, or the run is there when the fact comes.
 */
final class Facts {

    private final Session session;
    private final Families families;

    Facts(Session session, Families families) {
        this.session = session;
        this.families = families;
    }

    /** Makes a fact known, and tells those who wait for it; false if there is one of the name. */
    boolean emit(Fact fact) throws SQLException {
        int made = session.sql("fact.insert").with(fact.name()).with(fact.value().codec()).with(fact.value().bytes())
                .with(fact.by()).with(fact.at()).update();
        if (made == 0) {
            return false;
        }
        for (Write.Listening each : session.sql("listener.of_fact").with(fact.name()).all(Facts::listening)) {
            families.tell(each.asker().chain(), each.asker().learned(fact));
        }
        session.sql("listener.told").with(fact.name()).update();
        return true;
    }

    /** Tells a run of a fact: now, or when it is known. */
    void listen(Write.Listening wanted) throws SQLException {
        Asker asker = wanted.asker();
        Fact known = session.sql("fact").with(wanted.fact()).first(Facts::fact);
        if (known != null) {
            families.tell(asker.chain(), asker.learned(known));
        } else {
            session.sql("listener.insert").with(asker.incarnation()).with(asker.at().fiber()).with(asker.at().index())
                    .with(asker.chain()).with(wanted.fact()).update();
        }
    }

    void giveUp(UUID incarnation, Position at) throws SQLException {
        session.sql("listener.delete").with(incarnation).with(at.fiber()).with(at.index()).update();
    }

    static Fact fact(ResultSet row) throws SQLException {
        return new Fact(row.getString(1), Rows.payload(row, 2), row.getString(4), row.getLong(5));
    }

    static Write.Listening listening(ResultSet row) throws SQLException {
        return new Write.Listening(new Asker(Rows.id(row, 1), Rows.id(row, 4),
                new Position(row.getString(2), row.getInt(3))), row.getString(5));
    }
}
