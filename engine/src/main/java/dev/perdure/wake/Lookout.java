// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.RunStatus;
import dev.perdure.store.Limit;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Sight;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for runs that could move, for as long as its node lives; when the node has been ended it joins as another.
 *
 * <p>Inside one process nothing waits for a look: a start, a signal, an answer goes straight to the run's keeper. This
 * is for what comes from elsewhere: other processes, times that have come, nodes that have died.
 */
final class Lookout implements Store.Ear {

    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
    private static final long FULL_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Between two looks for which others have asked; longer where looking takes long, or claiming what was seen. */
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int PAUSE_BY_WORK = 3;
    private static final int LARGEST_CLAIM = 256;
    private static final int LARGEST_PAGE = 1_000;

    private final Dispatcher dispatcher;
    private final Store store;
    private final World world;
    private final Repertoire repertoire;
    private final Admission admission;
    private final Lease lease;
    private final World.Gate gate;
    private final World.Gate leaseGate;
    private final World.Gate endGate;
    private final Runnable stopListening;
    private final AtomicInteger running = new AtomicInteger();
    /** Somebody was told that the lease is in doubt, since runs were last told to go on. */
    private final AtomicBoolean putOff = new AtomicBoolean();
    private volatile UUID node;
    private volatile boolean wanted = true;
    private volatile boolean told;
    private volatile boolean closed;
    private volatile boolean lostClaim;
    private long seenChanges = Long.MIN_VALUE;
    private long lastLook;
    private long pause = SHORTEST_PAUSE_NANOS;
    private @Nullable String history;
    /** What the lease's thread has seen, and nobody has acted upon. */
    private final AtomicReference<Lease.@Nullable Look> unseen = new AtomicReference<>();
    private final Line line = new Line();
    /** When a run that nobody has in memory comes due by its time. */
    private final AtomicLong nextWake = new AtomicLong();

    Lookout(Dispatcher dispatcher, Dispatcher.Parts parts, Repertoire repertoire, Admission admission) {
        this.dispatcher = dispatcher;
        this.node = parts.node();
        this.store = parts.store();
        this.world = parts.world();
        this.repertoire = repertoire;
        this.admission = admission;
        this.lease = new Lease(store, world, this::look);
        this.gate = world.gate();
        this.leaseGate = world.gate();
        this.endGate = world.gate();
        this.lastLook = world.nanoTime() - FULL_LOOK_NANOS;
        this.stopListening = store.listen(this);
    }

    void start() {
        if (lease.isNeeded()) {
            unseen.set(lease.look(this::node));
            start("perdure-lease", this::keepLease);
        }
        start("perdure-wake", this::lookForever);
    }

    private void start(String name, Runnable body) {
        running.incrementAndGet();
        world.startPlatform(name, () -> {
            try {
                body.run();
            } finally {
                if (running.decrementAndGet() == 0) {
                    endGate.open();
                }
            }
        });
    }

    /** Who this node is just now. */
    UUID node() {
        return node;
    }

    /** Whether nobody else can have taken this node's runs. Who is told no may put something off: see goOn. */
    boolean holdsLease() {
        boolean holds = lease.holds();
        if (!holds) {
            putOff.set(true);
        }
        return holds;
    }

    /** Looks soon for runs that are in no queue. */
    void look() {
        look("");
    }

    /** Looks soon for runs of a queue, or of none. */
    void look(String queue) {
        line.mayHave(queue);
        lookAgain();
    }

    /** Looks soon for what is waited for. */
    private void lookAgain() {
        wanted = true;
        gate.open();
    }

    /** A run that nobody has in memory will come due. */
    void wakeAt(long time) {
        nextWake.accumulateAndGet(time, Math::min);
    }

    /** A run of a queue, or of none, is not here any more. */
    void hasRoom(String queue) {
        if (line.hasRoom(queue)) {
            lookAgain();
        }
    }

    /** Runs may be this node's without its knowing. */
    void findLost() {
        lostClaim = true;
        look();
    }

    @Override
    public void work() {
        told = true;
        gate.open();
    }

    @Override
    public void ends() {
        // Whoever waits for results listens himself.
    }

    void close() {
        closed = true;
        stopListening.run();
        gate.open();
        leaseGate.open();
    }

    /** Waits until the store will not be asked any more. */
    void awaitEnd(long nanos) {
        if (running.get() > 0) {
            endGate.pass(nanos);
        }
    }

    // ---- two threads: one keeps the lease whatever happens, the other acts ----

    private void keepLease() {
        while (!closed) {
            try {
                unseen.set(lease.look(this::node));
                gate.open();
                // The other thread may have renewed it, or it ran out while the look was under way: what tells is
                // whether somebody was told no.
                if (lease.holds() && putOff.getAndSet(false)) {
                    LOG.info("the lease of node {} is renewed after it had run out unnoticed by others", node);
                    dispatcher.goOn();
                }
            } catch (StoreException away) {
                LOG.debug("the store does not answer; renewing the lease again later", away);
            } catch (RuntimeException defect) {
                LOG.error("renewing the lease failed; trying again", defect);
            }
            leaseGate.pass(lease.untilNext());
        }
    }

    private void lookForever() {
        while (!closed) {
            long now = world.currentMillis();
            boolean failed = true;
            try {
                lookOnce(now);
                failed = false;
            } catch (StoreException away) {
                LOG.debug("the store does not answer; looking again later", away);
            } catch (RuntimeException defect) {
                LOG.error("looking for runs failed; looking again later", defect);
            }
            long untilWake = TimeUnit.MILLISECONDS.toNanos(
                    Math.max(1, Math.min(nextWake.get(), line.nextAt()) - world.currentMillis()));
            // What failed is still wanted, but not at once, and an engine that closes looks no more: either would loop
            // without a pause.
            gate.pass(failed || dispatcher.isClosing() ? Dispatcher.LOOK_NANOS
                    : wanted ? 0 : Math.min(told ? pause : Dispatcher.LOOK_NANOS, untilWake));
        }
    }

    private void lookOnce(long now) {
        if (dispatcher.isClosing()) {
            return;
        }
        if (lostClaim) {
            findLostClaim();
        }
        Sight sight = sight();
        if (sight != null && isLost(sight)) {
            joinAnew();
            return;
        }
        if (sight != null) {
            dispatcher.readInboxes(sight.unheard());
            dispatcher.evictIdle();
            wakeAt(sight.nextWake());
            sight.waiting().forEach(line::mayHave);
            expire(sight.exceeded(), now);
        }
        boolean due = nextWake.get() <= now;
        if (due) {
            line.mayHaveAny();
        }
        if (due || wanted || line.nextAt() <= now || sight != null && sight.movable()) {
            wanted = false;
            claim(now);
        }
        if (due) {
            // A run that is let go from here on is in the store's answer, or lowers this afterwards, or both.
            nextWake.set(Long.MAX_VALUE);
            wakeAt(store.nextWake(now));
        }
    }

    /** Ends runs that have exceeded a limit, or tells them; whoever waits for them hears of it at the next look. */
    private void expire(List<Limit.Of> exceeded, long now) {
        if (!exceeded.isEmpty()) {
            store.write(exceeded.stream().map(each -> new Write.Expire(each, now)).toList());
            exceeded.forEach(each -> dispatcher.call(each.chain()));
            told = true;
        }
    }

    /** What there is to be seen, if it is time to look or the lease's thread has looked. */
    private @Nullable Sight sight() {
        long changes = store.foreignChanges();
        long since = world.nanoTime() - lastLook;
        boolean due = changes != seenChanges || told && since >= pause
                || !lease.isNeeded() && since >= FULL_LOOK_NANOS;
        if (!due) {
            Lease.Look seen = unseen.getAndSet(null);
            return seen == null || !seen.node().equals(node) ? null : seen.sight();
        }
        seenChanges = changes;
        told = false;
        lastLook = world.nanoTime();
        unseen.set(null);
        Sight sight = lease.look(this::node).sight();
        pause = SHORTEST_PAUSE_NANOS;
        pauseAfter(lastLook, FULL_LOOK_NANOS);
        return sight;
    }

    private void pauseAfter(long begun, long most) {
        pause = Math.max(pause, Math.min(PAUSE_BY_WORK * (world.nanoTime() - begun), most));
    }

    // ---- being ended ----

    private boolean isLost(Sight sight) {
        boolean other = history != null && !history.equals(sight.history());
        history = sight.history();
        if (other) {
            LOG.warn("another server has taken the store's place, and may lack what was written last: node {} forgets "
                    + "what it has in memory and reads it again", node);
        } else if (!sight.alive()) {
            LOG.warn("node {} was silent for longer than its lease and others have taken its runs over; it goes on as "
                    + "a new node. A pause of the process, a database out of reach or a starved machine does that",
                    node);
        }
        return other || !sight.alive();
    }

    private void joinAnew() {
        UUID lost = node;
        store.leave(lost);
        UUID next = world.newId();
        store.join(next, world.currentMillis());
        node = next;
        dispatcher.loseAll();
        lease.look(this::node);
        line.mayHaveAny();
        wanted = true;
    }

    // ---- claiming ----

    private void claim(long now) {
        long begun = world.nanoTime();
        Set<String> runnable = repertoire.runnable(repertoire.hasResolver() ? store.claimable(now) : Set.of());
        Set<String> queues = line.toServe();
        try {
            for (Set<String> group : admission.groups(runnable)) {
                for (String queue : queues) {
                    while (!dispatcher.isClosing() && takeSome(queue, group, now)) {
                        // There may be more.
                    }
                }
            }
        } catch (RuntimeException failure) {
            queues.forEach(line::mayHave);
            wanted = true;
            throw failure;
        }
        pauseAfter(begun, Dispatcher.LOOK_NANOS);
    }

    /** Takes runs of a queue, or of none; whether as many have come as there were places for. */
    private boolean takeSome(String queue, Set<String> group, long now) {
        int places = admission.take(group, LARGEST_CLAIM);
        if (places == 0) {
            line.mayHave(queue);
            return false;
        }
        int taken = 0;
        try {
            Store.Claim claim = new Store.Claim(node, group, now, places);
            List<RunRow> claimed = queue.isEmpty() ? store.claim(claim) : line.served(queue, store.serve(queue, claim));
            taken = claimed.size();
            dispatcher.keep(claimed);
        } catch (StoreException failure) {
            lostClaim |= failure.effect() == StoreException.Effect.UNKNOWN;
            throw failure;
        } finally {
            if (admission.giveBack(group, places - taken)) {
                wanted = true;
            }
        }
        return taken == places;
    }

    /** After a claim of which nobody knows whether it landed: finds runs that are this node's without its knowing. */
    private void findLostClaim() {
        RunFilter unfinished = RunFilter.all().status(RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUSPENDED);
        Optional<UUID> last = Optional.empty();
        List<RunRow> page;
        do {
            page = store.list(unfinished, last, LARGEST_PAGE);
            for (RunRow row : page) {
                last = Optional.of(row.incarnation());
                if (node.equals(row.owner()) && !dispatcher.keepsChain(row.chain())) {
                    // Not at once: it may be on its way to a keeper just now.
                    dispatcher.comeBackLater(row);
                }
            }
        } while (page.size() == LARGEST_PAGE);
        lostClaim = false;
    }
}
