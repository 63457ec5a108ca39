// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.journal.Position;
import dev.perdure.store.Asker;
import dev.perdure.store.Fact;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Prepared;
import dev.perdure.store.postgres.database.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/**
 * Facts and who waits for them.
 *
 * <p>A fact and a run that waits for it may be written by two transactions that do not see each other, and neither
 * waits for the other. So both leave <em>news</em> of the name, and whoever looks up takes news away and tells those
 * who wait for a fact that is there. News is visible when its transaction has been committed. <b>Invariant:</b> so
 * whoever takes the news of the one that was committed last sees the fact and who waits for it.
 */
final class Facts {

    private final Session session;
    private boolean news;

    Facts(Session session) {
        this.session = session;
    }

    /** Whether there is something to be {@linkplain #spread spread} once this is committed. */
    boolean hasNews() {
        return news;
    }

    /** Makes a fact known; false if there is one of the name. */
    boolean emit(Fact fact) throws SQLException {
        boolean isNew = session.sql("fact.insert").with(fact.name()).with(fact.value().codec())
                .with(fact.value().bytes()).with(fact.by()).with(fact.at()).update() == 1;
        news |= isNew;
        return isNew;
    }

    /** In one order, so that no two who emit the same facts wait for each other. */
    void emitAll(List<Fact> facts) throws SQLException {
        for (Fact fact : facts.stream().sorted(Comparator.comparing(Fact::name)).toList()) {
            emit(fact);
        }
    }

    void listen(List<Write.Listening> all) throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        news = true;
        session.insert("listener.insert", all, 5, (each, statement) -> statement.with(each.asker().incarnation())
                .with(each.asker().at().fiber()).with(each.asker().at().index()).with(each.asker().chain())
                .with(each.fact()));
        session.insert("news.insert", all.stream().map(Write.Listening::fact).distinct().toList(), 1,
                (name, statement) -> statement.with(name));
        places(session.sql("listener.known"), all.stream().map(Write.Listening::asker).toList()).update();
    }

    void giveUp(List<Asker> all) throws SQLException {
        if (!all.isEmpty()) {
            places(session.sql("listener.delete"), all).update();
        }
    }

    private static Prepared places(Prepared statement, List<Asker> all) throws SQLException {
        return statement.with("uuid", all.stream().map(Asker::incarnation).toList())
                .with("text", all.stream().map(asker -> asker.at().fiber()).toList())
                .with("integer", all.stream().map(asker -> asker.at().index()).toList());
    }

    /**
     * Takes all news and tells those who wait. One statement by itself: its snapshot is younger than the news it takes.
     *
     * @return how many were told
     */
    static int spread(Session session) throws SQLException {
        return session.sql("news.spread").update();
    }

    static Write.Listening listening(ResultSet row) throws SQLException {
        return new Write.Listening(new Asker(Rows.id(row, 1), Rows.id(row, 4),
                new Position(row.getString(2), row.getInt(3))), row.getString(5));
    }

    static Fact fact(ResultSet row) throws SQLException {
        return new Fact(row.getString(1), Rows.payload(row, 2), row.getString(4), row.getLong(5));
    }
}
