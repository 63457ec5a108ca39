// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.Rows.Found;
import dev.perdure.store.sqlite.file.Prepared;
import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * Changes inboxes, within a transaction. Whatever it does, {@code runs.addressed} says afterwards whether there is
 * something.
 */
final class Inbox {

    private final Session session;

    Inbox(Session session) {
        this.session = session;
    }

    /** Sends a message to a run by its name. */
    Outcome send(Write.Send send) throws SQLException {
        Found run = session.sql("run.by_name").with(send.runId()).first(Rows::found);
        if (run == null) {
            return new Outcome(Kind.NOT_FOUND, null);
        }
        RunRow row = run.row();
        if (row.status().isFinished()) {
            return new Outcome(wasSent(row.chain(), send.message()) ? Kind.DUPLICATE : Kind.FINISHED, row);
        }
        boolean isNew = deliver(run.id(), row.chain(), List.of(send.message()));
        return new Outcome(isNew ? Kind.DONE : Kind.DUPLICATE, row);
    }

    /**
     * Puts messages at the end, but for those that the chain was ever sent before; tells whether there was a new one.
     */
    boolean deliver(long run, UUID chain, List<NewMessage> messages) throws SQLException {
        boolean any = false;
        for (NewMessage message : messages) {
            if (session.sql("sent.insert").with(chain).with(message.id()).update() == 1) {
                insert(run, 0, message);
                any = true;
            }
        }
        if (any) {
            changed(run);
        }
        return any;
    }

    private boolean wasSent(UUID chain, NewMessage message) throws SQLException {
        return session.sql("sent.find").with(chain).with(message.id()).any();
    }

    void heard(long run, List<Long> numbers) throws SQLException {
        Prepared heard = session.sql("inbox.heard");
        for (long number : numbers) {
            heard.with(number).with(run).update();
        }
        changed(run);
    }

    /** Gives a successor what its predecessor had not heard, and before it what nobody had received. */
    void handOver(long from, long to, UUID chain, List<NewMessage> carried) throws SQLException {
        Long lowest = session.sql("inbox.lowest_rank").with(from).first(row -> row.getLong(1));
        long rank = Math.min(0, lowest == null ? 0 : lowest) - 1;
        for (NewMessage message : carried) {
            session.sql("sent.insert").with(chain).with(message.id()).update();
            insert(to, rank, message);
        }
        session.sql("inbox.hand_over").with(to).with(from).update();
        changed(to);
    }

    private void insert(long run, long rank, NewMessage message) throws SQLException {
        session.sql("inbox.insert").with(run).with(rank).with(message.id()).with(message.kind().name())
                .with(message.name()).with(message.value().codec()).with(message.value().bytes())
                .with(message.sender()).with(message.sentAt()).update();
    }

    private void changed(long run) throws SQLException {
        session.sql("run.addressed").with(run).update();
    }
}
