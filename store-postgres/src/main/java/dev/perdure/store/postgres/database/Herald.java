// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other processes of changes, and hears of theirs, by NOTIFY and LISTEN. That makes things faster and nothing
 * else: whoever listens looks once a second all the same, and where notifications get lost (a pooler in transaction
 * mode loses them) all goes on more slowly.
 *
 * <p>What is to be told is told after its transaction and apart from it, because PostgreSQL makes transactions that
 * notify wait for each other, and not more often than every few milliseconds. Hearing takes a connection for as long as
 * somebody listens.
 */
public final class Herald implements AutoCloseable {

    /** What is told. */
    public enum News {
        /** There may be a run to move. */
        WORK,
        /** Runs may have ended. */
        ENDS
    }

    private static final Logger LOG = LoggerFactory.getLogger(Herald.class);
    private static final long PAUSE_MILLIS = 5;
    private static final int HEAR_MILLIS = 500;
    private static final long RETRY_MILLIS = 1_000;

    private final Database database;
    private final boolean enabled;
    private final String channel;
    private final List<Store.Ear> ears = new CopyOnWriteArrayList<>();
    private final AtomicBoolean telling = new AtomicBoolean();
    private final AtomicBoolean hearing = new AtomicBoolean();
    private final AtomicBoolean[] told = {new AtomicBoolean(), new AtomicBoolean()};
    private final Semaphore something = new Semaphore(0);
    private final ReentrantLock saying = new ReentrantLock();
    private volatile boolean closed;

    /**
     * Tells nothing yet.
     *
     * @param database where
     * @param enabled whether to tell and hear at all
     */
    public Herald(Database database, boolean enabled) {
        this.database = database;
        this.enabled = enabled;
        this.channel = Channel.of(database.schema());
    }

    // ---- telling ----

    /** Tells something soon. Does not block. */
    public void tell(News news) {
        if (!enabled || closed || told[news.ordinal()].getAndSet(true)) {
            return;
        }
        something.release();
        if (telling.compareAndSet(false, true)) {
            start("perdure-herald", this::tellForever);
        }
    }

    /** Tells something if and when a transaction commits. */
    public void tell(Session session, News news) throws SQLException {
        if (enabled) {
            session.sql("notify").with(channel).with(news.name()).any();
        }
    }

    private void tellForever() {
        try {
            while (!closed) {
                something.acquire();
                for (News news : News.values()) {
                    if (told[news.ordinal()].getAndSet(false)) {
                        say(news);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException stopped) {
            LOG.debug("nothing is told any more", stopped);
        }
    }

    private void say(News news) {
        saying.lock();
        try {
            if (closed) {
                return;
            }
            database.alone(session -> session.sql("notify.soon").with(channel).with(news.name()).any());
        } catch (StoreException away) {
            LOG.debug("others were not told, and find out by themselves", away);
        } finally {
            saying.unlock();
        }
    }

    // ---- hearing ----

    /**
     * Hears what others tell.
     *
     * @param ear called on a thread of the herald's
     * @return ends it
     */
    public Runnable listen(Store.Ear ear) {
        if (!enabled) {
            return () -> { };
        }
        ears.add(ear);
        startHearing();
        return () -> ears.remove(ear);
    }

    private void startHearing() {
        if (!closed && !ears.isEmpty() && hearing.compareAndSet(false, true)) {
            start("perdure-ear", this::hearForever);
        }
    }

    private void hearForever() {
        while (!closed && !ears.isEmpty()) {
            try (Connection connection = database.connect()) {
                hear(connection);
            } catch (SQLException away) {
                LOG.debug("notifications are not heard just now; listening again later", away);
                pause();
            }
        }
        hearing.set(false);
        startHearing();
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        String quoted = '"' + channel.replace("\"", "\"\"") + '"';
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + quoted);
            // What was told before is not heard any more.
            pass(News.WORK);
            pass(News.ENDS);
            while (!closed && !ears.isEmpty()) {
                pass(postgres.getNotifications(HEAR_MILLIS));
            }
            statement.execute("UNLISTEN " + quoted);
        }
    }

    private void pass(PGNotification @Nullable [] notifications) {
        if (notifications == null) {
            return;
        }
        boolean[] heard = new boolean[News.values().length];
        for (PGNotification notification : notifications) {
            heard[News.valueOf(notification.getParameter()).ordinal()] = true;
        }
        for (News news : News.values()) {
            if (heard[news.ordinal()]) {
                pass(news);
            }
        }
    }

    private void pass(News news) {
        for (Store.Ear ear : ears) {
            switch (news) {
                case WORK -> ear.work();
                case ENDS -> ear.ends();
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(String name, Runnable body) {
        Thread.ofPlatform().daemon(true).name(name).start(body);
    }

    /** Ends both threads, within half a second. What is being said is said before the connections are closed. */
    @Override
    public void close() {
        closed = true;
        something.release();
        try {
            if (saying.tryLock(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                saying.unlock();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
