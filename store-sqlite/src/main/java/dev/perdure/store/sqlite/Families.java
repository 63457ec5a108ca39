// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.store.NewMessage;
import dev.perdure.store.Parent;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.Rows.Found;
import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Parents and children, within a transaction: tells the one of the end of the other. */
final class Families {

    /** Who waits for a run, or else which child it leaves behind. */
    private record Tie(Parent parent, UUID child, boolean own, boolean waits) {
    }

    private final Session session;
    private final Inbox inbox;

    Families(Session session, Inbox inbox) {
        this.session = session;
        this.inbox = inbox;
    }

    /** Notes who is told how a chain ends; its parent, or one that has joined it. */
    void add(UUID child, Parent parent, boolean own) throws SQLException {
        session.sql("family.insert").with(child).with(parent.incarnation()).with(parent.at().fiber())
                .with(parent.at().index()).with(parent.chain()).with(parent.runId()).with(parent.close().name())
                .with(own ? 1 : 0).update();
    }

    /** A run has finished; the chains that have joined it. */
    Set<UUID> ended(UUID incarnation, RunState state, Payload ending) throws SQLException {
        Set<UUID> joiners = new HashSet<>(0);
        for (Tie tie : session.sql("family.concerned").with(incarnation)
                .with(state.status() == RunStatus.CONTINUED ? 0 : 1)
                .all(row -> new Tie(Rows.parent(row), Rows.id(row, 7), row.getBoolean(8), row.getBoolean(9)))) {
            if (tie.waits()) {
                tell(tie.parent().chain(), tie.parent().told(tie.child(), state.status(), ending, state.at()));
                if (!tie.own()) {
                    joiners.add(tie.parent().chain());
                }
            } else {
                tell(tie.child(), tie.parent().closes(state.at()));
            }
        }
        return joiners;
    }

    /** A run has sent a signal; it is told what has become of it. */
    void signal(Write.Signalled signal) throws SQLException {
        Found run = session.sql("run.by_name").with(signal.runId()).first(Rows::found);
        if (run != null && !run.row().status().isFinished()) {
            inbox.deliver(run.id(), run.row().chain(), List.of(signal.message()));
        }
        tell(signal.sender().chain(), signal.sender().signalled(run == null ? null : run.row().status(),
                signal.message().sentAt()));
    }

    /** Tells a chain, if it goes on. */
    void tell(UUID chain, NewMessage message) throws SQLException {
        Found run = session.sql("run.by_chain").with(chain).first(Rows::found);
        if (run != null && !run.row().status().isFinished()) {
            inbox.deliver(run.id(), chain, List.of(message));
        }
    }
}
