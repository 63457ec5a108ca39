// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.store.Sight;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.world.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's right to its runs, and its eye on the other nodes. Nothing here keeps a dead node from writing: its fence in
 * the store does. This decides when to pull it down, and keeps a node that may have been ended from touching the world.
 *
 * <p>Two rules make that safe on clocks that only measure. A node counts its lease from before it asked the store to
 * renew it; whoever watches counts from after he was told of the last renewal, so the watched one doubts first. And
 * whoever could not reach the store for a while has seen nothing, and counts from the beginning: after an outage
 * everybody is given a whole lease. If it was only this node that did not come to look, the others could renew theirs
 * meanwhile: then just the time that it has not seen counts against nobody.
 */
final class Lease {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What a node has seen, and which one it was: a process may be another node soon. */
    record Look(UUID node, Sight sight) {
    }

    /** Another node's last sign of life, and when it was first seen. */
    private record Seen(Sight.Pulse pulse, long since) {

        long runsOut() {
            return since + pulse.lease().toNanos();
        }

        Seen later(long nanos) {
            return new Seen(pulse, since + nanos);
        }
    }

    private final Store store;
    private final World world;
    /** Called when runs have been freed. */
    private final Runnable freed;
    /** How long this node may be silent; 0 where it cannot be another one's prey. */
    private final long nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, Seen> others = new HashMap<>();
    private final Set<UUID> ending = new HashSet<>();
    private long lastHeard;
    private boolean wasAway;
    private volatile long validUntil;

    Lease(Store store, World world, Runnable freed) {
        this.store = store;
        this.world = world;
        this.freed = freed;
        this.nanos = store.lease().toNanos();
    }

    /** Whether there are other nodes, for which a lease has to be kept. */
    boolean isNeeded() {
        return nanos > 0;
    }

    /** Whether nobody can have ended this node: if not, it must not touch the world. */
    boolean holds() {
        return !isNeeded() || world.nanoTime() - validUntil < 0;
    }

    /** Renews the lease of the node that this is by now, and looks up; by any thread. */
    Look look(Supplier<UUID> self) {
        lock.lock();
        try {
            long asked = world.nanoTime();
            UUID node = self.get();
            Sight sight = lookOnce(node);
            if (isNeeded()) {
                world.correct(sight.time());
                validUntil = sight.alive() ? asked + nanos : asked;
                watch(sight, asked);
            }
            return new Look(node, sight);
        } finally {
            lock.unlock();
        }
    }

    private Sight lookOnce(UUID node) {
        try {
            return store.look(node, world.currentMillis());
        } catch (StoreException away) {
            wasAway = true;
            throw away;
        }
    }

    private void watch(Sight sight, long asked) {
        long now = world.nanoTime();
        long silence = asked - lastHeard;
        long unseen = silence > nanos / 2 ? silence - nanos / 4 : 0;
        boolean blind = unseen > 0 && wasAway;
        lastHeard = now;
        wasAway = false;
        others.keySet().retainAll(sight.pulses().keySet());
        others.replaceAll((node, seen) -> seen.later(unseen));
        sight.pulses().forEach((node, pulse) -> {
            Seen seen = others.get(node);
            if (seen == null || blind || !seen.pulse().equals(pulse)) {
                others.put(node, new Seen(pulse, now));
            } else if (asked - seen.runsOut() >= 0 && !ending.contains(node)) {
                LOG.warn("node {} has given no sign of life for {} ms, so its runs are taken over", node,
                        Duration.ofNanos(now - seen.since()).toMillis());
                end(node);
            }
        });
        sight.ended().forEach(this::end);
    }

    /** On a thread of its own: it may take longer than this node's own lease has time for. */
    private void end(UUID node) {
        if (!ending.add(node)) {
            return;
        }
        world.startPlatform("perdure-takeover", () -> {
            boolean ended = false;
            try {
                store.end(node);
                ended = true;
            } catch (StoreException away) {
                LOG.warn("node {} could not be ended, which is tried again: {}", node, away.getMessage());
            } finally {
                isOver(node, ended);
                freed.run();
            }
        });
    }

    /** Whoever could not be ended has still been silent for a lease: the next look tries again. */
    private void isOver(UUID node, boolean ended) {
        lock.lock();
        try {
            ending.remove(node);
            if (ended) {
                others.remove(node);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long to wait until the next look, in nanoseconds: until it is time to renew, or another's lease runs out. */
    long untilNext() {
        lock.lock();
        try {
            long now = world.nanoTime();
            long wait = Math.min(LONGEST_PAUSE_NANOS, nanos / 4);
            for (Map.Entry<UUID, Seen> other : others.entrySet()) {
                if (!ending.contains(other.getKey())) {
                    wait = Math.min(wait, Math.max(SHORTEST_PAUSE_NANOS, other.getValue().runsOut() - now));
                }
            }
            return wait;
        } finally {
            lock.unlock();
        }
    }
}
