// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.journal.Unit;
import dev.perdure.store.Outcome.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private static final Outcome EXISTS = new Outcome(Kind.EXISTS, null);
    private static final Outcome NOT_FOUND = new Outcome(Kind.NOT_FOUND, null);

    private final ReentrantLock lock = new ReentrantLock();

    private final MemoryRuns all = new MemoryRuns();
    private final MemoryQueues queues = new MemoryQueues(all);
    private @Nullable UUID node;

    /** Makes an empty store. */
    public MemoryStore() {
    }

    // ---- nodes ----

    @Override
    public void join(UUID newNode, long now) {
        locked(() -> {
            all.disown(1);
            node = newNode;
            return null;
        });
    }

    @Override
    public void leave(UUID leaving) {
        locked(() -> {
            if (leaving.equals(node)) {
                all.disown(0);
                node = null;
            }
            return null;
        });
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
                    case Write.Watch watch -> watch(watch);
                    case Write.Emit emit -> all.emit(emit.fact()) ? DONE : EXISTS;
                    case Write.Define define -> {
                        queues.define(define);
                        yield DONE;
                    }
                    case Write.Expire expire -> expire(expire);
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
        MemoryRun same = all.runs.get(start.run().incarnation());
        if (same != null) {
            return new Outcome(Kind.DONE, same.row);
        }
        MemoryRun existing = all.names.get(start.run().runId());
        if (existing == null || existing.row.status().isFinished() && start.restartFinished()) {
            return null;
        }
        if (!existing.row.status().isFinished()) {
            start.messages().forEach(message -> all.deliver(existing, message));
        }
        return new Outcome(Kind.EXISTS, existing.row);
    }

    private MemoryRun make(Write.Start start, @Nullable UUID owner) {
        MemoryRun run = all.create(start.run(), owner);
        start.messages().forEach(message -> all.deliver(run, message));
        start.limits().forEach(limit -> all.limits.add(new Limit.Of(start.run().chain(), limit)));
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
        MemoryRun run = all.runs.get(advance.incarnation());
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
            all.inboxChanged(run);
        }
        run.note(advance);
        concern(advance.others());
        advance.others().said().facts().forEach(all::emit);
        advance.others().said().listening().forEach(each -> all.listen(run, each));
        advance.others().said().givenUp().forEach(at -> all.giveUp(run, at));
        Set<UUID> joiners = advance.state() == null ? Set.of()
                : all.move(run, advance.state(), advance::ending, advance.successor());
        advance.others().said().signals().forEach(all::signal);
        return new Outcome(Kind.DONE, null, joiners);
    }

    private void concern(Write.Others others) {
        for (Write.Start child : others.children()) {
            if (start(child).isDone() && others.kept().contains(child.run().incarnation())) {
                MemoryRun made = all.runs.get(child.run().incarnation());
                all.change(made, RunRow.kept(child.run(), node));
            }
        }
        others.told().forEach(told -> all.tell(told.chain(), told.message()));
        others.forgotten().forEach(all::forget);
    }

    private boolean isSuccessorTaken(Write.Advance advance) {
        return advance.successor() != null && all.runs.containsKey(advance.successor().run().incarnation());
    }

    private Outcome release(Write.Release release) {
        MemoryRun run = all.runs.get(release.incarnation());
        if (run == null || !release.node().equals(node) || !release.node().equals(run.row.owner())) {
            return REFUSED;
        }
        RunRow row = run.row;
        all.change(run, run.rowWith(row.status(), row.wakeAt(), null, row.recoveries()));
        return DONE;
    }

    private Outcome send(Write.Send send) {
        MemoryRun run = all.names.get(send.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (all.ids(run).contains(send.message().id())) {
            return new Outcome(Kind.DUPLICATE, run.row);
        }
        if (run.row.status().isFinished()) {
            return new Outcome(Kind.FINISHED, run.row);
        }
        all.deliver(run, send.message());
        return new Outcome(Kind.DONE, run.row);
    }

    private Outcome terminate(Write.Terminate terminate) {
        MemoryRun run = all.names.get(terminate.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row.status().isFinished()) {
            return new Outcome(Kind.FINISHED, run.row);
        }
        if (run.row.owner() == null) {
            NewMessage order = terminate.message();
            all.move(run, new RunState(RunStatus.TERMINATED, Long.MAX_VALUE, "", order.sentence(), 0, true,
                    order.sentAt()), () -> ChildEnd.terminated(order.sentence()), null);
        } else {
            all.deliver(run, terminate.message());
        }
        return new Outcome(Kind.DONE, run.row);
    }

    private Outcome redrive(Write.Redrive redrive) {
        MemoryRun run = all.names.get(redrive.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row.status() != RunStatus.STUCK) {
            return new Outcome(Kind.NOT_STUCK, run.row);
        }
        all.move(run, new RunState(RunStatus.QUEUED, redrive.now(), "", "", 0, true, redrive.now()), () -> Payload.NONE,
                null);
        return new Outcome(Kind.DONE, run.row);
    }

    private Outcome watch(Write.Watch watch) {
        MemoryRun run = all.names.get(watch.runId());
        if (run == null) {
            return NOT_FOUND;
        }
        if (run.row.status().isFinished()) {
            return new Outcome(Kind.FINISHED, run.row);
        }
        run.waiting.add(watch.watcher());
        return new Outcome(Kind.DONE, run.row);
    }

    private Outcome expire(Write.Expire expire) {
        Limit limit = expire.exceeded().limit();
        MemoryRun run = all.limits.remove(expire.exceeded()) ? all.presentOf(expire.exceeded().chain()) : null;
        if (run == null || run.row.status().isFinished()) {
            return DONE;
        }
        if (run.row.status() == RunStatus.QUEUED && run.row.owner() == null && run.journal.isEmpty()) {
            Unit ending = limit.ending(run.row, expire.now());
            run.journal.add(ending);
            all.move(run, Limit.cancelled(expire.now()),
                    () -> ChildEnd.value(RunStatus.CANCELLED, "", ending), null);
        } else if (limit.kind() == Limit.Kind.END) {
            all.deliver(run, limit.message(run.row.chain(), expire.now()));
        }
        return DONE;
    }

    // ---- looking for work ----

    @Override
    public List<Limit.Of> exceeded(long now) {
        return locked(() -> all.limits.stream().takeWhile(each -> each.limit().due() <= now).limit(100).toList());
    }

    @Override
    public List<Limit> limits(UUID chain) {
        return locked(() -> all.limits.stream().filter(each -> each.chain().equals(chain)).map(Limit.Of::limit)
                .toList());
    }

    @Override
    public List<RunRow> claim(Claim claim) {
        return locked(() -> claim.node().equals(node) ? queues.take(claim, "", claim.limit(), Map.of(), Queue.UNLIMITED)
                : List.of());
    }

    @Override
    public Served serve(String queue, Claim claim) {
        return locked(() -> claim.node().equals(node) ? queues.serve(queue, claim) : Served.NOTHING);
    }

    @Override
    public List<QueueView> queues(long now) {
        return locked(() -> queues.views(now));
    }

    @Override
    public Set<String> waiting(long now) {
        return locked(() -> queues.waiting(now));
    }

    @Override
    public Set<String> claimable(long now) {
        return locked(() -> {
            Set<String> workflows = new HashSet<>();
            for (MemoryRun run : all.claimable) {
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
            MemoryRun next = all.claimable.higher(MemoryRun.lastAt(after));
            return next == null ? Long.MAX_VALUE : next.claimableAt();
        });
    }

    @Override
    public List<Message> inboxOf(UUID owner) {
        return locked(() -> {
            List<Message> messages = new ArrayList<>();
            for (MemoryRun run : all.addressed) {
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
        return locked(() -> Optional.ofNullable(all.names.get(runId)).map(run -> run.row));
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return locked(() -> Optional.ofNullable(all.runs.get(incarnation)).map(run -> run.row));
    }

    @Override
    public Optional<NewRun> launch(UUID incarnation) {
        return locked(() -> Optional.ofNullable(all.runs.get(incarnation)).map(run -> run.launch));
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        return ofRun(incarnation, List.of(), run -> run.units(after, limit));
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        return locked(() -> Optional.ofNullable(all.runs.get(incarnation)).filter(run -> !run.journal.isEmpty())
                .map(run -> run.journal.getLast()));
    }

    @Override
    public List<Message> inbox(Collection<UUID> chains) {
        return locked(() -> {
            List<Message> messages = new ArrayList<>();
            for (UUID chain : chains) {
                MemoryRun run = all.presentOf(chain);
                if (run != null) {
                    messages.addAll(run.inbox.values());
                }
            }
            return messages;
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
    public Optional<Fact> fact(String name) {
        return locked(() -> Optional.ofNullable(all.facts.get(name)));
    }

    @Override
    public List<Fact> facts(String after, int limit) {
        return locked(() -> all.facts.tailMap(after, false).values().stream().limit(limit).toList());
    }

    @Override
    public List<Write.Listening> listening(UUID incarnation) {
        return ofRun(incarnation, List.of(), run -> run.listening.entrySet().stream().map(each -> new Write.Listening(
                new Asker(incarnation, run.row.chain(), each.getKey()), each.getValue())).toList());
    }

    @Override
    public List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit) {
        return locked(() -> {
            MemoryRun last = before.map(all.runs::get).orElse(null);
            if (last == null && before.isPresent()) {
                return List.of();
            }
            return all.present.headMap(last == null ? Long.MAX_VALUE : last.born, false).descendingMap().values()
                    .stream().filter(run -> run.fits(filter)).limit(limit).map(run -> run.row).toList();
        });
    }

    @Override
    public long count(RunFilter filter) {
        return locked(() -> all.present.values().stream().filter(run -> run.fits(filter)).count());
    }

    @Override
    public long countEntries() {
        return locked(() ->
                all.runs.values().stream().flatMap(run -> run.journal.stream()).mapToLong(Unit::size).sum());
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
        return locked(() -> Optional.ofNullable(all.runs.get(incarnation)).map(ask).orElse(none));
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
