// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
import dev.perdure.store.Fact;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What all parts of the contract share: an empty store, a node that has joined it, a clock, and short words to write
 * with.
 */
public abstract class StoreContract {

    /** Never. */
    protected static final long NEVER = Long.MAX_VALUE;

    /** The store under test. */
    protected Store store;

    /** The node that has joined it. */
    protected UUID node;

    /** The time: milliseconds since 1970, moved by the tests alone. */
    protected long now = 1_700_000_000_000L;

    private StoreFixture fixture;

    /** For subclasses. */
    protected StoreContract() {
    }

    /**
     * Where the store comes from.
     *
     * @return a new fixture
     * @throws Exception if there is none
     */
    protected abstract StoreFixture fixture() throws Exception;

    @BeforeEach
    void openAndJoin() throws Exception {
        fixture = fixture();
        store = fixture.open();
        node = takeOver();
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
        fixture.close();
    }

    // ---- nodes ----

    /** Makes a new node, which ends the one before it. */
    final UUID takeOver() {
        if (node != null && !store.lease().isZero()) {
            store.end(node);
        }
        UUID next = UUID.randomUUID();
        store.join(next, now);
        return next;
    }

    /** Starts the process anew: the store is opened again, and a new node joins it. */
    final void restart() {
        store = fixture.reopen(store);
        node = takeOver();
    }

    final List<RunRow> claim(int limit, String... workflows) {
        return store.claim(new Store.Claim(node, Set.of(workflows), now, limit));
    }

    // ---- writing ----

    final Outcome write(Write write) {
        List<Outcome> outcomes = store.write(List.of(write));
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }

    final void done(Write write) {
        assertThat(write(write).kind()).as("%s", write).isEqualTo(Outcome.Kind.DONE);
    }

    final Outcome.Kind kind(Write write) {
        return write(write).kind();
    }

    // ---- runs ----

    final NewRun run(String runId) {
        return run(runId, "checkout");
    }

    final NewRun run(String runId, String workflow) {
        UUID incarnation = UUID.randomUUID();
        return new NewRun(runId, incarnation, incarnation, workflow, text("input of " + runId), Map.of(), Map.of(),
                now, now, null);
    }

    final NewRun delayed(NewRun run, long startAt) {
        return new NewRun(run.runId(), run.incarnation(), run.chain(), run.workflow(), run.input(), run.headers(),
                run.attributes(), run.createdAt(), startAt, run.previous());
    }

    final NewRun successor(NewRun run) {
        return new NewRun(run.runId(), UUID.randomUUID(), run.chain(), run.workflow(), text("next input"),
                run.headers(), run.attributes(), now, now, run.incarnation(), run.parent());
    }

    static Write.Start start(NewRun run, NewMessage... messages) {
        return new Write.Start(run, false, List.of(messages));
    }

    static Write.Start restart(NewRun run, NewMessage... messages) {
        return new Write.Start(run, true, List.of(messages));
    }

    /** Starts a run that the node owns and that is running. */
    final UUID owned(String runId) {
        NewRun run = run(runId);
        done(move(run.incarnation()).creation(start(run)).state(running()).write());
        return run.incarnation();
    }

    /** Starts a run that nobody owns and that waits for a time. */
    final UUID suspended(String runId, long wakeAt) {
        UUID run = owned(runId);
        done(move(run).state(suspend(wakeAt)).write());
        return run;
    }

    final RunRow row(UUID incarnation) {
        return store.find(incarnation).orElseThrow();
    }

    // ---- states ----

    final RunState running() {
        return new RunState(RunStatus.RUNNING, NEVER, "", "", 0, false, now);
    }

    /** Suspended, and let go of. */
    final RunState suspend(long wakeAt) {
        return new RunState(RunStatus.SUSPENDED, wakeAt, "signal\tapproval\tmain\t1\t2\n", "", 0, true, now);
    }

    final RunState stuck() {
        return new RunState(RunStatus.STUCK, NEVER, "", "the code asks for something else", 0, false, now);
    }

    final RunState finished(RunStatus status) {
        return new RunState(status, NEVER, "", "", 0, false, now);
    }

    final RunState continued() {
        return finished(RunStatus.CONTINUED);
    }

    // ---- units and messages ----

    static Payload text(String value) {
        return new Payload("json", ('"' + value + '"').getBytes(StandardCharsets.UTF_8));
    }

    /** A unit of one entry. */
    final Unit unit(long seq) {
        return new Unit(seq, now, new Arrival.StepCompleted(at((int) seq), "charge", text("result " + seq), 1),
                List.of());
    }

    /** A unit of three entries. */
    final Unit longUnit(long seq) {
        return new Unit(seq, now, new Arrival.TimerFired(at((int) seq)), List.of(
                new Command.SideEffectRecorded(at(70), "token", text("a")), new Command.TimerSet(at(71), "sleep",
                now + 5)));
    }

    static Position at(int index) {
        return new Position("main", index);
    }

    final NewMessage signal(String id) {
        return new NewMessage(id, NewMessage.Kind.SIGNAL, "approval", text("of " + id), "tester", now);
    }

    final NewMessage cancel(String id) {
        return new NewMessage(id, NewMessage.Kind.CANCEL, "no longer wanted", Payload.NONE, "tester", now);
    }

    final NewMessage terminate(String id) {
        return new NewMessage(id, NewMessage.Kind.TERMINATE, "out of stock", Payload.NONE, "ops", now);
    }

    final Write.Send send(String runId, NewMessage message) {
        return new Write.Send(runId, message);
    }

    static List<String> ids(List<Message> messages) {
        return messages.stream().map(message -> message.content().id()).toList();
    }

    final List<String> inbox(UUID chain) {
        return ids(store.inbox(chain));
    }

    /** The number of a message that is in an inbox. */
    final long number(UUID chain, String id) {
        return store.inbox(chain).stream().filter(message -> message.content().id().equals(id)).findFirst()
                .orElseThrow()
                .number();
    }

    // ---- advances ----

    /** Begins an advance by the node that has joined. */
    final Move move(UUID incarnation) {
        return new Move(node, incarnation);
    }

    /** An advance that is put together part by part. */
    static final class Move {
        private final UUID node;
        private final UUID incarnation;
        private Write.@Nullable Start creation;
        private List<Unit> units = List.of();
        private List<Long> heard = List.of();
        private @Nullable RunState state;
        private final List<Attempt> attempts = new ArrayList<>();
        private List<Position> answered = List.of();
        private final Map<String, Payload> published = new LinkedHashMap<>();
        private Write.@Nullable Succession successor;
        private List<Write.Start> children = List.of();
        private Set<UUID> kept = Set.of();
        private List<Write.Told> told = List.of();
        private List<Write.Signalled> signals = List.of();
        private List<Fact> facts = List.of();
        private List<Write.Listening> listening = List.of();
        private List<Position> givenUp = List.of();
        private List<UUID> forgotten = List.of();

        Move(UUID node, UUID incarnation) {
            this.node = node;
            this.incarnation = incarnation;
        }

        Move creation(Write.Start start) {
            creation = start;
            return this;
        }

        Move units(Unit... appended) {
            units = List.of(appended);
            return this;
        }

        Move heard(Long... numbers) {
            heard = List.of(numbers);
            return this;
        }

        Move state(RunState next) {
            state = next;
            return this;
        }

        Move attempt(Attempt made) {
            attempts.add(made);
            return this;
        }

        Move answered(Position... positions) {
            answered = List.of(positions);
            return this;
        }

        Move publish(String name, Payload value) {
            published.put(name, value);
            return this;
        }

        Move successor(NewRun next, NewMessage... carried) {
            successor = new Write.Succession(next, List.of(carried));
            return this;
        }

        Move kept(Write.Start... started) {
            kept = Stream.of(started).map(each -> each.run().incarnation()).collect(Collectors.toSet());
            return children(started);
        }

        Move forgotten(UUID... activities) {
            forgotten = List.of(activities);
            return this;
        }

        Move children(Write.Start... started) {
            children = List.of(started);
            return this;
        }

        Move tell(UUID chain, NewMessage message) {
            told = List.of(new Write.Told(chain, message));
            return this;
        }

        Move signal(Write.Signalled... sent) {
            signals = List.of(sent);
            return this;
        }

        Move emit(Fact... known) {
            facts = List.of(known);
            return this;
        }

        Move listen(Write.Listening... wanted) {
            listening = List.of(wanted);
            return this;
        }

        Move giveUp(Position... positions) {
            givenUp = List.of(positions);
            return this;
        }

        Write.Advance write() {
            return new Write.Advance(node, incarnation, creation, units, heard, state, attempts, answered, published,
                    successor, new Write.Others(children, kept, told,
                            new Write.Said(signals, facts, listening, givenUp), forgotten));
        }
    }
}
