// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The runs that nodes of this process own, by heart. What is in doubt is forgotten, and asked for again. */
final class Ownership {

    private final Map<UUID, Owned> known = new ConcurrentHashMap<>();
    private volatile String timeline = "";

    /** After a transaction of which nobody knows whether it landed. */
    void doubt() {
        known.clear();
    }

    /** Which life of the database is known; empty before the first batch. */
    String timeline() {
        return timeline;
    }

    /** A run of a node's, if it is known by heart. */
    @Nullable Owned recall(UUID node, UUID incarnation) {
        Owned owned = known.get(incarnation);
        return owned != null && owned.node().equals(node) ? owned : null;
    }

    /** A node has appended to its run, and that is durable. */
    void appended(UUID incarnation, Owned now) {
        known.computeIfPresent(incarnation, (key, before) -> now);
    }

    void claimed(Iterable<UUID> incarnations) {
        // How long their journals are will be asked when they move.
        incarnations.forEach(known::remove);
    }

    /** As one transaction sees it: what it changes is kept apart until it is durable. */
    View view() {
        return new View();
    }

    /** Ownership within a transaction. */
    final class View {

        private final Map<UUID, Owned> changed = new HashMap<>();
        private final Set<UUID> dropped = new HashSet<>();
        private String seenTimeline = "";

        /**
         * Which life of the database this transaction sees. In another one the ends of journals may be missing that
         * are known by heart.
         */
        void isOf(String seen) {
            seenTimeline = seen;
            if (!seen.equals(timeline)) {
                timeline = seen;
                doubt();
            }
        }

        @Nullable Owned find(Session session, UUID node, UUID incarnation) throws SQLException {
            if (dropped.contains(incarnation)) {
                return null;
            }
            Owned owned = changed.getOrDefault(incarnation, known.get(incarnation));
            if (owned == null) {
                owned = session.sql("owned.find").with(incarnation).first(row -> {
                    UUID owner = Rows.idOrNull(row, 1);
                    return owner == null ? null : new Owned(owner, row.getString(2), Rows.id(row, 3), row.getLong(4));
                });
                if (owned != null) {
                    changed.put(incarnation, owned);
                }
            }
            return owned != null && owned.node().equals(node) ? owned : null;
        }

        void put(UUID incarnation, Owned owned) {
            changed.put(incarnation, owned);
            dropped.remove(incarnation);
        }

        void drop(UUID incarnation) {
            changed.remove(incarnation);
            dropped.add(incarnation);
        }

        /** The transaction is durable. */
        void keep() {
            if (!seenTimeline.equals(timeline)) {
                return;
            }
            known.putAll(changed);
            dropped.forEach(known::remove);
        }
    }
}
