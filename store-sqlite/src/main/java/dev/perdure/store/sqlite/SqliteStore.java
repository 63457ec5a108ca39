// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.Payload;
import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
import dev.perdure.store.Fact;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.QueueRow;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.Rows.Found;
import dev.perdure.store.sqlite.file.Borrowed;
import dev.perdure.store.sqlite.file.Database;
import dev.perdure.store.sqlite.file.EngineLock;
import dev.perdure.store.sqlite.file.Prepared;
import dev.perdure.store.sqlite.file.Readers;
import dev.perdure.store.sqlite.file.Session;
import dev.perdure.store.sqlite.file.Writer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Journals in one SQLite file: durable, with nothing to install and nothing to run beside the application.
 *
 * <p>One engine at a time may use a file; a second one gets a {@link dev.perdure.store.StoreInUseException} when it
 * starts, in this or in any other process. A process that was killed leaves nothing to clean. Any number of clients,
 * in any number of processes of the same machine, may start, signal and read runs meanwhile.
 *
 * <p>Every commit is on the disk before it is answered (WAL with {@code synchronous=FULL}), also if the power fails.
 * The file must be on a local disk: SQLite's locks do not work over networks. Beside {@code orders.db} there are
 * {@code orders.db-wal} and {@code orders.db-shm}, which belong to it (copy it with SQLite's own {@code .backup}),
 * and {@code orders.db.lock}. No other code of this process may open these files: when it closes one, POSIX systems
 * drop the locks that SQLite holds on it.
 */
public final class SqliteStore implements SqlStore {

    /** How long a lock that another process holds is waited for. */
    private static final long BUSY_MILLIS = 5_000;

    private final Database database;
    private final Borrowed borrowed;
    private final Ownership ownership;
    private final Writer writer;
    private final Readers readers;
    private final Transactions transactions;

    /** Guards {@link #engineLock}; taken before the writer. */
    private final ReentrantLock joining = new ReentrantLock(true);

    private @Nullable EngineLock engineLock;

    private SqliteStore(Path file, long busyMillis, Log.Limits limits) {
        this.database = new Database(file, busyMillis);
        this.borrowed = new Borrowed(database);
        this.ownership = new Ownership(new Log(limits));
        this.writer = new Writer(database, ownership::doubt);
        this.readers = new Readers(database);
        this.transactions = new Transactions(database, writer);
    }

    /**
     * Opens a database, and makes it if it does not exist. Safe when several processes do so at once.
     *
     * @param file the file; its directory must exist
     * @return a store, to be closed
     * @throws StoreException if the file cannot be opened or written to, is damaged, is not a database of Perdure, or
     *     was written by a newer version; the message says what to do, and the file is as it was
     */
    public static SqliteStore open(Path file) {
        return open(file, BUSY_MILLIS, Log.LIMITS);
    }

    static SqliteStore open(Path file, long busyMillis, Log.Limits limits) {
        return new SqliteStore(file, busyMillis, limits);
    }

    // ---- nodes ----

    @Override
    public void join(UUID node, long now) {
        joining.lock();
        EngineLock taken = null;
        try {
            if (engineLock == null) {
                taken = EngineLock.take(realFile(), now);
            }
            writer.transaction(session -> {
                Log.settle(session);
                session.sql("node.end").update();
                session.sql("node.insert").with(node).with(now).update();
                session.sql("owned.recover").update();
                ownership.begin(node);
                return null;
            });
            if (taken != null) {
                engineLock = taken;
                taken = null;
            }
        } finally {
            if (taken != null) {
                taken.close();
            }
            joining.unlock();
        }
    }

    @Override
    public void leave(UUID node) {
        joining.lock();
        try {
            boolean left = transaction(session -> {
                if (!ownership.isNode(node)) {
                    return false;
                }
                Log.settle(session);
                session.sql("node.end").update();
                session.sql("owned.release").update();
                ownership.forget();
                return true;
            });
            if (left) {
                unlockEngine();
            }
        } finally {
            joining.unlock();
        }
    }

    private void unlockEngine() {
        if (engineLock != null) {
            engineLock.close();
            engineLock = null;
        }
    }

    private Path realFile() {
        try {
            return database.file().toRealPath();
        } catch (IOException gone) {
            throw new StoreException("store_cannot_open", "the database " + database.file() + " is not there any more ("
                    + gone + "). Put it back, or open the store again", Effect.NOTHING_RETRY, gone);
        }
    }

    // ---- writing ----

    @Override
    public List<Outcome> write(List<? extends Write> batch) {
        return transaction(session -> new Batch(session, ownership).write(batch));
    }

    @Override
    public Outcome start(Connection connection, Write.Start start) {
        return borrowed.within(connection, session -> {
            Outcome outcome = new NewRuns(session, new Inbox(session)).start(start);
            session.catchUp();
            return outcome;
        });
    }

    @Override
    public Outcome send(Connection connection, Write.Send send) {
        return borrowed.within(connection, session -> new Inbox(session).send(send));
    }

    @Override
    public Outcome emit(Connection connection, Write.Emit emit) {
        return borrowed.within(connection, session -> {
            boolean isNew = new Facts(session, new Families(session, new Inbox(session))).emit(emit.fact());
            return new Outcome(isNew ? Outcome.Kind.DONE : Outcome.Kind.EXISTS, null);
        });
    }

    @Override
    public Outcome transact(RunRow run, Work work) throws Exception {
        return transactions.transact(run, work);
    }

    @Override
    public boolean hasLanded(UUID chain, String messageId) {
        return transactions.hasLanded(chain, messageId);
    }

    @Override
    public List<RunRow> claim(Claim claim) {
        // Asked often and mostly in vain, and a transaction would keep other processes from writing.
        if (writer.look(session -> claimable(session, claim, 1)).isEmpty()) {
            return List.of();
        }
        // Not synced: when the power fails, every owner is gone, and the next engine would forget who it was.
        return writer.quickTransaction(session -> {
            ownership.verify(session, writer.knownForeignChanges());
            return ownership.isNode(claim.node()) ? claim(session, claim) : List.of();
        });
    }

    private static List<Found> claimable(Session session, Claim claim, int limit) throws SQLException {
        return session.sql("claim").with(claim.now()).some(limit,
                row -> claim.workflows().contains(row.getString(5)) ? Rows.found(row) : null);
    }

    private List<RunRow> claim(Session session, Claim claim) throws SQLException {
        return own(session, claim, claimable(session, claim, claim.limit()));
    }

    @Override
    public Served serve(String queue, Claim claim) {
        if (!writer.look(session -> Queues.mayHave(session, queue, claim.now()))) {
            return Served.NOTHING;
        }
        return writer.quickTransaction(session -> {
            ownership.verify(session, writer.knownForeignChanges());
            QueueRow row = Queues.find(session, queue);
            if (!ownership.isNode(claim.node()) || row == null) {
                return Served.NOTHING;
            }
            Queues.Running running = Queues.running(session, row.queue());
            int room = row.room(running.all(), running.all());
            int most = Math.min(claim.limit(), Math.min(room, row.allowance(claim.now())));
            List<RunRow> taken = own(session, claim, Queues.next(session, row.queue(), running, claim, most));
            Queues.take(session, row.taken(taken.size(), claim.now()));
            return row.served(taken, room, claim);
        });
    }

    private List<RunRow> own(Session session, Claim claim, List<Found> found) throws SQLException {
        List<RunRow> rows = new ArrayList<>();
        Prepared own = session.sql("run.claim");
        for (Found run : found) {
            own.with(claim.node()).with(claim.now()).with(run.id()).add();
            ownership.add(run.row().incarnation(), run.id());
            rows.add(run.row().claimed(claim.node(), claim.now()));
        }
        if (!rows.isEmpty()) {
            own.updateAdded();
        }
        return rows;
    }

    /** A transaction in which what is known about ownership holds. */
    private <T> T transaction(Writer.Work<T> work) {
        return writer.transaction(session -> {
            ownership.verify(session, writer.knownForeignChanges());
            return work.in(session);
        });
    }

    // ---- looking for work ----

    @Override
    public Set<String> waiting(long now) {
        return readers.read(session -> Set.copyOf(
                session.sql("claimable.queues").with(now).all(row -> row.getString(1))));
    }

    @Override
    public List<Limit.Of> exceeded(long now) {
        return readers.read(session -> session.sql("limit.exceeded").with(now).all(Rows::limit));
    }

    @Override
    public List<Limit> limits(UUID chain) {
        return readers.read(session -> session.sql("limits").with(chain).all(row -> Rows.limit(row).limit()));
    }

    @Override
    public List<QueueView> queues(long now) {
        return readers.read(session -> Queues.views(session, now));
    }

    @Override
    public Set<String> claimable(long now) {
        return readers.read(session -> Set.copyOf(
                session.sql("claimable.workflows").with(now).all(row -> row.getString(1))));
    }

    @Override
    public long nextWake(long after) {
        return readers.read(session -> {
            Long next = session.sql("claimable.next").with(Math.max(after, -1)).first(row -> Rows.time(row, 1));
            return next == null ? Long.MAX_VALUE : next;
        });
    }

    @Override
    public List<Message> inboxOf(UUID node) {
        return readers.read(session -> session.sql("inbox.of_owner").with(node).all(Rows::message));
    }

    @Override
    public long foreignChanges() {
        return writer.foreignChanges();
    }

    // ---- reading ----

    @Override
    public Optional<RunRow> find(String runId) {
        return readers.read(session -> Optional.ofNullable(session.sql("run.by_name").with(runId).first(Rows::run)));
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return readers.read(session -> Optional.ofNullable(
                session.sql("run.by_incarnation").with(incarnation).first(Rows::run)));
    }

    @Override
    public Optional<NewRun> launch(UUID incarnation) {
        return readers.read(session -> Optional.ofNullable(
                session.sql("launch").with(incarnation).first(row -> Rows.launch(row, session))));
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        boolean inLog = ownership.mayBeLogged(incarnation);
        return readers.read(session -> Journals.units(session, incarnation, inLog, after, limit));
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        boolean inLog = ownership.mayBeLogged(incarnation);
        return readers.read(session -> Optional.ofNullable(Journals.last(session, incarnation, inLog)));
    }

    @Override
    public List<Message> inbox(Collection<UUID> chains) {
        return readers.read(session -> {
            List<Message> messages = new ArrayList<>();
            for (UUID chain : chains) {
                messages.addAll(session.sql("inbox.of_chain").with(chain).all(Rows::message));
            }
            return messages;
        });
    }

    @Override
    public List<Attempt> attempts(UUID incarnation) {
        return readers.read(session -> session.sql("attempts").with(incarnation).all(Rows::attempt));
    }

    @Override
    public Map<String, Payload> published(UUID incarnation) {
        return readers.read(session -> {
            Map<String, Payload> values = new LinkedHashMap<>();
            session.sql("published").with(incarnation).all(row -> values.put(row.getString(1), Rows.payload(row, 2)));
            return values;
        });
    }

    @Override
    public Optional<Fact> fact(String name) {
        return readers.read(session -> Optional.ofNullable(session.sql("fact").with(name).first(Facts::fact)));
    }

    @Override
    public List<Fact> facts(String after, int limit) {
        return readers.read(session -> session.sql("facts.after").with(after).with(limit).all(Facts::fact));
    }

    @Override
    public List<Write.Listening> listening(UUID incarnation) {
        return readers.read(session -> session.sql("listening").with(incarnation).all(Facts::listening));
    }

    @Override
    public List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit) {
        return readers.read(session -> Lists.list(session, filter, before, limit));
    }

    @Override
    public long count(RunFilter filter) {
        return readers.read(session -> Lists.count(session, filter));
    }

    @Override
    public long countEntries() {
        return readers.read(Journals::countEntries);
    }

    @Override
    public Map<String, String> settings() {
        // Within a transaction, because that is where synchronous is what it is for every commit of a change.
        return writer.transaction(session -> {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("store", "sqlite");
            settings.put("file", database.file().toString());
            settings.put("sqlite_version", session.ask("SELECT sqlite_version()"));
            settings.put("journal_mode", session.ask("PRAGMA journal_mode"));
            settings.put("synchronous", session.ask("PRAGMA synchronous").equals("2") ? "FULL" : "not FULL");
            settings.put("page_size", session.ask("PRAGMA page_size"));
            settings.put("wal_autocheckpoint", session.ask("PRAGMA wal_autocheckpoint"));
            settings.put("cache_size", session.ask("PRAGMA cache_size"));
            return settings;
        });
    }

    /**
     * Closes the file, after those who read or write just now. An engine that did not leave is recovered by the next
     * one.
     */
    @Override
    public void close() {
        readers.close();
        writer.close();
        joining.lock();
        try {
            unlockEngine();
        } finally {
            joining.unlock();
        }
    }

    /** For tests that look behind the store or make its connection fail. */
    Writer writer() {
        return writer;
    }
}
