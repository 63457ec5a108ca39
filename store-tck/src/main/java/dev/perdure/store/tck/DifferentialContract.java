// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.journal.Unit;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Random operations, valid and invalid, on the store and on {@link dev.perdure.store.MemoryStore}: every answer and
 * everything that can be read must be the same, until every kind of operation has had every kind of outcome.
 *
 * <p>A failure names its seed; {@code -Dperdure.tck.seed=…} repeats it.
 */
public abstract class DifferentialContract {

    private static final int STEPS = 2_000;
    private static final int MOST_STEPS = 20_000;
    private static final int OFTEN = 10;
    private static final int SOME = 25;

    /** For subclasses. */
    protected DifferentialContract() {
    }

    /**
     * Where the store comes from.
     *
     * @return a new fixture
     * @throws Exception if there is none
     */
    protected abstract StoreFixture fixture() throws Exception;

    @Test
    void h1_h4_it_answers_like_the_memory_store_whatever_is_done_to_it() throws Exception {
        long seed = Long.getLong("perdure.tck.seed", new Random().nextLong());
        try (StoreFixture fixture = fixture()) {
            Duel duel = new Duel(fixture, seed);
            int steps = 0;
            List<String> missing = duel.missing(OFTEN);
            while (steps < MOST_STEPS && (steps < STEPS || !missing.isEmpty())) {
                duel.step();
                steps++;
                missing = duel.missing(OFTEN);
            }
            duel.close();
            System.out.println(getClass().getName() + ": seed " + seed + ", " + steps + " steps, " + duel.tally());
            assertThat(missing).as("what has hardly happened in %d steps of the seed %d", steps, seed).isEmpty();
        }
    }

    /**
     * The memory store and another one, to which the same is done; every answer of one must be the answer of the
     * other.
     */
    private static final class Duel {

        /** What must have happened often enough before two stores may be called alike. */
        private static final List<String> WANTED = List.of("start done", "start exists", "advance done",
                "advance exists",
                "advance refused", "release done", "release refused", "send done", "send duplicate", "send finished",
                "send not_found", "terminate done", "terminate finished", "terminate not_found", "redrive done",
                "redrive not_stuck", "redrive not_found", "with units", "with creation", "with heard", "with attempts",
                "with answered", "with published", "with carried", "to queued", "to running", "to suspended",
                "to paused",
                "to stuck", "to completed", "to failed", "to cancelled", "to terminated", "to continued", "claim",
                "join",
                "leave", "reopen", "again done", "again exists", "again duplicate", "again refused",
                "emit done", "emit exists", "with signals", "with facts", "with listening", "with given up",
                "define done", "serve", "held", "expire done");

        private final StoreFixture fixture;
        private final long seed;
        private final Random random;
        private final MemoryStore model = new MemoryStore();
        private final RandomWrites writes;
        private final Map<String, Integer> tally = new TreeMap<>();
        private Store subject;
        private List<Function<Store, Write>> lastBatch = List.of();
        private int step;

        Duel(StoreFixture fixture, long seed) {
            this.fixture = fixture;
            this.seed = seed;
            this.random = new Random(seed);
            this.writes = new RandomWrites(random, model, new UUID(random.nextLong(), random.nextLong()));
            this.subject = fixture.open();
            join();
        }

        /** What has happened how often. */
        Map<String, Integer> tally() {
            return tally;
        }

        /** What has not happened often enough yet. */
        List<String> missing(int often) {
            return WANTED.stream().filter(what -> tally.getOrDefault(what, 0) < often).toList();
        }

        void step() {
            step++;
            switch (random.nextInt(100)) {
                case 0 -> join();
                case 1 -> leave();
                case 2 -> reopen();
                case 3, 4, 5, 6, 7 -> writes.now += random.nextInt(15);
                case 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 -> claim();
                case 24, 25, 26, 27 -> write(lastBatch, "again");
                default -> write(writes.batch(), "");
            }
            // By turns: each question may be a round trip, and a difference stays.
            if (step % 2 == 0) {
                compareWork();
            } else {
                compareName(writes.name());
                compareRun(writes.anyIncarnation());
            }
            if (step % 5 == 0) {
                compareQueues();
            }
            if (step % 25 == 0) {
                for (int i = 0; i < 10; i++) {
                    compareRun(writes.anyIncarnation());
                }
                compareLists();
            }
        }

        void close() {
            openAgain();
            compareEverything();
            subject.close();
        }

        // ---- doing ----

        private void join() {
            if (writes.node != null && !subject.lease().isZero()) {
                subject.end(writes.node);
            }
            writes.node = writes.id();
            model.join(writes.node, writes.now);
            subject.join(writes.node, writes.now);
            count("join");
        }

        private void leave() {
            UUID leaving = writes.chance(3) ? writes.id() : writes.node;
            model.leave(leaving);
            subject.leave(leaving);
            count("leave");
            compareWork();
            join();
        }

        private void reopen() {
            openAgain();
            count("reopen");
            // All runs would be a hundred thousand questions in the end, and minutes where each is a round trip. Those
            // that live are compared, because what becomes of them may hide what was lost; finished ones stay as they
            // are, and what was lost of them is missing at the end, too.
            writes.names().forEach(name -> model.find(name).ifPresent(row -> compareWhole(row.incarnation())));
            for (int i = 0; i < SOME; i++) {
                compareWhole(writes.anyIncarnation());
            }
            compareLists();
        }

        private void openAgain() {
            subject = fixture.reopen(subject);
            join();
        }

        private void claim() {
            Set<String> workflows = new HashSet<>();
            workflows.add(writes.workflow());
            workflows.add(writes.workflow());
            Store.Claim claim = new Store.Claim(writes.chance(20) ? writes.id() : writes.node, workflows, writes.now,
                    1 + random.nextInt(4));
            if (writes.chance(2)) {
                String queue = writes.chance(9) ? "queue-9" : writes.queue();
                Store.Served served = model.serve(queue, claim);
                same(subject.serve(queue, claim), served, "served of " + queue);
                served.runs().forEach(row -> count("serve"));
                countIf(served.held(), "held");
                countIf(served.again() != Long.MAX_VALUE, "rated");
                return;
            }
            List<RunRow> claimed = model.claim(claim);
            same(subject.claim(claim), claimed, "claimed");
            claimed.forEach(row -> count("claim"));
        }

        private void write(List<Function<Store, Write>> batch, String prefix) {
            lastBatch = batch;
            if (batch.isEmpty()) {
                return;
            }
            List<Write> expected = batch.stream().map(write -> write.apply(model)).toList();
            List<Write> actual = batch.stream().map(write -> write.apply(subject)).toList();
            List<Outcome> answers = model.write(expected);
            List<Outcome> others = subject.write(actual);
            assertThat(others).as(where("answers")).hasSameSizeAs(answers);
            for (int i = 0; i < answers.size(); i++) {
                Write write = expected.get(i);
                Outcome answer = answers.get(i);
                same(others.get(i).kind(), answer.kind(), "outcome of " + write);
                boolean mayBeNull = answer.isDone()
                        && (write instanceof Write.Advance || write instanceof Write.Release);
                if (!mayBeNull) {
                    same(others.get(i).run(), answer.run(), "run in the outcome of " + write);
                }
                String kind = answer.kind().name().toLowerCase(Locale.ROOT);
                count((prefix.isEmpty() ? write.getClass().getSimpleName()
                        .toLowerCase(Locale.ROOT) : prefix) + " " + kind);
                if (answer.kind() == Kind.DONE && prefix.isEmpty() && write instanceof Write.Advance advance) {
                    countParts(advance);
                }
            }
        }

        private void countParts(Write.Advance advance) {
            countIf(!advance.units().isEmpty(), "with units");
            countIf(advance.creation() != null, "with creation");
            countIf(!advance.heard().isEmpty(), "with heard");
            countIf(!advance.attempts().isEmpty(), "with attempts");
            countIf(!advance.answered().isEmpty(), "with answered");
            countIf(!advance.published().isEmpty(), "with published");
            countIf(advance.successor() != null && !advance.successor().carried().isEmpty(), "with carried");
            Write.Said said = advance.others().said();
            countIf(!said.signals().isEmpty(), "with signals");
            countIf(!said.facts().isEmpty(), "with facts");
            countIf(!said.listening().isEmpty(), "with listening");
            countIf(!said.givenUp().isEmpty(), "with given up");
            if (advance.state() != null) {
                count("to " + advance.state().status().name().toLowerCase(Locale.ROOT));
            }
        }

        private void countIf(boolean condition, String what) {
            if (condition) {
                count(what);
            }
        }

        private void count(String what) {
            tally.merge(what, 1, Integer::sum);
        }

        // ---- comparing ----

        private void compareWork() {
            same(subject.claimable(writes.now), model.claimable(writes.now), "claimable workflows");
            long after = writes.now + random.nextInt(20) - 10;
            same(subject.nextWake(after), model.nextWake(after), "next wake-up");
            same(byChain(subject.inboxOf(writes.node)), byChain(model.inboxOf(writes.node)), "inboxes of the node");
        }

        private void compareQueues() {
            same(subject.waiting(writes.now), model.waiting(writes.now), "queues with work");
            same(subject.exceeded(writes.now), model.exceeded(writes.now), "exceeded limits");
            same(minded(subject.queues(writes.now)), minded(model.queues(writes.now)), "queues");
        }

        /** Without those that have neither limits nor runs: a name may be kept although the run was not made. */
        private static List<QueueView> minded(List<QueueView> queues) {
            return queues.stream().filter(each -> each.queue().isLimited() || each.waiting() + each.running() > 0)
                    .toList();
        }

        private static Map<UUID, List<NewMessage>> byChain(List<Message> messages) {
            Map<UUID, List<NewMessage>> byChain = new HashMap<>();
            messages.forEach(message -> byChain.computeIfAbsent(message.chain(), chain -> new ArrayList<>())
                    .add(message.content()));
            return byChain;
        }

        private void compareName(String name) {
            same(subject.find(name), model.find(name), "run " + name);
        }

        private void compareRun(UUID run) {
            same(subject.find(run), model.find(run), "row of " + run);
            same(subject.launch(run), model.launch(run), "launch of " + run);
            same(Set.copyOf(subject.limits(run)), Set.copyOf(model.limits(run)), "limits of " + run);
            same(subject.lastUnit(run), model.lastUnit(run), "last unit of " + run);
            same(byChain(subject.inbox(run)), byChain(model.inbox(run)), "inbox of " + run);
            same(Set.copyOf(subject.attempts(run)), Set.copyOf(model.attempts(run)), "attempts of " + run);
            same(Set.copyOf(subject.listening(run)), Set.copyOf(model.listening(run)), "waits of " + run);
            same(subject.published(run), model.published(run), "published values of " + run);
            long after = model.lastUnit(run).map(Unit::lastSeq).map(last -> random.nextLong(last + 1)).orElse(0L);
            int limit = 1 + random.nextInt(5);
            same(subject.journal(run, after, limit), model.journal(run, after, limit), "part of the journal of " + run);
        }

        private void compareEverything() {
            writes.incarnations().forEach(this::compareWhole);
            compareLists();
        }

        private void compareWhole(UUID run) {
            compareRun(run);
            same(subject.journal(run, 0, 10_000), model.journal(run, 0, 10_000), "journal of " + run);
        }

        private void compareLists() {
            same(subject.facts("", 1_000), model.facts("", 1_000), "facts");
            same(subject.countEntries(), model.countEntries(), "entries");
            compareList(RunFilter.all());
            for (int i = 0; i < 5; i++) {
                compareList(filter());
            }
        }

        private RunFilter filter() {
            RunFilter filter = RunFilter.all();
            RunStatus[] statuses = RunStatus.values();
            if (writes.chance(2)) {
                filter = filter.status(statuses[random.nextInt(statuses.length)],
                        statuses[random.nextInt(statuses.length)]);
            }
            filter = writes.chance(3) ? filter.workflow(writes.workflow()) : filter;
            filter = writes.chance(3) ? filter.idPrefix(writes.name().substring(0, 4 + random.nextInt(2))) : filter;
            filter = writes.chance(3) ? filter.created(writes.now - random.nextInt(200),
                    writes.now - random.nextInt(50)) : filter;
            return writes.chance(3) ? filter.attribute("attribute-" + random.nextInt(2),
                    "value-" + random.nextInt(2)) : filter;
        }

        private void compareList(RunFilter filter) {
            same(subject.count(filter), model.count(filter), "count of " + filter);
            Optional<UUID> before = Optional.empty();
            int limit = 1 + random.nextInt(4);
            List<RunRow> page;
            do {
                page = model.list(filter, before, limit);
                same(subject.list(filter, before, limit), page, "list of " + filter);
                before = page.isEmpty() ? before : Optional.of(page.getLast().incarnation());
            } while (!page.isEmpty());
        }

        private void same(Object actual, Object expected, String what) {
            assertThat(actual).as(() -> where(what)).isEqualTo(expected);
        }

        private String where(String what) {
            return what + ", at step " + step + " of the seed " + seed;
        }
    }
}
