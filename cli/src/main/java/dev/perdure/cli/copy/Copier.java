// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.copy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import dev.perdure.store.Fact;
import dev.perdure.journal.Wait;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies every run of a store into an empty one: journals, what they wait for, unread messages, attempts, published
 * values, events, and which messages were sent, so that none counts twice. Knows stores by their interface only.
 *
 * <p>While it works it is a node of both: of the source, so that no engine can run there if the source is a file, and
 * of the target, where it owns every run that could move until all are there. If it dies half-way, the target is not
 * empty, and the next copy refuses it.
 */
final class Copier {

    private static final int PAGE = 1_000;
    private static final int UNITS = 1_000;
    private static final int RUNS = 200;

    /** What a fiber waits for, where that may be a run that it has joined. */
    private static final Set<String> MAY_BE_JOINED = Set.of("child", "select", "all", "any", "race", "condition");

    private final Store source;
    private final Store target;
    private final UUID node = UUID.randomUUID();
    private final long now = System.currentTimeMillis();
    private final List<Write> batch = new ArrayList<>();
    /** In the batch at hand, and altogether. */
    private int units;
    private long entries;

    Copier(Store source, Store target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Copies everything.
     *
     * @param progress hears how many runs have been copied
     * @return how many runs there were
     */
    long copy(LongConsumer progress) {
        if (target.count(RunFilter.all()) > 0 || !target.facts("", 1).isEmpty()) {
            throw new InvalidArgumentException("there are runs or events in the target already. Copy into an empty "
                    + "schema: name another one, or drop what an earlier copy has left there");
        }
        UUID guard = UUID.randomUUID();
        source.join(guard, now);
        try {
            target.join(node, now);
            checkAlone(source, guard);
            checkAlone(target, node);
            copyFacts();
            copyQueues();
            long runs = copyAll(progress);
            if (source.count(RunFilter.all()) != runs || target.countEntries() != entries) {
                throw notWhole(runs + " runs with " + entries + " entries were copied, and that is not what is there");
            }
            return runs;
        } finally {
            target.leave(node);
            source.leave(guard);
        }
    }

    private void checkAlone(Store store, UUID self) {
        if (!store.look(self, now).pulses().isEmpty()) {
            throw notWhole("an engine is running on the store");
        }
    }

    private static InvalidArgumentException notWhole(String why) {
        return new InvalidArgumentException(why + ". Stop all engines of both stores, drop the schema of the target if "
                + "it has been written to, and copy again");
    }

    private void copyFacts() {
        String after = "";
        List<Fact> page;
        do {
            page = source.facts(after, PAGE);
            if (!page.isEmpty()) {
                after = page.getLast().name();
                page.forEach(fact -> write(new Write.Emit(fact)));
                flush();
            }
        } while (page.size() == PAGE);
    }

    private void copyQueues() {
        source.queues(now).forEach(each -> write(new Write.Define(each.queue(), false)));
        flush();
    }

    /** Some runs at a time: a batch brings everything but what has to know the numbers of messages, a second that. */
    private long copyAll(LongConsumer progress) {
        long copied = 0;
        List<Last> last = new ArrayList<>();
        for (UUID present : oldestFirst()) {
            last.add(copyRun(source.find(present).orElseThrow()));
            copied++;
            if (units >= UNITS || last.size() == RUNS) {
                finish(last);
                progress.accept(copied);
            }
        }
        finish(last);
        return copied;
    }

    private void finish(List<Last> last) {
        flush();
        last.forEach(each -> batch.add(each.write(target)));
        last.clear();
        flush();
    }

    private List<UUID> oldestFirst() {
        List<UUID> all = new ArrayList<>();
        List<RunRow> page;
        do {
            Optional<UUID> last = all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
            page = source.list(RunFilter.all(), last, PAGE);
            page.forEach(row -> all.add(row.incarnation()));
        } while (page.size() == PAGE);
        Collections.reverse(all);
        return all;
    }

    // ---- one run, with those it has continued ----

    /** What is left to be written of a run when all else has been: where it stands, and which messages it has heard. */
    private record Last(Write.Advance advance, UUID chain, Set<String> heard) {

        Write write(Store target) {
            if (heard.isEmpty()) {
                return advance;
            }
            List<Long> numbers = target.inbox(chain).stream()
                    .filter(message -> heard.contains(message.content().id())).map(Message::number).toList();
            return new Write.Advance(advance.node(), advance.incarnation(), null, List.of(), numbers, advance.state(),
                    advance.attempts(), List.of(), advance.published(), null, advance.others());
        }
    }

    private Last copyRun(RunRow row) {
        Deque<NewRun> lives = new ArrayDeque<>();
        NewRun life = launch(row.incarnation());
        lives.push(life);
        while (life.previous() != null) {
            life = launch(life.previous());
            lives.push(life);
        }
        Map<String, NewMessage> heard = new LinkedHashMap<>();
        for (NewRun each : lives) {
            forEachUnit(each.incarnation(), units -> units.forEach(unit -> remember(unit, heard)));
        }
        List<NewMessage> unread = source.inbox(row.chain()).stream().map(Message::content).toList();
        unread.forEach(message -> heard.remove(message.id()));
        List<NewMessage> sent = new ArrayList<>(heard.values());
        sent.addAll(unread);

        NewRun first = lives.peek();
        write(advance(first.incarnation(), new Write.Start(first, false, sent, source.limits(row.chain())),
                List.of(), null, null));
        while (lives.size() > 1) {
            NewRun continued = lives.pop();
            append(continued.incarnation());
            RunRow ended = source.find(continued.incarnation()).orElseThrow();
            write(advance(continued.incarnation(), null, List.of(), state(ended),
                    new Write.Succession(lives.peek(), List.of())));
        }
        append(row.incarnation());
        return new Last(new Write.Advance(node, row.incarnation(), null, List.of(), List.of(),
                row.status() == RunStatus.QUEUED ? null : state(row), source.attempts(row.incarnation()), List.of(),
                source.published(row.incarnation()), null, listening(row.incarnation())), row.chain(), heard.keySet());
    }

    private Write.Others listening(UUID incarnation) {
        List<Write.Listening> all = source.listening(incarnation);
        return all.isEmpty() ? Write.Others.NONE : new Write.Others(
                new Write.Said(List.of(), List.of(), all, List.of()));
    }

    private NewRun launch(UUID incarnation) {
        return source.launch(incarnation).orElseThrow();
    }

    private static void remember(Unit unit, Map<String, NewMessage> heard) {
        if (unit.arrival() instanceof Arrival.SignalReceived signal) {
            heard.put(signal.messageId(), new NewMessage(signal.messageId(), NewMessage.Kind.SIGNAL, signal.name(),
                    signal.value(), "", unit.at()));
        }
    }

    private void append(UUID incarnation) {
        forEachUnit(incarnation, some -> {
            write(advance(incarnation, null, some, null, null));
            units += some.size();
            some.forEach(unit -> entries += unit.size());
        });
    }

    private void forEachUnit(UUID incarnation, Consumer<List<Unit>> each) {
        long after = 0;
        List<Unit> some;
        do {
            some = source.journal(incarnation, after, UNITS);
            if (!some.isEmpty()) {
                each.accept(some);
                after = some.getLast().seq();
            }
        } while (some.size() == UNITS);
    }

    /** Stays this node's, if it could move: others are to see it when all are there. */
    private static RunState state(RunRow row) {
        // Who has joined a run is not copied. A run that is not suspended asks anew when it comes into memory.
        boolean asks = row.status() == RunStatus.SUSPENDED
                && Wait.parse(row.waiting()).stream().anyMatch(wait -> MAY_BE_JOINED.contains(wait.kind()));
        return new RunState(asks ? RunStatus.RUNNING : row.status(), row.wakeAt(), row.waiting(), row.problem(),
                row.unread(), false, row.changedAt());
    }

    private Write.Advance advance(UUID incarnation, Write.@Nullable Start creation, List<Unit> units,
            @Nullable RunState state, Write.@Nullable Succession successor) {
        return new Write.Advance(node, incarnation, creation, units, List.of(), state, List.of(), List.of(),
                state == null ? Map.of() : source.published(incarnation), successor);
    }

    private void write(Write write) {
        batch.add(write);
        if (units >= UNITS) {
            flush();
        }
    }

    private void flush() {
        if (!batch.isEmpty() && !target.write(batch).stream().allMatch(Outcome::isDone)) {
            throw notWhole("the target has refused a run");
        }
        batch.clear();
        units = 0;
    }
}
