// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Unit;
import dev.perdure.store.Outcome.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reference: keeps everything in this object, for as long as this object lives. For tests, for trying things out,
 * and as the oracle that every other store is compared with.
 *
 * <p>Only one node can be at a time, as in an embedded file: {@link #join} ends the one before. Closing does nothing,
 * so that an engine can be closed and another be started on the same store.
 *
 * <p>One lock guards everything. Nothing under it blocks, and nothing visits all runs but {@link #list},
 * {@link #count} and {@link #countEntries}.
 */
public final class MemoryStore implements Store {

    private static final Outcome DONE = new Outcome(Kind.DONE, null);
    private static final Outcome REFUSED = new Outcome(Kind.REFUSED, null);
    private static final Outcome NOT_FOUND = new Outcome(Kind.NOT_FOUND, null);

    private final ReentrantLock lock = new ReentrantLock();

    /** Every incarnation there ever was. */
    private final Map<UUID, MemoryRun> runs = new HashMap<>();

    /** The present incarnation of each name. */
    private final Map<String, MemoryRun> names = new HashMap<>();

    /** The present incarnations in the order in which they were made, for lists. */
    private final TreeMap<Long, MemoryRun> present = new TreeMap<>();

    /** Invariant: exactly the runs whose {@link MemoryRun#claimableAt} is not {@link MemoryRun#NEVER}. */
    private final TreeSet<MemoryRun> claimable =
            new TreeSet<>(Comparator.comparingLong(MemoryRun::claimableAt).thenComparingLong(MemoryRun::born));

    /** Invariant: exactly the runs that the node owns. */
    private final Set<MemoryRun> owned = new HashSet<>();

    /** Invariant: exactly the runs with something in their inbox. */
    private final Set<MemoryRun> addressed = new HashSet<>();

    /** The ids of all messages that each chain was ever sent. */
    private final Map<UUID, Set<String>> sent = new HashMap<>();

    private @Nullable UUID node;
    private long lastBorn;
    private long lastNumber;

    /** Makes an empty store. */
    public MemoryStore() {
    }

    // ---- nodes ----

    @Override
    public void join(UUID newNode, long now) {
        locked(() -> {
            disown(1);
            node = newNode;
            return null;
        });
    }

    @Override
    public void leave(UUID leaving) {
        locked(() -> {
            if (leaving.equals(node)) {
                disown(0);
                node = null;
            }
            return null;
        });
    }

    private void disown(int recoveries) {
        for (MemoryRun run : List.copyOf(owned)) {
            RunRow row = run.row;
            change(run, run.rowWith(row.status(), row.wakeAt(), null, row.recoveries() + recoveries));
        }
    }

    // ---- writing ----

    @Override
    public List<Outcome> write(List<? extends Write> batch) {
        lock.lock();
        try {
            List<Outcome> outcomes = new ArrayList<>(batch.size());
            for (Write write : batch) {
                outcomes.add(switch (write) {
                    case Write.Advance advance -> advance(advance);
                    case Write.Start start -> start(start);
                    case Write.Release release -> release(release);
                    case Write.Send send -> send(send);
                    case Write.Terminate terminate -> terminate(terminate);
                    case Write.Redrive redrive -> redrive(redrive);
                });
            }
            return outcomes;
        } finally {
            lock.unlock();
        }
    }

    private Outcome start(Write.Start start) {
        Outcome taken = taken(start);
        return taken != null ? taken : new Outcome(Kind.DONE, make(start, null).row);
    }

    /** The outcome of a start that makes no run, or null. A living run of the name gets what came along. */
    private @Nullable Outcome taken(Write.Start start) {
        MemoryRun same = runs.get(start.run().incarnation());
        if (same != null) {
            return new Outcome(Kind.DONE, same.row);
        }
        MemoryRun existing = names.get(start.run().runId());
        if (existing == null || existing.row.status().isFinished() && start.restartFinished()) {
            return null;
        }
        if (!existing.row.status().isFinished()) {
            start.messages().forEach(message -> deliver(existing, message));
        }
        return new Outcome(Kind.EXISTS, existing.row);
    }

    private MemoryRun make(Write.Start start, @Nullable UUID owner) {
        MemoryRun run = create(start.run(), owner);
        start.messages().forEach(message -> deliver(run, message));
        return run;
    }

    private MemoryRun create(NewRun wanted, @Nullable UUID owner) {
        MemoryRun run = new MemoryRun(wanted, ++lastBorn);
        MemoryRun before = names.put(wanted.runId(), run);
        if (before != null) {
            present.remove(before.born);
        }
        present.put(run.born, run);
        runs.put(wanted.incarnation(), run);
        change(run, run.rowWith(RunStatus.QUEUED, wanted.startAt(), owner, 0));
        return run;
    }

    private Outcome advance(Write.Advance advance) {
        if (!advance.node().equals(node)) {
            return REFUSED;
        }
        if (advance.creation() != null) {
            Outcome taken = taken(advance.creation());
            if (taken != null && !taken.isDone()) {
                return taken;
            }
            if (taken == null) {
                if (!advance.units().isEmpty() && advance.units().getFirst().seq() != 1 || isSuccessorTaken(advance)) {
                    return REFUSED;
                }
                make(advance.creation(), advance.node());
            }
        }
        MemoryRun run = runs.get(advance.incarnation());
        if (run == null) {
            return REFUSED;
        }
        if (run.has(advance.units())) {
            return DONE;
        }
        if (!advance.node().equals(run.row.owner()) || !run.isNext(advance.units()) || isSuccessorTaken(advance)) {
            return REFUSED;
        }
        run.journal.addAll(advance.units());
        if (!advance.heard().isEmpty()) {
            advance.heard().forEach(run.inbox::remove);
            inboxChanged(run);
        }
        run.note(advance);
        if (advance.state() != null) {
            move(run, advance.state(), advance.successor());
        }
        return DONE;
    }

    private boolean isSuccessorTaken(Write.Advance advance) {
        return advance.successor() != null && runs.containsKey(advance.successor().run().incarnation());
    }

    /** Puts a run where its owner says it stands, and what depends on that with it. */
    private void move(MemoryRun run, RunState state, Write.@Nullable Succession successor) {
        boolean finished = state.status().isFinished();
        if (successor != null) {
            MemoryRun next = create(successor.run(), run.row.owner());
            successor.carried().forEach(message -> {
                ids(next).add(message.id());
                put(next, message);
            });
            next.inbox.putAll(run.inbox);
            run.inbox.clear();
            inboxChanged(next);
        }
        int unread = finished ? state.unread() + run.unreadSignals() : 0;
        if (finished) {
            run.inbox.clear();
            run.attempts.clear();
        }
        inboxChanged(run);
        change(run, run.row.after(state, unread));
    }

    private Outcome release(Write.Release release) {
        MemoryRun run = runs.get(release.incarnation());
        if (run == null || !release.node().equals(node) || !release.node().equals(run.row.owner())) {
            return REFUSED;
        }
        RunRow row = run.row;
        change(run, run.rowWith(row.status(), row.wakeAt(), null, row.recoveries()));
        return DONE;
    }

    private Outcome send(Write.Send send) {
        MemoryRun run = names.get(send.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (ids(run).contains(send.message().id())) {
            return new Outcome(Kind.DUPLICATE, run.row);
        }
        if (run.row.status().isFinished()) {
            return new Outcome(Kind.FINISHED, run.row);
        }
        deliver(run, send.message());
        return new Outcome(Kind.DONE, run.row);
    }

    private Outcome terminate(Write.Terminate terminate) {
        MemoryRun run = names.get(terminate.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row.status().isFinished()) {
            return new Outcome(Kind.FINISHED, run.row);
        }
        if (run.row.owner() == null) {
            NewMessage order = terminate.message();
            move(run, new RunState(RunStatus.TERMINATED, Long.MAX_VALUE, "", order.sentence(), 0, true, order.sentAt()),
                    null);
        } else {
            deliver(run, terminate.message());
        }
        return new Outcome(Kind.DONE, run.row);
    }

    private Outcome redrive(Write.Redrive redrive) {
        MemoryRun run = names.get(redrive.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row.status() != RunStatus.STUCK) {
            return new Outcome(Kind.NOT_STUCK, run.row);
        }
        move(run, new RunState(RunStatus.QUEUED, redrive.now(), "", "", 0, true, redrive.now()), null);
        return new Outcome(Kind.DONE, run.row);
    }

    // ---- messages ----

    /** Puts a message into the inbox, unless the chain was ever sent one with this id. */
    private void deliver(MemoryRun run, NewMessage message) {
        if (ids(run).add(message.id())) {
            put(run, message);
            inboxChanged(run);
        }
    }

    private void put(MemoryRun run, NewMessage message) {
        long number = ++lastNumber;
        run.inbox.put(number, new Message(number, run.row.chain(), message));
    }

    private Set<String> ids(MemoryRun run) {
        return sent.computeIfAbsent(run.row.chain(), chain -> new HashSet<>());
    }

    // ---- what is derived from a run ----

    /** Called after every change of an inbox. */
    private void inboxChanged(MemoryRun run) {
        if (run.inbox.isEmpty()) {
            addressed.remove(run);
        } else {
            addressed.add(run);
        }
        change(run, run.row);
    }

    /** Gives a run its new row: the only place where one is set. */
    private void change(MemoryRun run, RunRow row) {
        if (run.claimableAt() != MemoryRun.NEVER) {
            claimable.remove(run);
        }
        run.row = row;
        run.settle();
        if (run.claimableAt() != MemoryRun.NEVER) {
            claimable.add(run);
        }
        if (row.owner() == null) {
            owned.remove(run);
        } else {
            owned.add(run);
        }
    }

    // ---- looking for work ----

    @Override
    public List<RunRow> claim(Claim claim) {
        return locked(() -> {
            if (!claim.node().equals(node)) {
                return List.of();
            }
            List<MemoryRun> taken = new ArrayList<>();
            for (MemoryRun run : claimable) {
                if (run.claimableAt() > claim.now() || taken.size() >= claim.limit()) {
                    break;
                }
                if (claim.workflows().contains(run.row.workflow())) {
                    taken.add(run);
                }
            }
            List<RunRow> rows = new ArrayList<>(taken.size());
            for (MemoryRun run : taken) {
                RunRow row = run.row;
                change(run, run.rowWith(row.status(), row.wakeAt(), claim.node(), row.recoveries()));
                rows.add(run.row);
            }
            return rows;
        });
    }

    @Override
    public Set<String> claimable(long now) {
        return locked(() -> {
            Set<String> workflows = new HashSet<>();
            for (MemoryRun run : claimable) {
                if (run.claimableAt() > now) {
                    break;
                }
                workflows.add(run.row.workflow());
            }
            return workflows;
        });
    }

    @Override
    public long nextWake(long after) {
        return locked(() -> {
            MemoryRun next = claimable.higher(MemoryRun.lastAt(after));
            return next == null ? Long.MAX_VALUE : next.claimableAt();
        });
    }

    @Override
    public List<Message> inboxOf(UUID owner) {
        return locked(() -> {
            List<Message> messages = new ArrayList<>();
            for (MemoryRun run : addressed) {
                if (owner.equals(run.row.owner())) {
                    messages.addAll(run.inbox.values());
                }
            }
            return messages;
        });
    }

    @Override
    public long foreignChanges() {
        return 0;
    }

    // ---- reading ----

    @Override
    public Optional<RunRow> find(String runId) {
        return locked(() -> Optional.ofNullable(names.get(runId)).map(run -> run.row));
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return locked(() -> Optional.ofNullable(runs.get(incarnation)).map(run -> run.row));
    }

    @Override
    public Optional<NewRun> launch(UUID incarnation) {
        return locked(() -> Optional.ofNullable(runs.get(incarnation)).map(run -> run.launch));
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        return ofRun(incarnation, List.of(), run -> run.units(after, limit));
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        return locked(() -> Optional.ofNullable(runs.get(incarnation)).filter(run -> !run.journal.isEmpty())
                .map(run -> run.journal.getLast()));
    }

    @Override
    public List<Message> inbox(UUID chain) {
        return locked(() -> {
            MemoryRun first = runs.get(chain);
            MemoryRun run = first == null ? null : names.get(first.row.runId());
            return run == null || !run.row.chain().equals(chain) ? List.of() : List.copyOf(run.inbox.values());
        });
    }

    @Override
    public List<Attempt> attempts(UUID incarnation) {
        return ofRun(incarnation, List.of(), run -> List.copyOf(run.attempts.values()));
    }

    @Override
    public Map<String, Payload> published(UUID incarnation) {
        return ofRun(incarnation, Map.of(), run -> Map.copyOf(run.published));
    }

    @Override
    public List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit) {
        return locked(() -> {
            MemoryRun last = before.map(runs::get).orElse(null);
            if (last == null && before.isPresent()) {
                return List.of();
            }
            return present.headMap(last == null ? Long.MAX_VALUE : last.born, false).descendingMap().values().stream()
                    .filter(run -> run.fits(filter)).limit(limit).map(run -> run.row).toList();
        });
    }

    @Override
    public long count(RunFilter filter) {
        return locked(() -> present.values().stream().filter(run -> run.fits(filter)).count());
    }

    @Override
    public long countEntries() {
        return locked(() -> runs.values().stream().flatMap(run -> run.journal.stream()).mapToLong(Unit::size).sum());
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("store", "memory", "journal_mode", "none", "synchronous", "none");
    }

    /** Does nothing: there is nothing to let go of, and what was written stays for the next engine. */
    @Override
    public void close() {
    }

    private <T> T ofRun(UUID incarnation, T none, Function<MemoryRun, T> ask) {
        return locked(() -> Optional.ofNullable(runs.get(incarnation)).map(ask).orElse(none));
    }

    private <T extends @Nullable Object> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }
}
