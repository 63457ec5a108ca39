// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.ClosePolicy;
import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All incarnations in a {@link MemoryStore}, and what is derived from them. Guarded by the store's lock. */
final class MemoryRuns {

    private static final Comparator<Asker> BY_PLACE = Comparator.comparing((Asker asker) -> asker.at().fiber())
            .thenComparing(asker -> asker.at().index());

    /** Every incarnation there ever was. */
    final Map<UUID, MemoryRun> runs = new HashMap<>();

    /** The present incarnation of each name. */
    final Map<String, MemoryRun> names = new HashMap<>();

    /** The present incarnations in the order in which they were made, for lists. */
    final TreeMap<Long, MemoryRun> present = new TreeMap<>();

    /** Invariant: exactly the runs whose {@link MemoryRun#claimableAt} is not {@link MemoryRun#NEVER}. */
    final TreeSet<MemoryRun> claimable =
            new TreeSet<>(Comparator.comparingLong(MemoryRun::claimableAt).thenComparingLong(MemoryRun::born));

    /** The same runs by their queue, in the order in which they are handed out. */
    final Map<String, TreeSet<MemoryRun>> lines = new HashMap<>();

    /** By name. */
    final TreeMap<String, QueueRow> queues = new TreeMap<>();

    /** The limits of runs, the next one first. */
    final TreeSet<Limit.Of> limits = new TreeSet<>(Comparator.comparingLong((Limit.Of each) -> each.limit().due())
            .thenComparing(each -> each.chain().toString()).thenComparing(each -> each.limit().kind()));

    /** Invariant: exactly the runs that the node owns. */
    private final Set<MemoryRun> owned = new HashSet<>();

    /** Invariant: exactly the runs with something in their inbox. */
    final Set<MemoryRun> addressed = new HashSet<>();

    /** The ids of all messages that each chain was ever sent. */
    private final Map<UUID, Set<String>> sent = new HashMap<>();

    final TreeMap<String, Fact> facts = new TreeMap<>();

    /** Who waits for which fact. */
    private final Map<String, Set<Asker>> listeners = new HashMap<>();

    private long lastBorn;
    private long lastNumber;

    // ---- runs ----

    void disown(int recoveries) {
        for (MemoryRun run : List.copyOf(owned)) {
            RunRow row = run.row;
            change(run, run.rowWith(row.status(), row.wakeAt(), null, row.recoveries() + recoveries));
        }
    }

    MemoryRun create(NewRun wanted, @Nullable UUID owner) {
        MemoryRun run = new MemoryRun(wanted, ++lastBorn);
        MemoryRun before = names.put(wanted.runId(), run);
        if (before != null) {
            present.remove(before.born);
        }
        present.put(run.born, run);
        runs.put(wanted.incarnation(), run);
        if (wanted.parent() != null) {
            run.waiting.add(wanted.parent());
            MemoryRun parent = runs.get(wanted.parent().incarnation());
            if (parent != null) {
                parent.children.add(run);
            }
        }
        if (wanted.ticket().isQueued()) {
            queues.computeIfAbsent(wanted.ticket().queue(), name -> QueueRow.of(Queue.named(name)));
        }
        change(run, run.rowWith(RunStatus.QUEUED, wanted.startAt(), owner, 0));
        return run;
    }

    /** Those of a queue that the node has. */
    List<MemoryRun> ownedOf(String queue) {
        return owned.stream().filter(run -> run.row.queue().equals(queue)).toList();
    }

    /** The claimable runs of a queue, or of none, in the order in which they are handed out. */
    Set<MemoryRun> line(String queue) {
        Set<MemoryRun> line = lines.get(queue);
        return line == null ? Set.of() : line;
    }

    /** Puts a run where its owner says it stands, and what depends on that with it; the chains told of its end. */
    Set<UUID> move(MemoryRun run, RunState state, Supplier<Payload> ending,
            Write.@Nullable Succession successor) {
        boolean finished = state.status().isFinished();
        if (successor != null) {
            MemoryRun next = create(successor.run(), run.row.owner());
            successor.carried().forEach(message -> {
                ids(next).add(message.id());
                put(next, message);
            });
            next.waiting.addAll(run.waiting);
            next.inbox.putAll(run.inbox);
            run.inbox.clear();
            inboxChanged(next);
        }
        int unread = finished ? state.unread() + run.unreadSignals() : 0;
        if (finished) {
            run.inbox.clear();
            run.attempts.clear();
            List.copyOf(run.listening.keySet()).forEach(at -> giveUp(run, at));
        }
        inboxChanged(run);
        change(run, run.row.after(state, unread));
        return finished ? tellEnd(run, state, ending.get()) : Set.of();
    }

    /** Leaves nothing of a run that has finished, or that the node owns. */
    void forget(UUID incarnation) {
        MemoryRun run = runs.get(incarnation);
        if (run == null || run.row.owner() == null && !run.row.status().isFinished()) {
            return;
        }
        run.inbox.clear();
        inboxChanged(run);
        change(run, run.rowWith(RunStatus.TERMINATED, Long.MAX_VALUE, null, 0));
        runs.remove(incarnation);
        names.remove(run.row.runId(), run);
        present.remove(run.born);
        sent.remove(run.row.chain());
        MemoryRun parent = run.launch.parent() == null ? null : runs.get(run.launch.parent().incarnation());
        if (parent != null) {
            parent.children.remove(run);
        }
    }

    /** The present incarnation of a chain; null if there is none, or if another chain has the name by now. */
    @Nullable MemoryRun presentOf(UUID chain) {
        MemoryRun first = runs.get(chain);
        MemoryRun run = first == null ? null : names.get(first.row.runId());
        return run == null || !run.row.chain().equals(chain) ? null : run;
    }

    // ---- messages ----

    /** Tells a chain, if it goes on. */
    void tell(UUID chain, NewMessage message) {
        MemoryRun run = presentOf(chain);
        if (run != null && !run.row.status().isFinished()) {
            deliver(run, message);
        }
    }

    /** A run has sent a signal; it is told what has become of it. */
    void signal(Write.Signalled signal) {
        MemoryRun run = names.get(signal.runId());
        if (run != null && !run.row.status().isFinished()) {
            deliver(run, signal.message());
        }
        tell(signal.sender().chain(), signal.sender().signalled(run == null ? null : run.row.status(),
                signal.message().sentAt()));
    }

    /** A run has finished: those who wait for it are told, and its children; the chains that have joined it. */
    private Set<UUID> tellEnd(MemoryRun run, RunState end, Payload value) {
        Set<UUID> joiners = new HashSet<>();
        if (end.status() != RunStatus.CONTINUED) {
            for (Parent waiting : run.waiting) {
                tell(waiting.chain(), waiting.told(run.row.chain(), end.status(), value, end.at()));
                if (!waiting.equals(run.launch.parent())) {
                    joiners.add(waiting.chain());
                }
            }
        }
        for (MemoryRun child : run.children) {
            Parent parent = child.launch.parent();
            if (parent.close() != ClosePolicy.ABANDON) {
                tell(child.row.chain(), parent.closes(end.at()));
            }
        }
        return joiners;
    }

    /** Puts a message into the inbox, unless the chain was ever sent one with this id. */
    void deliver(MemoryRun run, NewMessage message) {
        if (ids(run).add(message.id())) {
            put(run, message);
            inboxChanged(run);
        }
    }

    private void put(MemoryRun run, NewMessage message) {
        long number = ++lastNumber;
        run.inbox.put(number, new Message(number, run.row.chain(), message));
    }

    Set<String> ids(MemoryRun run) {
        return sent.computeIfAbsent(run.row.chain(), chain -> new HashSet<>());
    }

    // ---- facts ----

    /** Makes a fact known, and tells those who wait for it; false if there is one of the name. */
    boolean emit(Fact fact) {
        if (facts.putIfAbsent(fact.name(), fact) != null) {
            return false;
        }
        Set<Asker> waiting = listeners.remove(fact.name());
        if (waiting != null) {
            waiting.stream().sorted(BY_PLACE).forEach(asker -> {
                runs.get(asker.incarnation()).listening.remove(asker.at());
                tell(asker.chain(), asker.learned(fact));
            });
        }
        return true;
    }

    /** Tells a run of a fact: now, or when it is known. */
    void listen(MemoryRun run, Write.Listening wanted) {
        Fact known = facts.get(wanted.fact());
        if (known != null) {
            tell(wanted.asker().chain(), wanted.asker().learned(known));
        } else {
            run.listening.put(wanted.asker().at(), wanted.fact());
            listeners.computeIfAbsent(wanted.fact(), name -> new LinkedHashSet<>()).add(wanted.asker());
        }
    }

    void giveUp(MemoryRun run, Position at) {
        String name = run.listening.remove(at);
        if (name != null) {
            listeners.get(name).remove(new Asker(run.row.incarnation(), run.row.chain(), at));
        }
    }

    // ---- what is derived from a run ----

    /** Called after every change of an inbox. */
    void inboxChanged(MemoryRun run) {
        if (run.inbox.isEmpty()) {
            addressed.remove(run);
        } else {
            addressed.add(run);
        }
        change(run, run.row);
    }

    /** Gives a run its new row: the only place where one is set. */
    void change(MemoryRun run, RunRow row) {
        if (run.claimableAt() != MemoryRun.NEVER) {
            claimable.remove(run);
            lines.get(row.queue()).remove(run);
        }
        run.row = row;
        run.settle();
        if (run.claimableAt() != MemoryRun.NEVER) {
            claimable.add(run);
            lineOf(row.queue()).add(run);
        }
        if (row.owner() == null) {
            owned.remove(run);
        } else {
            owned.add(run);
        }
    }

    private TreeSet<MemoryRun> lineOf(String queue) {
        TreeSet<MemoryRun> line = lines.get(queue);
        if (line == null) {
            line = new TreeSet<>(MemoryRuns::inLine);
            lines.put(queue, line);
        }
        return line;
    }

    private static int inLine(MemoryRun one, MemoryRun other) {
        int byPlace = Long.compare(one.place(), other.place());
        return byPlace != 0 ? byPlace : Long.compare(one.born(), other.born());
    }
}
