// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.RunStatus;
import dev.perdure.store.Limit;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.Rows.Found;
import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides starts and makes runs, within a transaction. */
final class NewRuns {

    /**
     * What stands against a start.
     *
     * @param outcome the start's outcome, or null if the run may be made
     * @param namesake the finished run that makes way for it, or null
     */
    record Decision(@Nullable Outcome outcome, @Nullable Found namesake) {
    }

    /** No run has this number. */
    static final long TAKEN = 0;

    private final Session session;
    private final Inbox inbox;
    private final Families families;

    /** The number of the newest run, or -1 as long as nobody has asked. The write lock keeps it right. */
    private long last = -1;

    NewRuns(Session session, Inbox inbox) {
        this.session = session;
        this.inbox = inbox;
        this.families = new Families(session, inbox);
    }

    /** Looks who has the name. A living run gets the messages that came along. */
    Decision decide(Write.Start start) throws SQLException {
        NewRun wanted = start.run();
        List<Found> found = session.sql("run.same_or_namesake").with(wanted.incarnation()).with(wanted.runId())
                .all(Rows::found);
        for (Found each : found) {
            if (each.row().incarnation().equals(wanted.incarnation())) {
                return new Decision(new Outcome(Kind.DONE, each.row()), null);
            }
        }
        if (found.isEmpty()) {
            return new Decision(null, null);
        }
        Found existing = found.getFirst();
        boolean finished = existing.row().status().isFinished();
        if (finished && start.restartFinished()) {
            return new Decision(null, existing);
        }
        if (!finished) {
            inbox.deliver(existing.id(), existing.row().chain(), start.messages());
        }
        return new Decision(new Outcome(Kind.EXISTS, existing.row()), null);
    }

    /** Starts a run for a client. */
    Outcome start(Write.Start start) throws SQLException {
        NewRun run = start.run();
        long id = create(run, null, null, queued(run));
        if (id == TAKEN) {
            Decision decision = decide(start);
            if (decision.outcome() != null) {
                return decision.outcome();
            }
            id = create(run, decision.namesake(), null, queued(run));
        }
        furnish(id, start);
        return new Outcome(Kind.DONE, RunRow.of(run, null));
    }

    /** Gives a run that has just been made what came along with its start. */
    void furnish(long id, Write.Start start) throws SQLException {
        inbox.deliver(id, start.run().chain(), start.messages());
        for (Limit limit : start.limits()) {
            session.sql("limit.insert").with(start.run().chain()).with(limit.kind().name()).with(limit.due())
                    .with(limit.span()).update();
        }
    }

    /** Where a run stands when it has just been made. */
    static RunState queued(NewRun run) {
        return new RunState(RunStatus.QUEUED, run.startAt(), "", "", 0, false, run.createdAt());
    }

    /**
     * Makes a run. Most are new, so this asks nothing first: what stands against one, the database says.
     *
     * @param namesake whose name it takes over, or null
     * @param owner null if nobody owns it
     * @param state where it stands; not finished
     * @return its number, or {@link #TAKEN} if the incarnation or the name is there; then {@link #decide} tells what to
     *     do, and nothing has been changed
     */
    long create(NewRun run, @Nullable Found namesake, @Nullable UUID owner, RunState state) throws SQLException {
        if (namesake != null) {
            session.sql("run.supersede").with(namesake.id()).update();
        }
        if (last == -1) {
            Long newest = session.sql("run.last").first(row -> row.getLong(1));
            last = newest == null ? 0 : newest;
        }
        long id = last + 1;
        int made = session.sql("run.insert").with(id).with(run.incarnation()).with(run.runId()).with(run.chain())
                .with(run.workflow()).with(run.createdAt()).with(state.status().name()).withTime(state.wakeAt())
                .with(state.waiting()).with(state.problem()).with(owner)
                .with(state.status() == RunStatus.QUEUED ? run.createdAt() : state.at())
                .with(run.ticket().queue()).with(run.ticket().key()).with(run.ticket().rank(run.startAt())).update();
        if (made == 0) {
            return TAKEN;
        }
        last = id;
        // Nobody reads this before the transaction ends.
        session.later("launch.insert").with(id).with(run.input().codec()).with(run.input().bytes()).with(run.startAt())
                .with(run.previous()).with(run.ticket().priority()).add();
        if (run.ticket().isQueued()) {
            session.sql("queue.name").with(run.ticket().queue()).update();
        }
        if (run.parent() != null && run.chain().equals(run.incarnation())) {
            families.add(run.chain(), run.parent(), true);
        }
        int place = 0;
        for (Map.Entry<String, String> header : run.headers().entrySet()) {
            session.later("header.insert").with(id).with(place++).with(header.getKey()).with(header.getValue()).add();
        }
        for (Map.Entry<String, String> attribute : run.attributes().entrySet()) {
            session.later("attribute.insert").with(id).with(attribute.getKey()).with(attribute.getValue()).add();
        }
        return id;
    }
}
