// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Prepared;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Puts messages into inboxes, within a transaction. Touches nothing else, least of all the row of a run. */
final class Inbox {

    private final Session session;

    Inbox(Session session) {
        this.session = session;
    }

    /** Sends a message to a run by its name. */
    Outcome send(Write.Send send) throws SQLException {
        RunRow run = session.sql("run.by_name").with(send.runId()).first(Rows::run);
        if (run == null) {
            return new Outcome(Kind.NOT_FOUND, null);
        }
        if (run.status().isFinished()) {
            return new Outcome(wasSent(run.chain(), send.message()) ? Kind.DUPLICATE : Kind.FINISHED, run);
        }
        boolean isNew = deliver(run.chain(), List.of(send.message()));
        return new Outcome(isNew ? Kind.DONE : Kind.DUPLICATE, run);
    }

    /**
     * Puts messages at the end, but for those that the chain was ever sent before; tells whether there was a new one.
     */
    boolean deliver(UUID chain, List<NewMessage> messages) throws SQLException {
        boolean any = false;
        for (NewMessage message : messages) {
            any |= content(session.sql("message.send").with(chain).with(message.id()), message).update() == 1;
        }
        return any;
    }

    private boolean wasSent(UUID chain, NewMessage message) throws SQLException {
        return session.sql("sent.find").with(chain).with(message.id()).any();
    }

    /** Puts before everything else what the predecessor had heard and nobody had received. */
    void carry(UUID chain, List<NewMessage> carried) throws SQLException {
        if (carried.isEmpty()) {
            return;
        }
        Long lowest = session.sql("inbox.lowest_rank").with(chain).first(row -> row.getLong(1));
        long rank = Math.min(0, lowest == null ? 0 : lowest) - 1;
        for (NewMessage message : carried) {
            content(session.sql("message.carry").with(chain).with(message.id())
                    .with(chain).with(rank).with(message.id()), message).update();
        }
    }

    private static Prepared content(Prepared statement, NewMessage message) throws SQLException {
        return statement.with(message.kind().name()).with(message.name()).with(message.value().codec())
                .with(message.value().bytes()).with(message.sender()).with(message.sentAt());
    }
}
