// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.StoreException;
import dev.perdure.store.postgres.database.Database;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for somebody else's transaction, but not for ever: its client may be stopped, or cut off, in the middle. */
final class Blockers {

    private static final Logger LOG = LoggerFactory.getLogger(Blockers.class);
    /** How long a transaction is waited for before its connection is ended: whose it is has been silent for long. */
    private static final long PATIENCE_MILLIS = 300;
    private static final long AGAIN_MILLIS = 200;

    /** A transaction: the backend that it is of, and when it began, in microseconds since 1970. */
    private record Waiting(int backend, long since) {
    }

    private final Database database;

    Blockers(Database database) {
        this.database = database;
    }

    /**
     * Carries out a statement that may have to wait.
     *
     * @param who whose transaction it would wait for, for people
     */
    <T> T outwait(Session session, String who, Database.Work<T> statement) throws SQLException {
        Waiting waiting = session.sql("backend").first(row -> new Waiting(row.getInt(1), row.getLong(2)));
        CountDownLatch ended = new CountDownLatch(1);
        Thread.ofPlatform().daemon(true).name("perdure-unblock").start(() -> end(waiting, who, ended));
        try {
            return statement.in(session);
        } finally {
            ended.countDown();
        }
    }

    private void end(Waiting waiting, String who, CountDownLatch ended) {
        try {
            long patience = PATIENCE_MILLIS;
            while (!ended.await(patience, TimeUnit.MILLISECONDS)) {
                patience = AGAIN_MILLIS;
                // Not as a reader: those may be many, and all runs of the node wait for this.
                int blockers = database.alone(session ->
                        session.sql("blockers.end").with(waiting.backend()).with(waiting.since())
                                .all(row -> row.getBoolean(1))).size();
                if (blockers > 0) {
                    LOG.warn("{} was in the middle of writing; its connection has been ended", who);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (StoreException refused) {
            LOG.error("{} is in the middle of writing, and its connection cannot be ended. Let all nodes use one "
                    + "user, or give theirs the role pg_signal_backend: {}", who, refused.getMessage());
        }
    }
}
