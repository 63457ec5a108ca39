// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * A few connections that only read: none waits for the writer, nor the writer for them. Any number of threads may come;
 * they wait for a free one in order of arrival.
 */
public final class Readers {

    private final Database database;
    private final int most = Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));
    private final Semaphore free = new Semaphore(most, true);

    /** Used last, used first: one reader at a time needs one connection. */
    private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();

    private volatile boolean closed;

    public Readers(Database database) {
        this.database = database;
    }

    public <T> T read(Writer.Work<T> work) {
        free.acquireUninterruptibly();
        Session session = null;
        boolean sound = false;
        try {
            if (closed) {
                throw new StoreException("store_closed", "the store of " + database.file()
                        + " has been closed. Open it again with SqliteStore.open", Effect.NOTHING_REFUSED, null);
            }
            session = idle.pollFirst();
            if (session == null) {
                session = database.openToRead();
            }
            T result = work.in(session);
            sound = true;
            return result;
        } catch (SQLException failed) {
            throw database.errors().nothingWritten(failed);
        } finally {
            // What has failed once may be in any state; a new one is cheap.
            if (sound) {
                idle.addFirst(session);
            } else if (session != null) {
                database.close(session);
            }
            free.release();
        }
    }

    /** Waits for those who read, then closes the connections. */
    public void close() {
        free.acquireUninterruptibly(most);
        try {
            closed = true;
            for (Session session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
                database.close(session);
            }
        } finally {
            free.release(most);
        }
    }
}
