// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.RunStatus;
import dev.perdure.store.Limit;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Cells;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides starts and makes runs, within a transaction. */
final class NewRuns {

    /**
     * A run to be made.
     *
     * @param run what it is started with
     * @param owner null if nobody owns it
     * @param state where it stands; not finished
     */
    record Made(NewRun run, @Nullable UUID owner, RunState state) {

        static Made queued(NewRun run, @Nullable UUID owner) {
            return new Made(run, owner, new RunState(RunStatus.QUEUED, run.startAt(), "", "", 0, false,
                    run.createdAt()));
        }
    }

    /**
     * What stands against a start.
     *
     * @param outcome the start's outcome, or null if the run may be made
     * @param namesake the finished run that makes way for it, or null
     */
    record Decision(@Nullable Outcome outcome, @Nullable RunRow namesake) {
    }

    /**
     * A run that a run has started.
     *
     * @param start how
     * @param keeper the node that moves it from the beginning, or null
     */
    record Born(Write.Start start, @Nullable UUID keeper) {

        private Made made() {
            return keeper == null ? Made.queued(start.run(), null) : new Made(start.run(), keeper, new RunState(
                    RunStatus.RUNNING, Long.MAX_VALUE, "", "", 0, false, start.run().createdAt()));
        }
    }

    private record Attribute(UUID incarnation, String name, String value) {
    }

    private static final int RUN_COLUMNS = 13;

    private final Session session;
    private final Inbox inbox;

    NewRuns(Session session, Inbox inbox) {
        this.session = session;
        this.inbox = inbox;
    }

    /** Looks who has the name. A living run gets the messages that came along. */
    Decision decide(Write.Start start) throws SQLException {
        NewRun wanted = start.run();
        List<RunRow> found = session.sql("run.same_or_namesake").with(wanted.incarnation()).with(wanted.runId())
                .all(Rows::run);
        for (RunRow each : found) {
            if (each.incarnation().equals(wanted.incarnation())) {
                return new Decision(new Outcome(Kind.DONE, each), null);
            }
        }
        if (found.isEmpty()) {
            return new Decision(null, null);
        }
        RunRow existing = found.getFirst();
        if (existing.status().isFinished() && start.restartFinished()) {
            return new Decision(null, existing);
        }
        if (!existing.status().isFinished()) {
            inbox.deliver(existing.chain(), start.messages());
        }
        return new Decision(new Outcome(Kind.EXISTS, existing), null);
    }

    /** Starts a run for a client. */
    Outcome start(Write.Start start) throws SQLException {
        Made made = Made.queued(start.run(), null);
        while (create(List.of(made)).isEmpty()) {
            Decision decision = decide(start);
            if (decision.outcome() != null) {
                return decision.outcome();
            }
            supersede(decision.namesake());
        }
        furnish(start);
        return new Outcome(Kind.DONE, RunRow.of(start.run(), null));
    }

    /** Gives a run that has just been made what came along with its start. */
    void furnish(Write.Start start) throws SQLException {
        inbox.deliver(start.run().chain(), start.messages());
        for (Limit limit : start.limits()) {
            session.sql("limit.insert").with(start.run().chain()).with(limit.kind().name()).with(limit.due())
                    .with(limit.span()).update();
        }
    }

    /** Starts several runs, and makes what nothing stands against together. */
    List<Outcome> startAll(List<Born> all) throws SQLException {
        Set<UUID> made = create(all.stream().map(Born::made).toList());
        List<Outcome> outcomes = new ArrayList<>(all.size());
        for (Born each : all) {
            Write.Start start = each.start();
            if (made.contains(start.run().incarnation())) {
                furnish(start);
                outcomes.add(new Outcome(Kind.DONE, RunRow.of(start.run(), null)));
            } else {
                outcomes.add(start(start));
            }
        }
        return outcomes;
    }

    /**
     * Starts what a run has started. <b>Invariant:</b> this happens once, because its commit does; so a child whose id
     * was made up for it is new, and nothing can stand against it.
     */
    void startChildren(List<Born> children) throws SQLException {
        if (!Session.isWorthCopying(children.size())
                || children.stream().anyMatch(each -> each.start().run().hasChosenName())) {
            startAll(children);
            return;
        }
        List<Made> made = children.stream().map(Born::made).toList();
        session.write("run", made, RUN_COLUMNS, NewRuns::run);
        complete(made);
        for (Born each : children) {
            furnish(each.start());
        }
    }

    /** Takes the name from a run; does nothing if somebody else has done so meanwhile. */
    void supersede(@Nullable RunRow namesake) throws SQLException {
        if (namesake != null) {
            supersede(namesake.incarnation());
        }
    }

    void supersede(UUID incarnation) throws SQLException {
        session.sql("run.supersede").with(incarnation).update();
    }

    /**
     * Makes runs. Most are new, so this asks nothing first: what stands against one, the database says.
     *
     * @return those that were made; of the others the incarnation or the name is there, and nothing has been changed
     */
    Set<UUID> create(List<Made> runs) throws SQLException {
        Set<UUID> made = new HashSet<>(session.insert("run.insert", runs, RUN_COLUMNS, NewRuns::run,
                row -> Rows.id(row, 1)));
        complete(runs.stream().filter(each -> made.contains(each.run().incarnation())).toList());
        return made;
    }

    private static void run(Made made, Cells cells) throws SQLException {
        NewRun run = made.run();
        List<String> headers = new ArrayList<>();
        run.headers().forEach((name, value) -> headers.addAll(List.of(name, value)));
        cells.with(run.incarnation()).with(run.runId()).with(run.chain()).with(run.workflow())
                .with(run.input().codec()).with(run.input().bytes()).with("text", headers).with(run.startAt())
                .with(run.createdAt()).with(run.previous()).with(run.ticket().queue()).with(run.ticket().key())
                .with(run.ticket().priority());
    }

    /** Writes what belongs to runs that have just been made. */
    private void complete(List<Made> done) throws SQLException {
        session.write("state", done, 10, (each, cells) -> cells.with(each.run().incarnation())
                .with(each.state().status().name()).withTime(each.state().wakeAt()).with(each.state().waiting())
                .with(each.state().problem()).with(each.owner())
                .with(each.state().status() == RunStatus.QUEUED ? each.run().createdAt() : each.state().at())
                .with(each.run().ticket().queue()).with(each.run().ticket().key())
                .with(each.run().ticket().rank(each.run().startAt())));
        // Those that continue a child have its parent by their chain.
        session.write("family", done.stream().map(Made::run)
                .filter(run -> run.parent() != null && run.chain().equals(run.incarnation())).toList(), 8,
                (run, cells) -> Families.tie(cells.with(run.chain()), run.parent()).with(true));
        List<Attribute> attributes = new ArrayList<>();
        for (Made each : done) {
            for (Map.Entry<String, String> attribute : each.run().attributes().entrySet()) {
                attributes.add(new Attribute(each.run().incarnation(), attribute.getKey(), attribute.getValue()));
            }
        }
        session.insert("attribute.insert", attributes, 3, (each, cells) ->
                cells.with(each.incarnation()).with(each.name()).with(each.value()));
    }
}
