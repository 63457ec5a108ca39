// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import dev.perdure.store.Attempt;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.Fact;
import dev.perdure.store.Limit;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.Rows.Found;
import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One batch of writes, carried out within one transaction. A write first looks at everything that could refuse it and
 * only then changes something, so that a refused one leaves nothing behind.
 *
 * <p>Units are written together at the end. That is safe because nothing before that reads the journal but {@link
 * #has}, which knows the tails.
 */
final class Batch {

    private static final Outcome DONE = new Outcome(Kind.DONE, null);
    private static final Outcome REFUSED = new Outcome(Kind.REFUSED, null);
    private static final Outcome EXISTS = new Outcome(Kind.EXISTS, null);
    private static final Outcome NOT_FOUND = new Outcome(Kind.NOT_FOUND, null);

    private static final byte[] NOTHING = {};
    private static final List<String> OF_A_RUN = List.of("forget.run", "forget.launch", "forget.headers",
            "forget.attributes", "forget.journal", "attempt.clear", "inbox.clear");

    private final Session session;
    private final Ownership ownership;
    private final Inbox inbox;
    private final NewRuns newRuns;
    private final Families families;
    private final Facts facts;
    /** What is to be forgotten, and by which node. */
    private final Map<UUID, UUID> forgotten = new LinkedHashMap<>(0);

    Batch(Session session, Ownership ownership) {
        this.session = session;
        this.ownership = ownership;
        this.inbox = new Inbox(session);
        this.newRuns = new NewRuns(session, inbox);
        this.families = new Families(session, inbox);
        this.facts = new Facts(session, families);
    }

    List<Outcome> write(List<? extends Write> writes) throws SQLException {
        List<Outcome> outcomes = new ArrayList<>(writes.size());
        for (Write write : writes) {
            outcomes.add(switch (write) {
                case Write.Advance advance -> advance(advance);
                case Write.Start start -> newRuns.start(start);
                case Write.Release release -> release(release);
                case Write.Send send -> inbox.send(send);
                case Write.Terminate terminate -> terminate(terminate);
                case Write.Redrive redrive -> redrive(redrive);
                case Write.Watch watch -> watch(watch);
                case Write.Emit emit -> facts.emit(emit.fact()) ? DONE : EXISTS;
                case Write.Expire expire -> expire(expire);
                case Write.Define define -> {
                    Queues.define(session, define);
                    yield DONE;
                }
            });
        }
        ownership.log().write(session);
        session.catchUp();
        forget();
        return outcomes;
    }

    // ---- what owners do ----

    private Outcome advance(Write.Advance advance) throws SQLException {
        if (!ownership.isNode(advance.node())) {
            return REFUSED;
        }
        if (advance.creation() != null) {
            boolean canBegin = isFirst(advance.units()) && !isSuccessorTaken(advance);
            if (canBegin && begin(advance, advance.creation(), null)) {
                return DONE;
            }
            NewRuns.Decision decision = newRuns.decide(advance.creation());
            if (decision.outcome() == null) {
                return canBegin && begin(advance, advance.creation(), decision.namesake()) ? DONE : REFUSED;
            }
            if (!decision.outcome().isDone()) {
                return decision.outcome();
            }
        }
        List<Unit> units = advance.units();
        Owned owned = ownership.find(advance.incarnation());
        if (owned == null || !units.isEmpty() && units.getFirst().seq() != owned.lastSeq(session) + 1) {
            return has(advance.incarnation(), owned, units) ? DONE : REFUSED;
        }
        if (isSuccessorTaken(advance)) {
            return REFUSED;
        }
        apply(owned, advance);
        if (advance.state() != null) {
            move(owned.run, advance.state());
        }
        return new Outcome(Kind.DONE, null, end(advance));
    }

    private static boolean isFirst(List<Unit> units) {
        return units.isEmpty() || units.getFirst().seq() == 1;
    }

    /**
     * Makes a run for its owner, and at once puts it where it is said to stand; false, and nothing is changed, if the
     * incarnation or the name is there already.
     */
    private boolean begin(Write.Advance advance, Write.Start creation, @Nullable Found namesake) throws SQLException {
        NewRun run = creation.run();
        RunState state = advance.state();
        boolean ends = state != null && state.status().isFinished();
        RunState first = state == null || ends ? NewRuns.queued(run) : state;
        long id = newRuns.create(run, namesake, first.keepsOwner() ? advance.node() : null, first);
        if (id == NewRuns.TAKEN) {
            return false;
        }
        newRuns.furnish(id, creation);
        apply(ownership.addNew(run.incarnation(), id), advance);
        if (ends) {
            move(id, state);
        }
        end(advance);
        return true;
    }

    private boolean isSuccessorTaken(Write.Advance advance) throws SQLException {
        return advance.successor() != null
                && session.sql("run.by_incarnation").with(advance.successor().run().incarnation()).any();
    }

    /** Does everything that an advance says but its state. */
    private void apply(Owned owned, Write.Advance advance) throws SQLException {
        ownership.log().append(session, owned, advance.units());
        if (!advance.heard().isEmpty()) {
            inbox.heard(owned.run, advance.heard());
        }
        note(owned.run, advance);
        concern(advance.node(), advance.others());
        for (Fact fact : advance.others().said().facts()) {
            facts.emit(fact);
        }
        for (Write.Listening wanted : advance.others().said().listening()) {
            facts.listen(wanted);
        }
        for (Position at : advance.others().said().givenUp()) {
            facts.giveUp(advance.incarnation(), at);
        }
        if (advance.successor() != null) {
            succeed(owned.run, advance.node(), advance.successor());
        }
    }

    /** Does what an advance says to other runs. */
    private void concern(UUID node, Write.Others others) throws SQLException {
        for (Write.Start child : others.children()) {
            if (others.kept().contains(child.run().incarnation())) {
                keep(node, child);
            } else {
                newRuns.start(child);
            }
        }
        for (Write.Told told : others.told()) {
            families.tell(told.chain(), told.message());
        }
        others.forgotten().forEach(activity -> forgotten.put(activity, node));
    }

    /** Makes a run that the node moves at once, unless it has done so before. */
    private void keep(UUID node, Write.Start child) throws SQLException {
        NewRun run = child.run();
        long id = newRuns.create(run, null, node, new RunState(RunStatus.RUNNING, Long.MAX_VALUE, "", "", 0, false,
                run.createdAt()));
        if (id != NewRuns.TAKEN) {
            newRuns.furnish(id, child);
            ownership.addNew(run.incarnation(), id);
        }
    }

    /** Leaves nothing of runs that a node owns, or that have finished. They are activities, and have no tails. */
    private void forget() throws SQLException {
        for (Map.Entry<UUID, UUID> each : forgotten.entrySet()) {
            UUID incarnation = each.getKey();
            Long run = session.sql("forget.find").with(incarnation).with(each.getValue())
                    .first(row -> row.getLong(1));
            if (run != null) {
                ownership.remove(session, incarnation);
                session.sql("forget.family").with(incarnation).update();
                session.sql("forget.sent").with(incarnation).update();
                for (String what : OF_A_RUN) {
                    session.sql(what).with(run).update();
                }
            }
        }
    }

    /** What comes after a run has been put where it stands; the chains that have joined it, and are told of its end. */
    private Set<UUID> end(Write.Advance advance) throws SQLException {
        for (Write.Signalled signal : advance.others().said().signals()) {
            families.signal(signal);
        }
        RunState state = advance.state();
        Set<UUID> joiners = state != null && state.status().isFinished()
                ? families.ended(advance.incarnation(), state, advance.ending()) : Set.of();
        if (state != null && !state.keepsOwner()) {
            ownership.remove(session, advance.incarnation());
        }
        return joiners;
    }

    /** Whether a journal has exactly these units already: what is written has been written before. */
    private boolean has(UUID incarnation, @Nullable Owned owned, List<Unit> units) throws SQLException {
        if (units.isEmpty()) {
            return false;
        }
        session.catchUp();
        return Journals.has(session, incarnation, owned == null ? null : owned.tail(), units);
    }

    /** Keeps what stands beside the journal: attempts and published values. */
    private void note(long run, Write.Advance advance) throws SQLException {
        for (Attempt attempt : advance.attempts()) {
            session.sql("attempt.put").with(run).with(attempt.at().fiber()).with(attempt.at().index())
                    .with(attempt.step()).with(attempt.made()).with(attempt.firstAt()).with(attempt.nextAt())
                    .with(attempt.failure() == null ? NOTHING : UnitFormat.encode(attempt.failure()))
                    .with(attempt.progress().codec()).with(attempt.progress().bytes()).update();
        }
        for (Position at : advance.answered()) {
            session.sql("attempt.delete").with(run).with(at.fiber()).with(at.index()).update();
        }
        for (Map.Entry<String, Payload> value : advance.published().entrySet()) {
            if (value.getValue().isNone()) {
                session.sql("published.delete").with(run).with(value.getKey()).update();
            } else {
                session.sql("published.put").with(run).with(value.getKey()).with(value.getValue().codec())
                        .with(value.getValue().bytes()).update();
            }
        }
    }

    private void succeed(long run, UUID node, Write.Succession succession) throws SQLException {
        NewRun successor = succession.run();
        session.sql("run.supersede").with(run).update();
        long next = newRuns.create(successor, null, node, NewRuns.queued(successor));
        ownership.addNew(successor.incarnation(), next);
        inbox.handOver(run, next, successor.chain(), succession.carried());
    }

    /** Puts a run where it is said to stand; its successor, if it has one, has taken over its inbox by now. */
    private void move(long run, RunState state) throws SQLException {
        RunStatus status = state.status();
        if (status.isFinished()) {
            session.sql("run.finish").with(status.name()).withTime(state.wakeAt()).with(state.waiting())
                    .with(state.problem()).with(state.unread()).with(state.at()).with(run).update();
            session.sql("inbox.clear").with(run).update();
            session.sql("attempt.clear").with(run).update();
            session.sql("listener.clear").with(run).update();
        } else {
            session.sql("run.move").with(status.name()).withTime(state.wakeAt()).with(state.waiting())
                    .with(state.problem()).with(state.keepsOwner() ? 1 : 0).with(state.at()).with(run).update();
        }
    }

    private Outcome release(Write.Release release) throws SQLException {
        Owned owned = ownership.isNode(release.node()) ? ownership.find(release.incarnation()) : null;
        if (owned == null) {
            return REFUSED;
        }
        session.sql("run.own").with((UUID) null).with(owned.run).update();
        ownership.remove(session, release.incarnation());
        return DONE;
    }

    // ---- what anybody does ----

    private Outcome terminate(Write.Terminate terminate) throws SQLException {
        Found run = byName(terminate.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row().status().isFinished()) {
            return new Outcome(Kind.FINISHED, run.row());
        }
        NewMessage order = terminate.message();
        if (run.row().owner() == null) {
            RunState state = new RunState(RunStatus.TERMINATED, Long.MAX_VALUE, "", order.sentence(), 0, true,
                    order.sentAt());
            move(run.id(), state);
            families.ended(run.row().incarnation(), state,
                    ChildEnd.terminated(order.sentence()));
        } else {
            inbox.deliver(run.id(), run.row().chain(), List.of(order));
        }
        return done(terminate.runId());
    }

    private Outcome expire(Write.Expire expire) throws SQLException {
        UUID chain = expire.exceeded().chain();
        Limit limit = expire.exceeded().limit();
        boolean isNew = session.sql("limit.delete").with(chain).with(limit.kind().name()).with(limit.due())
                .update() == 1;
        Found run = isNew ? session.sql("run.by_chain").with(chain).first(Rows::found) : null;
        if (run == null || run.row().status().isFinished()) {
            return DONE;
        }
        RunRow row = run.row();
        if (row.status() == RunStatus.QUEUED && row.owner() == null
                && !session.sql("journal.end").with(run.id()).any()) {
            Unit ending = limit.ending(row, expire.now());
            RunState state = Limit.cancelled(expire.now());
            ownership.log().append(session, ownership.addNew(row.incarnation(), run.id()), List.of(ending));
            move(run.id(), state);
            families.ended(row.incarnation(), state, ChildEnd.value(state.status(), "", ending));
            ownership.remove(session, row.incarnation());
        } else if (limit.kind() == Limit.Kind.END) {
            inbox.deliver(run.id(), chain, List.of(limit.message(chain, expire.now())));
        }
        return DONE;
    }

    private Outcome redrive(Write.Redrive redrive) throws SQLException {
        Found run = byName(redrive.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row().status() != RunStatus.STUCK) {
            return new Outcome(Kind.NOT_STUCK, run.row());
        }
        move(run.id(), new RunState(RunStatus.QUEUED, redrive.now(), "", "", 0, true, redrive.now()));
        return done(redrive.runId());
    }

    private Outcome watch(Write.Watch watch) throws SQLException {
        Found run = byName(watch.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row().status().isFinished()) {
            return new Outcome(Kind.FINISHED, run.row());
        }
        families.add(run.row().chain(), watch.watcher(), false);
        return new Outcome(Kind.DONE, run.row());
    }

    private Outcome done(String runId) throws SQLException {
        Found run = byName(runId);
        return new Outcome(Kind.DONE, run == null ? null : run.row());
    }

    // ---- looking up ----

    private @Nullable Found byName(String runId) throws SQLException {
        return session.sql("run.by_name").with(runId).first(Rows::found);
    }
}
