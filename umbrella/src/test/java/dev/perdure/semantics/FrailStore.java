// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.Payload;
import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
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
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What one engine sees of a store: it can fail in every way in which a store may, and once it is dead nothing of that
 * engine reaches the disk any more, as after a crash.
 */
final class FrailStore implements Store {

    /** A way to fail. */
    enum Fault {
        /** Nothing was written; try again. */
        AWAY(StoreException.Effect.NOTHING_RETRY, false),
        /** Nothing was written, and never will be. */
        REFUSED(StoreException.Effect.NOTHING_REFUSED, false),
        /** It was written, and the answer got lost. */
        ANSWER_LOST(StoreException.Effect.UNKNOWN, true),
        /** It was not written, and the answer got lost. */
        REQUEST_LOST(StoreException.Effect.UNKNOWN, false);

        private final StoreException.Effect effect;
        private final boolean written;

        Fault(StoreException.Effect effect, boolean written) {
            this.effect = effect;
            this.written = written;
        }

        StoreException exception() {
            return new StoreException("store_frail", "the store fails on purpose (" + this + ")", effect, null);
        }
    }

    private record Trouble(Fault fault, Predicate<List<? extends Write>> which, AtomicInteger times) {
    }

    private record Death(AtomicInteger writesBefore, boolean written) {
    }

    private final Store disk;
    private final Bell bell;
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger lostClaims = new AtomicInteger();
    private final AtomicInteger failedLoads = new AtomicInteger();
    private volatile Trouble writing;
    private volatile UUID node;
    private volatile boolean away;
    private volatile boolean dead;
    private volatile boolean holding;
    private volatile Death death;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private final AtomicInteger inboxesReadAlone = new AtomicInteger();
    private volatile CountDownLatch heldInboxes = new CountDownLatch(0);
    private final AtomicReference<Runnable> beforeInbox = new AtomicReference<>(() -> { });
    private volatile UUID spoilt;

    FrailStore(Store disk, Bell bell) {
        this.disk = disk;
        this.bell = bell;
    }

    // ---- trouble ----

    /** The next such batches fail. */
    void failWrites(int times, Fault fault, Predicate<List<? extends Write>> which) {
        writing = new Trouble(fault, which, new AtomicInteger(times));
    }

    /** The next batches fail, whatever is in them. */
    void failWrites(int times, Fault fault) {
        failWrites(times, fault, any -> true);
    }

    /** The next claims that take something are made, and their answers get lost. */
    void loseClaims(int times) {
        lostClaims.set(times);
    }

    /** The next runs that are taken cannot be read. */
    void failLoads(int times) {
        failedLoads.set(times);
    }

    /** Nothing works until {@link #comeBack}. */
    void goAway() {
        away = true;
    }

    void comeBack() {
        away = false;
    }

    /** Nothing ever works again. */
    void die() {
        dead = true;
        letWrite();
    }

    /** It dies in the middle of a write: after so many others, and before or after that one is on the disk. */
    void dieWriting(int writesBefore, boolean written) {
        death = new Death(new AtomicInteger(writesBefore), written);
    }

    boolean isDead() {
        return dead;
    }

    /** The node of the engine that is here. */
    UUID node() {
        return node;
    }

    /** Batches wait before they are written. */
    void holdWrites() {
        held = new CountDownLatch(1);
    }

    void letWrite() {
        held.countDown();
    }

    /** Who reads inboxes waits for the answer. */
    void holdInboxes() {
        heldInboxes = new CountDownLatch(1);
    }

    void letRead() {
        heldInboxes.countDown();
    }

    /** Something happens just before somebody reads an inbox, once. */
    void beforeInbox(Runnable event) {
        beforeInbox.set(event);
    }

    /** Nobody can read the inbox of this run, nor any other along with it. */
    void spoilInbox(UUID chain) {
        spoilt = chain;
    }

    /** How often the inbox of a single run was read. */
    int inboxesReadAlone() {
        return inboxesReadAlone.get();
    }

    /** Whether a batch waits to be written. */
    boolean isHolding() {
        return holding;
    }

    /** How often it was asked something. */
    int questions() {
        return questions.get();
    }

    /** How often it was asked whether others have written. */
    int looks() {
        return looks.get();
    }

    /** How often it has failed on purpose. */
    int failures() {
        return failures.get();
    }

    private void check() {
        if (away || dead) {
            fail(Fault.AWAY);
        }
    }

    private void fail(Fault fault) {
        failures.incrementAndGet();
        bell.ring();
        throw fault.exception();
    }

    private <T> T ask(Supplier<T> question) {
        check();
        questions.incrementAndGet();
        return question.get();
    }

    // ---- the store ----

    @Override
    public List<Outcome> write(List<? extends Write> batch) {
        check();
        awaitRelease();
        check();
        Death last = death;
        if (last != null && last.writesBefore.getAndDecrement() == 0) {
            // Dead first: who sees from outside what was written must not find it alive.
            dead = true;
            if (last.written) {
                disk.write(batch);
            }
            fail(Fault.AWAY);
        }
        Trouble trouble = writing;
        boolean struck = trouble != null && trouble.which.test(batch)
                && trouble.times.getAndDecrement() > 0;
        if (struck && !trouble.fault.written) {
            fail(trouble.fault);
        }
        List<Outcome> outcomes = disk.write(batch);
        if (struck) {
            fail(trouble.fault);
        }
        bell.ring();
        return outcomes;
    }

    private void awaitRelease() {
        holding = held.getCount() > 0;
        bell.ring();
        await(held);
        holding = false;
    }

    private static void await(CountDownLatch released) {
        try {
            released.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public List<RunRow> claim(Claim claim) {
        List<RunRow> claimed = ask(() -> disk.claim(claim));
        return claimed(claimed, claimed);
    }

    @Override
    public Served serve(String queue, Claim claim) {
        Served served = ask(() -> disk.serve(queue, claim));
        return claimed(served.runs(), served);
    }

    private <T> T claimed(List<RunRow> claimed, T answer) {
        bell.ring();
        if (!claimed.isEmpty() && lostClaims.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            fail(Fault.ANSWER_LOST);
        }
        return answer;
    }

    @Override
    public Set<String> waiting(long now) {
        return ask(() -> disk.waiting(now));
    }

    @Override
    public List<Limit.Of> exceeded(long now) {
        return ask(() -> disk.exceeded(now));
    }

    @Override
    public List<Limit> limits(UUID chain) {
        return ask(() -> disk.limits(chain));
    }

    @Override
    public List<QueueView> queues(long now) {
        return ask(() -> disk.queues(now));
    }

    @Override
    public void join(UUID node, long now) {
        check();
        this.node = node;
        disk.join(node, now);
    }

    @Override
    public void leave(UUID node) {
        check();
        disk.leave(node);
        bell.ring();
    }

    @Override
    public Duration lease() {
        return disk.lease();
    }

    @Override
    public Sight look(UUID node, long now) {
        return ask(() -> disk.look(node, now));
    }

    @Override
    public void end(UUID node) {
        check();
        disk.end(node);
        bell.ring();
    }

    @Override
    public boolean mayWait(Write write) {
        return disk.mayWait(write);
    }

    @Override
    public Runnable listen(Ear ear) {
        return disk.listen(ear);
    }

    @Override
    public List<RunRow> ended(Set<UUID> incarnations) {
        return ask(() -> disk.ended(incarnations));
    }

    @Override
    public Set<String> claimable(long now) {
        return ask(() -> disk.claimable(now));
    }

    @Override
    public long nextWake(long after) {
        return ask(() -> disk.nextWake(after));
    }

    @Override
    public List<Message> inboxOf(UUID node) {
        return ask(() -> disk.inboxOf(node));
    }

    @Override
    public long foreignChanges() {
        looks.incrementAndGet();
        bell.ring();
        return ask(disk::foreignChanges);
    }

    @Override
    public Optional<RunRow> find(String runId) {
        return ask(() -> disk.find(runId));
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return ask(() -> disk.find(incarnation));
    }

    @Override
    public Optional<NewRun> launch(UUID incarnation) {
        if (failedLoads.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            failures.incrementAndGet();
            throw Fault.AWAY.exception();
        }
        return ask(() -> disk.launch(incarnation));
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        return ask(() -> disk.journal(incarnation, after, limit));
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        return ask(() -> disk.lastUnit(incarnation));
    }

    @Override
    public List<Message> inbox(Collection<UUID> chains) {
        beforeInbox.getAndSet(() -> { }).run();
        if (chains.size() == 1) {
            inboxesReadAlone.incrementAndGet();
        }
        if (spoilt != null && chains.contains(spoilt)) {
            throw new IllegalStateException("there is a message of an unknown kind");
        }
        List<Message> messages = ask(() -> disk.inbox(chains));
        await(heldInboxes);
        return messages;
    }

    @Override
    public List<Attempt> attempts(UUID incarnation) {
        return ask(() -> disk.attempts(incarnation));
    }

    @Override
    public Map<String, Payload> published(UUID incarnation) {
        return ask(() -> disk.published(incarnation));
    }

    @Override
    public Optional<Fact> fact(String name) {
        return ask(() -> disk.fact(name));
    }

    @Override
    public List<Fact> facts(String after, int limit) {
        return ask(() -> disk.facts(after, limit));
    }

    @Override
    public List<Write.Listening> listening(UUID incarnation) {
        return ask(() -> disk.listening(incarnation));
    }

    @Override
    public List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit) {
        return ask(() -> disk.list(filter, before, limit));
    }

    @Override
    public long count(RunFilter filter) {
        return ask(() -> disk.count(filter));
    }

    @Override
    public long countEntries() {
        return ask(disk::countEntries);
    }

    @Override
    public Map<String, String> settings() {
        return ask(disk::settings);
    }

    @Override
    public void close() {
        // The disk is the stage's.
    }
}
