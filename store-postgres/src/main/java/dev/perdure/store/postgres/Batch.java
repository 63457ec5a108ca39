// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.journal.Unit;
import dev.perdure.store.Limit;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a batch of writes within a transaction. Decides each write in turn; what owners have said is gathered in
 * {@link Moves} and carried out together, with a few statements for any number of runs.
 *
 * <p>Invariant: before anything of an owner is decided its fence is held, so that what {@link Ownership} knows is true
 * until this transaction ends.
 */
final class Batch {

    static final Outcome DONE = new Outcome(Kind.DONE, null);
    private static final Outcome REFUSED = new Outcome(Kind.REFUSED, null);
    private static final Outcome EXISTS = new Outcome(Kind.EXISTS, null);
    private static final Outcome NOT_FOUND = new Outcome(Kind.NOT_FOUND, null);

    /** An advance that makes its run first, and its place in the batch. */
    private record Birth(int place, Write.Advance advance) {
    }

    /** A limit that is exceeded, and the run of which it is, if there is one, and whether that has never begun. */
    private record Held(Write.Expire write, @Nullable RunRow run, boolean isFresh) {
    }

    private final Session session;
    private final Ownership.View ownership;
    private final Inbox inbox;
    private final NewRuns newRuns;
    private final Families families;
    private final Facts facts;
    private final Map<UUID, Boolean> fences = new HashMap<>(1);
    private final List<Birth> births = new ArrayList<>();
    private Moves moves;

    Batch(Session session, Ownership.View ownership) {
        this.session = session;
        this.ownership = ownership;
        this.inbox = new Inbox(session);
        this.newRuns = new NewRuns(session, inbox);
        this.families = new Families(session);
        this.facts = new Facts(session);
        this.moves = newMoves();
    }

    /** See {@link PostgresStore#mayWait}. */
    static boolean mayWait(Write write) {
        return switch (write) {
            case Write.Start start -> start.hasChosenIds();
            case Write.Advance advance -> advance.creation() != null && advance.creation().hasChosenIds()
                    || advance.others().children().stream().anyMatch(Write.Start::hasChosenIds)
                    || !advance.others().said().facts().isEmpty();
            case Write.Send send -> send.message().hasChosenId();
            case Write.Terminate terminate -> true;
            case Write.Redrive redrive -> true;
            case Write.Watch watch -> true;
            case Write.Emit emit -> true;
            case Write.Define define -> true;
            case Write.Expire expire -> true;
            case Write.Release release -> false;
        };
    }

    /** Whether other runs were sent something. */
    boolean hasTold() {
        return families.hasTold();
    }

    /** Whether there is news of facts, to be spread after the commit. */
    boolean hasNews() {
        return facts.hasNews();
    }

    List<Outcome> write(List<? extends Write> writes) throws SQLException {
        Outcome[] outcomes = new Outcome[writes.size()];
        foresee(writes);
        for (int i = 0; i < outcomes.length; i++) {
            Write write = writes.get(i);
            // Those that may take a name over are started one by one.
            List<Write.Start> starts = from(writes, i, Write.Start.class, start -> !start.restartFinished());
            List<Write.Expire> exceeded = from(writes, i, Write.Expire.class, each -> true);
            if (starts.size() > 1) {
                carryOut(outcomes);
                List<NewRuns.Born> queued = starts.stream().map(each -> new NewRuns.Born(each, null)).toList();
                for (Outcome each : newRuns.startAll(queued)) {
                    outcomes[i++] = each;
                }
                i--;
            } else if (!exceeded.isEmpty()) {
                carryOut(outcomes);
                expire(exceeded);
                Arrays.fill(outcomes, i, i + exceeded.size(), DONE);
                i += exceeded.size() - 1;
            } else if (write instanceof Write.Advance advance) {
                outcomes[i] = gather(advance, i, outcomes);
            } else {
                carryOut(outcomes);
                outcomes[i] = switch (write) {
                    case Write.Start start -> newRuns.start(start);
                    case Write.Release release -> release(release);
                    case Write.Send send -> inbox.send(send);
                    case Write.Terminate terminate -> terminate(terminate);
                    case Write.Redrive redrive -> redrive(redrive);
                    case Write.Watch watch -> families.watch(watch);
                    case Write.Emit emit -> facts.emit(emit.fact()) ? DONE : EXISTS;
                    case Write.Expire expire -> throw new AssertionError(expire);
                    case Write.Define define -> Queues.define(session, define);
                    case Write.Advance advance -> throw new AssertionError(advance);
                };
            }
        }
        carryOut(outcomes);
        Arrays.setAll(outcomes, i -> writes.get(i) instanceof Write.Advance advance && outcomes[i] == DONE
                ? new Outcome(Kind.DONE, null, families.joinersOf(advance.incarnation())) : outcomes[i]);
        return Arrays.asList(outcomes);
    }

    /** Learns with one question of all runs that are there and about to move. */
    private void foresee(List<? extends Write> writes) throws SQLException {
        List<UUID> moving = new ArrayList<>();
        for (Write write : writes) {
            if (write instanceof Write.Advance advance && advance.creation() == null && !isFenced(advance.node())) {
                moving.add(advance.incarnation());
            }
        }
        ownership.foresee(session, moving);
    }

    /** The writes of a kind that come one after the other from there on. */
    private static <W extends Write> List<W> from(List<? extends Write> writes, int from, Class<W> kind,
            Predicate<W> wanted) {
        return writes.subList(from, writes.size()).stream()
                .takeWhile(each -> kind.isInstance(each) && wanted.test(kind.cast(each))).map(kind::cast).toList();
    }

    // ---- what owners do ----

    private boolean isFenced(UUID node) throws SQLException {
        Boolean lives = fences.get(node);
        if (lives == null) {
            String timeline = session.sql("fence.hold").with(node).first(row -> row.getString(1));
            lives = timeline != null;
            fences.put(node, lives);
            if (timeline != null) {
                ownership.isOf(timeline);
            }
        }
        return !lives;
    }

    /** Decides an advance; null if that is done when those gathered so far are carried out. */
    private @Nullable Outcome gather(Write.Advance advance, int place, @Nullable Outcome[] outcomes)
            throws SQLException {
        if (isFenced(advance.node())) {
            return REFUSED;
        }
        boolean again = births.stream().anyMatch(each -> each.advance().incarnation().equals(advance.incarnation()));
        if (again || moves.concern(advance.incarnation())) {
            carryOut(outcomes);
        }
        if (advance.creation() != null && isFirst(advance.units()) && !isSuccessorTaken(advance)) {
            births.add(new Birth(place, advance));
            if (advance.creation().restartFinished() || advance.successor() != null) {
                // It may make a run only after others were made; lists tell in which order runs came.
                carryOut(outcomes);
            }
            return outcomes[place];
        }
        if (advance.creation() != null) {
            // What stands against it is decided by how the writes before it have left things.
            carryOut(outcomes);
            NewRuns.Decision decision = newRuns.decide(advance.creation());
            if (decision.outcome() == null || !decision.outcome().isDone()) {
                return decision.outcome() == null ? REFUSED : decision.outcome();
            }
        }
        return append(advance, outcomes);
    }

    private static boolean isFirst(List<Unit> units) {
        return units.isEmpty() || units.getFirst().seq() == 1;
    }

    private boolean isSuccessorTaken(Write.Advance advance) throws SQLException {
        return advance.successor() != null
                && session.sql("run.by_incarnation").with(advance.successor().run().incarnation()).any();
    }

    private Outcome append(Write.Advance advance, @Nullable Outcome[] outcomes) throws SQLException {
        List<Unit> units = advance.units();
        Owned owned = ownership.find(session, advance.node(), advance.incarnation());
        if (owned == null || !units.isEmpty() && units.getFirst().seq() != owned.lastSeq() + 1) {
            return Journals.has(session, advance.incarnation(), units) ? DONE : REFUSED;
        }
        if (isSuccessorTaken(advance)) {
            return REFUSED;
        }
        if (births.stream().anyMatch(each -> each.advance().creation().run().runId().equals(owned.runId()))) {
            // Somebody wants this run's name, and is to be told how it stands before this.
            carryOut(outcomes);
        }
        add(advance, owned, false);
        if (advance.successor() != null) {
            carryOut(outcomes);
        }
        return DONE;
    }

    private void add(Write.Advance advance, Owned owned, boolean stands) {
        moves.add(advance, owned.chain(), stands);
        if (advance.state() != null && !advance.state().keepsOwner()) {
            ownership.drop(advance.incarnation());
        } else {
            List<Unit> units = advance.units();
            ownership.put(advance.incarnation(),
                    owned.upTo(units.isEmpty() ? owned.lastSeq() : units.getLast().lastSeq()));
        }
        if (advance.successor() != null) {
            ownership.put(advance.successor().run().incarnation(), owned.upTo(0));
        }
        for (Write.Start child : advance.others().children()) {
            if (advance.others().kept().contains(child.run().incarnation())) {
                ownership.put(child.run().incarnation(),
                        new Owned(advance.node(), child.run().runId(), child.run().chain(), 0));
            }
        }
        advance.others().forgotten().forEach(ownership::drop);
    }

    /** Carries out what was gathered, births first. */
    private void carryOut(@Nullable Outcome[] outcomes) throws SQLException {
        List<Birth> gathered = List.copyOf(births);
        births.clear();
        Set<UUID> made = newRuns.create(gathered.stream().map(each -> asMade(each.advance())).toList());
        for (Birth each : gathered) {
            if (made.contains(each.advance().incarnation())) {
                outcomes[each.place()] = begin(each.advance());
            }
        }
        move();
        for (Birth each : gathered) {
            if (outcomes[each.place()] == null) {
                outcomes[each.place()] = beginOrNot(each.advance(), outcomes);
                move();
            }
        }
    }

    private Moves newMoves() {
        return new Moves(session, new Moves.Parts(inbox, newRuns, families, facts));
    }

    private void move() throws SQLException {
        moves.carryOut();
        moves = newMoves();
    }

    /** A run that is made and ends at once is made first. */
    private static NewRuns.Made asMade(Write.Advance advance) {
        return standsWhenMade(advance) ? new NewRuns.Made(advance.creation().run(),
                advance.state().keepsOwner() ? advance.node() : null, advance.state())
                : NewRuns.Made.queued(advance.creation().run(), advance.node());
    }

    private static boolean standsWhenMade(Write.Advance advance) {
        return advance.state() != null && !advance.state().status().isFinished();
    }

    private Outcome begin(Write.Advance advance) throws SQLException {
        NewRun run = advance.creation().run();
        newRuns.furnish(advance.creation());
        add(advance, new Owned(advance.node(), run.runId(), run.chain(), 0), standsWhenMade(advance));
        return DONE;
    }

    /** Begins a run against which there is something, if it has to make way. */
    private Outcome beginOrNot(Write.Advance advance, @Nullable Outcome[] outcomes) throws SQLException {
        NewRuns.Decision decision = newRuns.decide(advance.creation());
        if (decision.outcome() != null) {
            return decision.outcome().isDone() ? append(advance, outcomes) : decision.outcome();
        }
        newRuns.supersede(decision.namesake());
        return newRuns.create(List.of(asMade(advance))).isEmpty()
                ? beginOrNot(advance, outcomes) : begin(advance);
    }

    private Outcome release(Write.Release release) throws SQLException {
        if (isFenced(release.node())) {
            return REFUSED;
        }
        int released = session.sql("state.release").with(release.incarnation()).with(release.node()).update();
        ownership.drop(release.incarnation());
        return released == 1 ? DONE : REFUSED;
    }

    // ---- what anybody does ----

    private Outcome terminate(Write.Terminate terminate) throws SQLException {
        RunRow run = byName(terminate.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        NewMessage order = terminate.message();
        boolean ended = session.sql("state.terminate").with(order.sentence()).with(order.sentAt())
                .with(run.incarnation()).any();
        if (!ended) {
            if (run.status().isFinished()) {
                return new Outcome(Kind.FINISHED, run);
            }
            inbox.deliver(run.chain(), List.of(order));
        } else {
            families.ended(List.of(Families.Ended.terminated(run, order)));
        }
        return done(terminate.runId());
    }

    private void expire(List<Write.Expire> exceeded) throws SQLException {
        List<Held> held = session.sql("limit.hold").with("uuid", ofLimits(exceeded, each -> each.exceeded().chain()))
                .with("text", ofLimits(exceeded, Batch::kind)).with("bigint", ofLimits(exceeded,
                        each -> each.exceeded().limit().due()))
                .all(row -> new Held(exceeded.get(row.getInt(16) - 1), row.getObject(3) == null ? null : Rows.run(row),
                        row.getBoolean(17)));
        List<UUID> fresh = held.stream().filter(Held::isFresh).map(each -> each.run().incarnation()).toList();
        Set<UUID> mine = fresh.isEmpty() ? Set.of() : Set.copyOf(session.sql("run.hold_fresh").with("uuid", fresh)
                .all(row -> Rows.id(row, 1)));
        List<Write.Expire> over = new ArrayList<>();
        List<Write.Told> told = new ArrayList<>();
        for (Held each : held) {
            RunRow run = each.run();
            Limit limit = each.write().exceeded().limit();
            long now = each.write().now();
            if (each.isFresh() && !mine.contains(run.incarnation())) {
                continue;
            }
            over.add(each.write());
            if (each.isFresh()) {
                if (!moves.concern(run.incarnation())) {
                    moves.add(run, limit.ending(run, now), Limit.cancelled(now));
                }
            } else if (run != null && !run.status().isFinished() && limit.kind() == Limit.Kind.END) {
                told.add(new Write.Told(run.chain(), limit.message(run.chain(), now)));
            }
        }
        session.sql("limit.delete").with("uuid", ofLimits(over, each -> each.exceeded().chain()))
                .with("text", ofLimits(over, Batch::kind)).update();
        families.tell(told);
    }

    private static String kind(Write.Expire expire) {
        return expire.exceeded().limit().kind().name();
    }

    private static List<Object> ofLimits(List<Write.Expire> limits, Function<Write.Expire, Object> cell) {
        return limits.stream().map(cell).toList();
    }

    private Outcome redrive(Write.Redrive redrive) throws SQLException {
        RunRow run = byName(redrive.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        int put = session.sql("state.redrive").with(redrive.now()).with(redrive.now()).with(run.incarnation()).update();
        return put == 1 ? done(redrive.runId()) : new Outcome(Kind.NOT_STUCK, run);
    }

    private Outcome done(String runId) throws SQLException {
        return new Outcome(Kind.DONE, byName(runId));
    }

    private @Nullable RunRow byName(String runId) throws SQLException {
        return session.sql("run.by_name").with(runId).first(Rows::run);
    }
}
