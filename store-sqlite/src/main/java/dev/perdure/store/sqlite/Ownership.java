// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What this store knows by heart, so that the journal of an owned run grows by one INSERT and no query: which node has
 * joined, which runs it owns, and where their journals end. Guarded by the writer.
 *
 * <p>The database has the same in {@code nodes} and {@code runs.owner}, where other processes can see it. Only the
 * owner changes what is known here, and only in its own transactions, so memory cannot fall behind; but it can run
 * ahead, when a transaction fails. Then it is doubted, and read again before it is used.
 */
final class Ownership {

    /** A run that the node owns. */
    static final class Owned {

        private static final long UNKNOWN = -1;

        final long run;
        private long lastSeq;

        private Owned(long run, long lastSeq) {
            this.run = run;
            this.lastSeq = lastSeq;
        }

        /** The number of the journal's last entry, 0 if it has none; looked up once. */
        long lastSeq(Session session) throws SQLException {
            if (lastSeq == UNKNOWN) {
                Long last = session.sql("unit.last").with(run).first(row -> row.getLong(1));
                lastSeq = last == null ? 0 : last;
            }
            return lastSeq;
        }

        void grewTo(long seq) {
            lastSeq = seq;
        }
    }

    private final Map<UUID, Owned> runs = new HashMap<>();
    private @Nullable UUID node;
    private boolean doubted;

    /** The number of foreign changes up to which the node is known to live. */
    private long checkedAt;

    /**
     * Makes sure that all this is so. Called at the beginning of each transaction.
     *
     * @param foreignChanges as counted within the transaction; if it has not changed, nobody can have ended the node
     */
    void verify(Session session, long foreignChanges) throws SQLException {
        if (node == null || !doubted && foreignChanges == checkedAt) {
            return;
        }
        if (!session.sql("node.lives").with(node).any()) {
            // Another engine has joined although this one holds the lock: somebody has deleted the lock file.
            forget();
        } else if (doubted) {
            runs.clear();
            session.sql("owned.list").with(node)
                    .all(row -> runs.put(Rows.id(row, 2), new Owned(row.getLong(1), Owned.UNKNOWN)));
        }
        doubted = false;
        checkedAt = foreignChanges;
    }

    /** A transaction has failed, or nobody knows. */
    void doubt() {
        doubted = true;
    }

    void begin(UUID joined) {
        forget();
        node = joined;
        doubted = true;
    }

    void forget() {
        runs.clear();
        node = null;
    }

    boolean isNode(UUID id) {
        return id.equals(node);
    }

    @Nullable Owned find(UUID incarnation) {
        return runs.get(incarnation);
    }

    /** The node has made a run: its journal is empty. */
    Owned addNew(UUID incarnation, long run) {
        Owned owned = new Owned(run, 0);
        runs.put(incarnation, owned);
        return owned;
    }

    /** The node has claimed a run. */
    void add(UUID incarnation, long run) {
        runs.put(incarnation, new Owned(run, Owned.UNKNOWN));
    }

    void remove(UUID incarnation) {
        runs.remove(incarnation);
    }
}
