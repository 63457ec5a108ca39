// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.Payload;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import dev.perdure.store.Asker;
import dev.perdure.store.Attempt;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.Fact;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * What the owners of different runs have said, gathered by table. Everything in here has been decided; a statement
 * carries the rows of all runs.
 */
final class Moves {

    private static final byte[] NOTHING = {};

    private record OfRun<T>(UUID incarnation, UUID chain, T what) {
    }

    private record Value(String name, Payload payload) {
    }

    /** What carries out a part each. */
    record Parts(Inbox inbox, NewRuns newRuns, Families families, Facts facts) {
    }

    private final Session session;
    private final Inbox inbox;
    private final NewRuns newRuns;
    private final Families families;
    private final Facts facts;
    private final Set<UUID> concerned = new HashSet<>();
    private final List<OfRun<Unit>> units = new ArrayList<>();
    private final List<OfRun<Long>> heard = new ArrayList<>();
    private final List<OfRun<Attempt>> attempts = new ArrayList<>();
    private final List<OfRun<Position>> answered = new ArrayList<>();
    private final List<OfRun<Value>> published = new ArrayList<>();
    private final List<OfRun<Value>> takenBack = new ArrayList<>();
    private final List<OfRun<RunState>> moved = new ArrayList<>();
    private final List<OfRun<RunState>> finished = new ArrayList<>();
    private final List<Write.Advance> continued = new ArrayList<>();
    private final List<NewRuns.Born> children = new ArrayList<>();
    private final Map<UUID, List<UUID>> forgotten = new HashMap<>(1);
    private final List<Write.Told> told = new ArrayList<>();
    private final List<Write.Signalled> signals = new ArrayList<>();
    private final List<Fact> emitted = new ArrayList<>();
    private final List<Write.Listening> listening = new ArrayList<>();
    private final List<Asker> givenUp = new ArrayList<>();
    private final List<Families.Ended> ended = new ArrayList<>();

    Moves(Session session, Parts parts) {
        this.session = session;
        this.inbox = parts.inbox();
        this.newRuns = parts.newRuns();
        this.families = parts.families();
        this.facts = parts.facts();
    }

    boolean concern(UUID incarnation) {
        return concerned.contains(incarnation);
    }

    /** @param stands whether its row has just been made to stand as this says */
    void add(Write.Advance advance, UUID chain, boolean stands) {
        Of of = new Of(advance.incarnation(), chain);
        concerned.add(advance.incarnation());
        advance.units().forEach(unit -> units.add(of.with(unit)));
        advance.heard().forEach(number -> heard.add(of.with(number)));
        // An answer forgets the attempts of this very write, too: these are put first.
        advance.attempts().forEach(attempt -> attempts.add(of.with(attempt)));
        advance.answered().forEach(at -> answered.add(of.with(at)));
        advance.published().forEach((name, payload) ->
                (payload.isNone() ? takenBack : published).add(of.with(new Value(name, payload))));
        RunState state = advance.state();
        if (state != null && !stands) {
            (state.status().isFinished() ? finished : moved).add(of.with(state));
        }
        for (Write.Start child : advance.others().children()) {
            boolean kept = advance.others().kept().contains(child.run().incarnation());
            children.add(new NewRuns.Born(child, kept ? advance.node() : null));
        }
        if (!advance.others().forgotten().isEmpty()) {
            forgotten.computeIfAbsent(advance.node(), node -> new ArrayList<>()).addAll(advance.others().forgotten());
        }
        told.addAll(advance.others().told());
        Write.Said said = advance.others().said();
        signals.addAll(said.signals());
        emitted.addAll(said.facts());
        listening.addAll(said.listening());
        said.givenUp().forEach(at -> givenUp.add(new Asker(advance.incarnation(), chain, at)));
        if (state != null && state.status().isFinished()) {
            ended.add(new Families.Ended(advance.incarnation(), chain, state, advance.ending()));
        }
        if (advance.successor() != null) {
            concerned.add(advance.successor().run().incarnation());
            continued.add(advance);
        }
    }

    /** A run that nobody owns ends with its only unit. */
    void add(RunRow run, Unit ending, RunState state) {
        Of of = new Of(run.incarnation(), run.chain());
        concerned.add(run.incarnation());
        units.add(of.with(ending));
        finished.add(of.with(state));
        ended.add(new Families.Ended(run.incarnation(), run.chain(), state,
                ChildEnd.value(state.status(), "", ending)));
    }

    private record Of(UUID incarnation, UUID chain) {
        <T> OfRun<T> with(T what) {
            return new OfRun<>(incarnation, chain, what);
        }
    }

    // ---- carrying out ----

    void carryOut() throws SQLException {
        append();
        if (!heard.isEmpty()) {
            session.sql("inbox.heard").with("bigint", column(heard, OfRun::what))
                    .with("uuid", column(heard, OfRun::chain)).update();
        }
        note();
        facts.emitAll(emitted);
        facts.listen(listening);
        facts.giveUp(givenUp);
        for (Write.Advance advance : continued) {
            succeed(advance);
        }
        if (!moved.isEmpty()) {
            session.sql("state.move").with("uuid", column(moved, OfRun::incarnation))
                    .with("text", states(moved, state -> state.status().name()))
                    .with("bigint", states(moved, Moves::wakeAt))
                    .with("text", states(moved, RunState::waiting)).with("text", states(moved, RunState::problem))
                    .with("boolean", states(moved, RunState::keepsOwner)).with("bigint", states(moved, RunState::at))
                    .update();
        }
        if (!finished.isEmpty()) {
            session.sql("state.finish").with("uuid", column(finished, OfRun::incarnation))
                    .with("uuid", column(finished, OfRun::chain))
                    .with("text", states(finished, state -> state.status().name()))
                    .with("bigint", states(finished, Moves::wakeAt))
                    .with("text", states(finished, RunState::waiting))
                    .with("text", states(finished, RunState::problem))
                    .with("integer", states(finished, RunState::unread))
                    .with("bigint", states(finished, RunState::at)).update();
        }
        concernOthers();
    }

    /** Others are told last: what is told of an end is sent to those who have not ended by then. */
    private void concernOthers() throws SQLException {
        if (!children.isEmpty()) {
            newRuns.startChildren(children);
        }
        families.signal(signals);
        families.tell(told);
        families.ended(ended);
        for (Map.Entry<UUID, List<UUID>> each : forgotten.entrySet()) {
            session.sql("run.forget").with("uuid", each.getValue()).with(each.getKey()).any();
        }
    }

    private void append() throws SQLException {
        session.write("journal", units, 4, (each, row) -> row.with(each.incarnation()).with(each.what().seq())
                .with(each.what().size()).with(UnitFormat.encode(each.what())));
    }

    private static Object wakeAt(RunState state) {
        return state.wakeAt() == Long.MAX_VALUE ? null : state.wakeAt();
    }

    private static <T> List<Object> column(List<OfRun<T>> rows, Function<OfRun<T>, Object> cell) {
        List<Object> column = new ArrayList<>(rows.size());
        rows.forEach(row -> column.add(cell.apply(row)));
        return column;
    }

    private static List<Object> states(List<OfRun<RunState>> rows, Function<RunState, Object> cell) {
        return column(rows, row -> cell.apply(row.what()));
    }

    /** Keeps what stands beside the journal: attempts and published values. */
    private void note() throws SQLException {
        session.insert("attempt.put", attempts, 10, (each, statement) -> {
            Attempt attempt = each.what();
            statement.with(each.incarnation()).with(attempt.at().fiber()).with(attempt.at().index())
                    .with(attempt.step()).with(attempt.made()).with(attempt.firstAt()).with(attempt.nextAt())
                    .with(attempt.failure() == null ? NOTHING : UnitFormat.encode(attempt.failure()))
                    .with(attempt.progress().codec()).with(attempt.progress().bytes());
        });
        if (!answered.isEmpty()) {
            session.sql("attempt.delete").with("uuid", column(answered, OfRun::incarnation))
                    .with("text", column(answered, row -> row.what().fiber()))
                    .with("integer", column(answered, row -> row.what().index())).update();
        }
        for (OfRun<Value> value : takenBack) {
            session.sql("published.delete").with(value.incarnation()).with(value.what().name()).update();
        }
        session.insert("published.put", published, 4, (each, statement) -> statement.with(each.incarnation())
                .with(each.what().name()).with(each.what().payload().codec()).with(each.what().payload().bytes()));
    }

    /** The inbox is the chain's, so it goes along by itself. */
    private void succeed(Write.Advance advance) throws SQLException {
        newRuns.supersede(advance.incarnation());
        newRuns.create(List.of(NewRuns.Made.queued(advance.successor().run(), advance.node())));
        inbox.carry(advance.successor().run().chain(), advance.successor().carried());
    }
}
