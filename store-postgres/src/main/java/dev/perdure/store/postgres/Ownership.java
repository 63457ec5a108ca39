// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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

        /** Asks at once for runs that are about to move, as far as they are not known by heart. */
        void foresee(Session session, Collection<UUID> incarnations) throws SQLException {
            List<UUID> unknown = incarnations.stream().distinct()
                    .filter(each -> !dropped.contains(each) && !changed.containsKey(each) && !known.containsKey(each))
                    .toList();
            if (!unknown.isEmpty()) {
                session.sql("owned.find").with("uuid", unknown).all(row -> changed.put(Rows.id(row, 1),
                        new Owned(Rows.id(row, 2), row.getString(3), Rows.id(row, 4), row.getLong(5))));
            }
        }

        @Nullable Owned find(Session session, UUID node, UUID incarnation) throws SQLException {
            foresee(session, List.of(incarnation));
            Owned owned = dropped.contains(incarnation) ? null
                    : changed.getOrDefault(incarnation, known.get(incarnation));
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
