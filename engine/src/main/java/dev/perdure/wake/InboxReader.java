// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.store.Message;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.world.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the inboxes of runs that are here. One question is under way at a time, and whoever is called meanwhile is in
 * the next one, together with all others: a thousand runs that hear something at once cost a few questions.
 */
final class InboxReader {

    private static final Logger LOG = LoggerFactory.getLogger(InboxReader.class);
    private static final int LARGEST_READ = 256;

    private final Store store;
    private final World world;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Keeper> called = new LinkedHashSet<>();
    private boolean reading;

    InboxReader(Store store, World world) {
        this.store = store;
        this.world = world;
    }

    /** There may be something in the inboxes of these runs: brings it to them soon. */
    void call(Collection<? extends Keeper> keepers) {
        boolean begins;
        lock.lock();
        try {
            called.addAll(keepers);
            begins = !reading && !called.isEmpty();
            reading |= begins;
        } finally {
            lock.unlock();
        }
        if (begins) {
            world.startVirtual("perdure-inbox", this::readAll);
        }
    }

    private void readAll() {
        for (List<Keeper> next = next(); !next.isEmpty(); next = next()) {
            read(next);
        }
    }

    private List<Keeper> next() {
        lock.lock();
        try {
            List<Keeper> next = new ArrayList<>();
            Iterator<Keeper> all = called.iterator();
            while (all.hasNext() && next.size() < LARGEST_READ) {
                Keeper keeper = all.next();
                all.remove();
                if (!keeper.putsOffReading()) {
                    next.add(keeper);
                }
            }
            reading = !next.isEmpty();
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void read(List<Keeper> keepers) {
        int[] before = keepers.stream().mapToInt(Keeper::hearings).toArray();
        List<UUID> chains = keepers.stream().map(keeper -> keeper.row().chain()).toList();
        try {
            Map<UUID, List<Message>> found = store.inbox(chains).stream()
                    .collect(Collectors.groupingBy(Message::chain));
            for (int i = 0; i < before.length; i++) {
                List<Message> messages = found.get(chains.get(i));
                if (messages != null) {
                    keepers.get(i).postMessages(messages, before[i]);
                }
            }
        } catch (StoreException away) {
            LOG.debug("inboxes could not be read; whoever has something to hear is called at the next look", away);
        } catch (RuntimeException unreadable) {
            // Whoever has what cannot be read must not keep the others from hearing.
            if (keepers.size() == 1) {
                keepers.getFirst().postFailure(unreadable);
            } else {
                keepers.forEach(each -> read(List.of(each)));
            }
        }
    }
}
