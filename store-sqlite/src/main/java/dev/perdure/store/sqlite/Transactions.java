// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.store.sqlite.file.Database;
import dev.perdure.store.sqlite.file.Lent;
import dev.perdure.store.sqlite.file.Writer;
import java.util.List;
import java.util.UUID;

/**
 * Steps that are transactions: each has the write lock from its beginning to its end, so none meets another. Safe for
 * threads.
 */
final class Transactions {

    private final Database database;
    private final Writer writer;

    Transactions(Database database, Writer writer) {
        this.database = database;
        this.writer = writer;
    }

    Outcome transact(RunRow run, SqlStore.Work work) throws Exception {
        try (Lent lent = Lent.by(database, writer)) {
            NewMessage message = work.run(lent.connection(), lent::abort);
            Outcome outcome = lent.within(session -> {
                Long number = session.sql("run.owned_by").with(run.incarnation()).with(run.owner())
                        .first(row -> row.getLong(1));
                if (number == null) {
                    return new Outcome(Kind.REFUSED, null);
                }
                boolean isNew = new Inbox(session).deliver(number, run.chain(), List.of(message));
                return new Outcome(isNew ? Kind.DONE : Kind.DUPLICATE, run);
            });
            if (outcome.isDone() && !work.isWanted()) {
                return new Outcome(Kind.REFUSED, null);
            }
            if (outcome.isDone()) {
                lent.commit();
            }
            return outcome;
        }
    }

    /** Takes its turn, so that whatever is written before has been committed or not. */
    boolean hasLanded(UUID chain, String messageId) {
        return writer.look(session -> session.sql("sent.find").with(chain).with(messageId).any());
    }
}
