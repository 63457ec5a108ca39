// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.Payload;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Fact;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Sight;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A store that can lose any suffix of what was written, keeps writers waiting, and dies at a write. It remembers every
 * change, and what it loses it loses by telling a fresh store the changes before.
 */
final class Disk implements Store {

    /** Ways to be wrong, which the campaign must find. */
    enum Fault {
        /** None. */
        NONE,
        /** A crash may cut a unit in two. */
        SPLIT_UNITS,
        /** What was heard before one commit stands in the journal as if it had been heard in one turn. */
        BATCHED_ARRIVALS
    }

    /** Something that was done to the store, and can be done to another; with the writes that it was, if it was any. */
    private record Change(Consumer<MemoryStore> redo, List<? extends Write> batch) {
    }

    private final World world;
    private final Fault fault;
    private final List<Change> changes = new ArrayList<>();
    private MemoryStore store = new MemoryStore();
    private boolean dead;
    private long foreign;
    /** How many writes are still made before the disk dies; negative for never. */
    private int writesLeft = -1;
    private boolean lastIsMade;
    /** The change in which the crash fell. */
    private List<? extends Write> struck = List.of();
    /** Whether the next write waits at the gate. */
    private boolean holding;
    private final List<World.Gate> held = new ArrayList<>();

    Disk(World world, Fault fault) {
        this.world = world;
        this.fault = fault;
    }

    // ---- what the stage does to it ----

    /** Nothing reaches it any more, and whoever waits at it learns so. */
    void die() {
        dead = true;
        letWrite();
    }

    /**
     * Dies at a write to come.
     *
     * @param writes how many are made before
     * @param made whether that one is made as well, and only its answer lost
     */
    void dieAfter(int writes, boolean made) {
        writesLeft = writes;
        lastIsMade = made;
    }

    boolean isDead() {
        return dead;
    }

    /** It is there again for another engine, without its last changes. */
    void comeBack(int lost) {
        dead = false;
        holding = false;
        writesLeft = -1;
        if (lost > 0) {
            List<Change> suffix = changes.subList(Math.max(0, changes.size() - lost), changes.size());
            struck = suffix.getFirst().batch();
            suffix.clear();
            store = new MemoryStore();
            changes.forEach(change -> change.redo().accept(store));
        }
        if (fault == Fault.SPLIT_UNITS) {
            tear(struck);
        }
        struck = List.of();
    }

    int changes() {
        return changes.size();
    }

    /** The next write waits until {@link #letWrite}. */
    void holdWrites() {
        holding = true;
    }

    void letWrite() {
        holding = false;
        held.forEach(World.Gate::open);
    }

    /** Nothing fails from now on, and nobody waits. */
    void calmDown() {
        writesLeft = -1;
        letWrite();
    }

    /** Whether a write waits, or would. */
    boolean isHolding() {
        return holding || !held.isEmpty();
    }

    /** A write of somebody else, which the engine will have to notice by itself. */
    void writeFromOutside(Write write) {
        foreign++;
        make(List.of(write));
    }

    /** What is on it, also while it is dead. */
    MemoryStore bare() {
        return store;
    }

    // ---- changes ----

    private void check() {
        if (dead) {
            throw new StoreException("store_dead", "the machine has stopped",
                    StoreException.Effect.NOTHING_RETRY, null);
        }
    }

    private <T> T ask(Supplier<T> question) {
        check();
        return question.get();
    }

    @Override
    public List<Outcome> write(List<? extends Write> batch) {
        check();
        if (holding && !Puppets.isDirector()) {
            holding = false;
            World.Gate gate = world.gate();
            held.add(gate);
            gate.pass(Long.MAX_VALUE);
            held.remove(gate);
            check();
        }
        if (writesLeft >= 0 && writesLeft-- == 0) {
            if (lastIsMade) {
                make(batch);
            } else {
                struck = batch;
            }
            dead = true;
            check();
        }
        return make(batch);
    }

    private List<Outcome> make(List<? extends Write> batch) {
        List<? extends Write> made = fault == Fault.BATCHED_ARRIVALS ? batch.stream().map(Disk::batched).toList()
                : List.copyOf(batch);
        changes.add(new Change(each -> each.write(made), made));
        return store.write(made);
    }

    /** The same entries, but all arrivals first: as if they had been heard together, and answered together. */
    private static Write batched(Write write) {
        if (!(write instanceof Write.Advance advance) || advance.units().size() < 2) {
            return write;
        }
        List<Unit> together = new ArrayList<>();
        List<Command> said = new ArrayList<>();
        long seq = advance.units().getFirst().seq();
        for (Unit unit : advance.units()) {
            said.addAll(unit.commands());
            boolean last = unit == advance.units().getLast();
            together.add(new Unit(seq++, unit.at(), unit.arrival(), last ? said : List.of()));
        }
        return with(advance, together);
    }

    private static Write.Advance with(Write.Advance advance, List<Unit> units) {
        return new Write.Advance(advance.node(), advance.incarnation(), advance.creation(), units, advance.heard(),
                advance.state(), advance.attempts(), advance.answered(), advance.published(), advance.successor(),
                advance.others());
    }

    /** The change in which the crash fell, with only a part of its last unit and nothing of what stood beside it. */
    private void tear(List<? extends Write> batch) {
        for (Write write : batch) {
            if (write instanceof Write.Advance advance && !advance.units().isEmpty()
                    && !advance.units().getLast().commands().isEmpty()) {
                List<Unit> units = new ArrayList<>(advance.units());
                Unit last = units.removeLast();
                units.add(new Unit(last.seq(), last.at(), last.arrival(),
                        last.commands().subList(0, last.commands().size() / 2)));
                make(List.of(new Write.Advance(advance.node(), advance.incarnation(), advance.creation(), units,
                        List.of(), null, List.of(), List.of(), Map.of(), null)));
            }
        }
    }

    /** All incarnations of the only run, first to last. */
    List<UUID> incarnations() {
        List<UUID> all = new ArrayList<>();
        Optional<RunRow> row = store.find(Stage.RUN);
        Optional<UUID> next = row.map(RunRow::chain);
        while (next.isPresent()) {
            all.add(next.get());
            next = store.lastUnit(next.get()).filter(unit -> !unit.commands().isEmpty())
                    .map(unit -> unit.commands().getLast())
                    .filter(Command.RunContinued.class::isInstance)
                    .map(command -> ((Command.RunContinued) command).next());
        }
        return all;
    }

    @Override
    public List<RunRow> claim(Claim claim) {
        check();
        List<RunRow> claimed = store.claim(claim);
        if (!claimed.isEmpty()) {
            changes.add(new Change(each -> each.claim(claim), List.of()));
        }
        return claimed;
    }

    @Override
    public Served serve(String queue, Claim claim) {
        check();
        changes.add(new Change(each -> each.serve(queue, claim), List.of()));
        return store.serve(queue, claim);
    }

    @Override
    public Set<String> waiting(long now) {
        check();
        return store.waiting(now);
    }

    @Override
    public List<Limit.Of> exceeded(long now) {
        check();
        return store.exceeded(now);
    }

    @Override
    public List<Limit> limits(UUID chain) {
        check();
        return store.limits(chain);
    }

    @Override
    public List<QueueView> queues(long now) {
        check();
        return store.queues(now);
    }

    @Override
    public void join(UUID node, long now) {
        check();
        changes.add(new Change(each -> each.join(node, now), List.of()));
        store.join(node, now);
    }

    @Override
    public void leave(UUID node) {
        check();
        changes.add(new Change(each -> each.leave(node), List.of()));
        store.leave(node);
    }

    // ---- reading ----

    @Override
    public Sight look(UUID node, long now) {
        return ask(() -> store.look(node, now));
    }

    @Override
    public Set<String> claimable(long now) {
        return ask(() -> store.claimable(now));
    }

    @Override
    public long nextWake(long after) {
        return ask(() -> store.nextWake(after));
    }

    @Override
    public List<Message> inboxOf(UUID node) {
        return ask(() -> store.inboxOf(node));
    }

    @Override
    public long foreignChanges() {
        return ask(() -> foreign);
    }

    @Override
    public Optional<RunRow> find(String runId) {
        return ask(() -> store.find(runId));
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return ask(() -> store.find(incarnation));
    }

    @Override
    public Optional<NewRun> launch(UUID incarnation) {
        return ask(() -> store.launch(incarnation));
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        return ask(() -> store.journal(incarnation, after, limit));
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        return ask(() -> store.lastUnit(incarnation));
    }

    /** The answer takes its time, and may be out of date when it comes. */
    @Override
    public List<Message> inbox(Collection<UUID> chains) {
        List<Message> messages = ask(() -> store.inbox(chains));
        if (!Puppets.isDirector()) {
            World.Gate answer = world.gate();
            world.startVirtual("answer", answer::open);
            answer.pass(Long.MAX_VALUE);
        }
        return ask(() -> messages);
    }

    @Override
    public List<Attempt> attempts(UUID incarnation) {
        return ask(() -> store.attempts(incarnation));
    }

    @Override
    public Map<String, Payload> published(UUID incarnation) {
        return ask(() -> store.published(incarnation));
    }

    @Override
    public Optional<Fact> fact(String name) {
        return ask(() -> store.fact(name));
    }

    @Override
    public List<Fact> facts(String after, int limit) {
        return ask(() -> store.facts(after, limit));
    }

    @Override
    public List<Write.Listening> listening(UUID incarnation) {
        return ask(() -> store.listening(incarnation));
    }

    @Override
    public List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit) {
        return ask(() -> store.list(filter, before, limit));
    }

    @Override
    public long count(RunFilter filter) {
        return ask(() -> store.count(filter));
    }

    @Override
    public long countEntries() {
        return ask(store::countEntries);
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("store", "disk");
    }

    @Override
    public void close() {
        // It is the stage's.
    }
}
