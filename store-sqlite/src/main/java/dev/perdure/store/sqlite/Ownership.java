// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.store.sqlite.file.Session;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this store knows by heart, so that the journal of an owned run grows without a query: which node has joined,
 * which runs it owns, and how their journals end. Guarded by the writer, but for {@link #mayBeLogged}.
 *
 * <p>The database has the same in {@code nodes} and {@code runs.owner}, where other processes can see it. Only the
 * owner changes what is known here, and only in its own transactions, so memory cannot fall behind; but it can run
 * ahead, when a transaction fails. Then it is doubted, and read again before it is used.
 */
final class Ownership {

    private final Map<UUID, Owned> runs = new ConcurrentHashMap<>();
    private final Log log;
    private @Nullable UUID node;
    private boolean doubted;

    /** The number of foreign changes up to which the node is known to live. */
    private long checkedAt;

    Ownership(Log log) {
        this.log = log;
    }

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
            Map<UUID, Owned> found = new HashMap<>();
            Map<Long, Owned> byNumber = new HashMap<>();
            session.sql("owned.list").with(node).all(row -> {
                Owned owned = Owned.found(row.getLong(1));
                byNumber.put(owned.run, owned);
                return found.put(Rows.id(row, 2), owned);
            });
            log.read(session, byNumber);
            runs.putAll(found);
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
        log.forget();
        node = null;
    }

    /** Where the journals of the runs grow. */
    Log log() {
        return log;
    }

    boolean isNode(UUID id) {
        return id.equals(node);
    }

    /**
     * Whether the log may have units of a run that count. Safe for all threads. Who gets false, and reads only what was
     * committed from then on, need not look there: what the log gets meanwhile was not there when this was asked.
     */
    boolean mayBeLogged(UUID incarnation) {
        Owned owned = runs.get(incarnation);
        return owned == null || owned.wasLogged();
    }

    @Nullable Owned find(UUID incarnation) {
        return runs.get(incarnation);
    }

    /** The node has made a run: its journal is empty. */
    Owned addNew(UUID incarnation, long run) {
        Owned owned = Owned.made(run);
        runs.put(incarnation, owned);
        return owned;
    }

    /** The node has claimed a run. */
    void add(UUID incarnation, long run) {
        runs.put(incarnation, Owned.found(run));
    }

    /** The node lets go of a run, in this transaction. */
    void remove(Session session, UUID incarnation) throws SQLException {
        Owned owned = runs.remove(incarnation);
        if (owned != null) {
            log.seal(session, owned);
        }
    }
}
