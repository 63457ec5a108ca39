// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteOpenMode;

/** The file: how it is opened, and how it is set. */
public final class Database {

    /**
     * Octets of a page. What a commit costs is the pages it touches: larger ones make the commit of a single unit
     * slower, smaller ones that of a thousand.
     */
    private static final int PAGE_SIZE = 8192;

    /** How many pages the -wal file takes before they are copied to the database: 64 MiB. */
    private static final int CHECKPOINT_PAGES = 8000;

    /** Between two tries to get a lock. */
    private static final long PAUSE_NANOS = 300_000;

    private final Path file;
    private final long busyMillis;
    private final SqliteErrors errors;

    public Database(Path file, long busyMillis) {
        this.file = file.toAbsolutePath().normalize();
        this.busyMillis = busyMillis;
        this.errors = new SqliteErrors(this.file, busyMillis);
    }

    public Path file() {
        return file;
    }

    public SqliteErrors errors() {
        return errors;
    }

    /** Opens the connection that writes, after which the file exists, is in WAL mode and has the newest schema. */
    Session openToWrite() {
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(file)) {
            String why = Files.isDirectory(file) ? "that is a directory. Name a file in it"
                    : "its directory does not exist. Create it, or correct the path";
            throw new StoreException("store_cannot_open", "there can be no database " + file + ": " + why,
                    Effect.NOTHING_REFUSED, null);
        }
        Session session = null;
        boolean opened = false;
        try {
            session = connect(config());
            boolean behind = Schema.isBehind(session, file);
            session.run("PRAGMA page_size = " + PAGE_SIZE);
            switchToWal(session);
            // The promise of every commit: it is on the disk, even if the power fails. macOS needs another flag.
            session.run("PRAGMA synchronous = FULL");
            session.run("PRAGMA fullfsync = ON");
            session.run("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
            session.run("PRAGMA cache_size = -65536");
            if (behind) {
                Schema.migrate(session, file);
            }
            // From now on the writer waits by itself, see begin.
            session.run("PRAGMA busy_timeout = 0");
            opened = true;
            return session;
        } catch (SQLException failed) {
            throw errors.nothingWritten(failed);
        } finally {
            if (!opened && session != null) {
                close(session);
            }
        }
    }

    /** Opens a connection that only reads. */
    Session openToRead() throws SQLException {
        SQLiteConfig config = config();
        // A file that was deleted meanwhile must be missed, not made anew.
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        Session session = connect(config);
        session.run("PRAGMA query_only = ON");
        session.run("PRAGMA cache_size = -8192");
        return session;
    }

    /** Opens a connection for somebody else's transaction, which has the write lock from its beginning. */
    SQLiteConnection openToLend() throws SQLException {
        SQLiteConfig config = config();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        return (SQLiteConnection) config.createConnection("jdbc:sqlite:" + file);
    }

    private SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        // Otherwise the driver asks for the last row's number after each INSERT, which costs more than the INSERT.
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout((int) busyMillis);
        return config;
    }

    private Session connect(SQLiteConfig config) throws SQLException {
        Session session = new Session(config.createConnection("jdbc:sqlite:" + file));
        session.run("PRAGMA foreign_keys = OFF");
        session.run("PRAGMA temp_store = MEMORY");
        return session;
    }

    private void switchToWal(Session session) throws SQLException {
        String mode = untilFree(() -> session.ask("PRAGMA journal_mode = WAL"));
        if (!mode.equalsIgnoreCase("wal")) {
            throw new StoreException("store_no_wal", "the database " + file + " stays in journal mode '" + mode
                    + "' although Perdure needs WAL. Move it to a local disk: network file systems cannot do it",
                    Effect.NOTHING_REFUSED, null);
        }
    }

    /**
     * Begins a transaction that has the write lock.
     *
     * <p>SQLite's own way to wait is to look for the lock less and less often, down to ten times a second. That would
     * miss the moments for which a busy engine lets go of it, see {@link Writer}; so this looks all the time.
     */
    void begin(Session session) throws SQLException {
        untilFree(() -> session.sql("begin").update());
    }

    /** Something that fails as long as another process has a lock. */
    private interface Locking<T> {
        T attempt() throws SQLException;
    }

    private <T> T untilFree(Locking<T> locking) throws SQLException {
        long until = System.nanoTime() + Duration.ofMillis(busyMillis).toNanos();
        while (true) {
            try {
                return locking.attempt();
            } catch (SQLException failed) {
                if (!SqliteErrors.isBusy(failed) || System.nanoTime() - until > 0) {
                    throw failed;
                }
                pause(PAUSE_NANOS);
            }
        }
    }

    /** Pauses also if the thread was interrupted, which stays so. */
    static void pause(long nanos) {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(nanos);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes a session that is of no use any more. Whatever was committed stays; an error here changes nothing. */
    void close(Session session) {
        try {
            session.close();
        } catch (SQLException failed) {
            throw errors.nothingWritten(failed);
        }
    }

    /**
     * Which tables there are. A database says in {@code user_version} which version of the schema it has; a file
     * {@code schema/V<n>.sql} leads from version n - 1 to n.
     */
    public static final class Schema {

        /** The newest version, which this build writes. */
        public static final int VERSION = 1;

        private Schema() {
        }

        /**
         * Whether the database has to be brought to {@link #VERSION}. Looks, and changes nothing.
         *
         * @throws StoreException if the database is of a newer version, or not ours
         */
        static boolean isBehind(Session session, Path file) throws SQLException {
            String[] state = session.ask(Sql.text("schema.state")).split(" ");
            int version = Integer.parseInt(state[0]);
            if (version > VERSION) {
                throw new StoreException("store_newer", "the database " + file + " has version " + version
                        + " of the schema, this build of Perdure knows versions up to " + VERSION
                        + ". Use the Perdure that wrote it, or a newer one", Effect.NOTHING_REFUSED, null);
            }
            if (version == 0 && !state[1].equals("0")) {
                throw new StoreException("store_foreign", "the database " + file + " holds " + state[1]
                        + " tables and indexes of another program. Give Perdure a file of its own",
                        Effect.NOTHING_REFUSED,
                        null);
            }
            return version < VERSION;
        }

        /**
         * Brings the database up to date, unless another process has done so since; the caller rolls back what fails.
         */
        static void migrate(Session session, Path file) throws SQLException {
            session.sql("begin").update();
            if (isBehind(session, file)) {
                int version = Integer.parseInt(session.ask("PRAGMA user_version"));
                for (int next = version + 1; next <= VERSION; next++) {
                    for (String statement : Sql.file("schema/V" + next + ".sql").split(";\\s*\n")) {
                        session.run(statement);
                    }
                }
                session.run("PRAGMA user_version = " + VERSION);
            }
            session.sql("commit").update();
        }
    }
}
