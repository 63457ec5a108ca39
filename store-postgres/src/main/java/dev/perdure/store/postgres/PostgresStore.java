// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.Payload;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import dev.perdure.store.Attempt;
import dev.perdure.store.Fact;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Sight;
import dev.perdure.store.SqlStore;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Borrowed;
import dev.perdure.store.postgres.database.Database;
import dev.perdure.store.postgres.database.Herald;
import dev.perdure.store.postgres.database.Schema;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Journals in a schema of a PostgreSQL database, 14 or newer.
 *
 * <p>Everything is in the schema, which is made when it is missing, and no statement relies on a search path or on
 * anything else that a session remembers.
 */
public final class PostgresStore implements SqlStore {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresStore.class);
    private static final int POOL = 10;
    /** How long a write that may wait for a stranger does, before others get its connection. */
    private static final String LOCK_TIMEOUT = "200ms";

    private final Database database;
    private final Nodes nodes;
    private final Herald herald;
    private final Borrowed borrowed;
    private final Transactions transactions;
    private final Runnable whenClosed;
    private final Ownership ownership = new Ownership();
    private final Queues queues;

    private PostgresStore(DataSource connections, PostgresOptions options, Runnable whenClosed) {
        this.database = new Database(connections, options.schema());
        Blockers blockers = new Blockers(database);
        this.nodes = new Nodes(database, blockers, options.lease());
        this.herald = new Herald(database, options.notifications());
        this.borrowed = new Borrowed(database);
        this.transactions = new Transactions(database, blockers, options.transactions());
        this.queues = new Queues(database);
        this.whenClosed = whenClosed;
    }

    /**
     * Opens a schema through connections of the caller's, and makes or migrates it if need be.
     *
     * @param connections lends connections in auto-commit mode; not closed by the store, which holds one all the time
     *     if notifications are on, up to nine more, and as many as {@link PostgresOptions#transactions} for steps that
     *     are transactions; a network that drops them silently is noticed only if they have a {@code socketTimeout}
     * @param options the schema's name and more
     * @return a store, to be closed
     * @throws StoreException if the database is away, says no, or was migrated by a newer version; the message says
     *     what to do
     */
    public static PostgresStore open(DataSource connections, PostgresOptions options) {
        PostgresStore store = new PostgresStore(connections, options, () -> { });
        store.prepare();
        return store;
    }

    private void prepare() {
        Schema.migrate(database);
        borrowed.learn();
    }

    /**
     * Opens a schema through a pool of its own, of ten connections and as many more as
     * {@link PostgresOptions#transactions} of them may run at a time, and makes or migrates it if need be.
     *
     * @param url for example {@code jdbc:postgresql://localhost/orders?user=app}
     * @param options the schema's name and more
     * @return a store, to be closed
     * @throws StoreException as {@link #open(DataSource, PostgresOptions)}
     */
    public static PostgresStore open(String url, PostgresOptions options) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(POOL + options.transactions());
        // Those for transactions are not kept when there are none.
        config.setMinimumIdle(POOL);
        // A server that says nothing any more is as good as gone; a connection over which nothing comes is found out.
        config.addDataSourceProperty("socketTimeout", "30");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.setPoolName("perdure-" + options.schema());
        // Whether the database is there, the first statement will tell, in the store's own words.
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        PostgresStore store = new PostgresStore(pool, options, pool::close);
        try {
            store.prepare();
            return store;
        } catch (RuntimeException failed) {
            pool.close();
            throw failed;
        }
    }

    /**
     * Opens the schema {@code perdure} through connections of the caller's.
     *
     * @param connections as above
     * @return a store, to be closed
     */
    public static PostgresStore open(DataSource connections) {
        return open(connections, PostgresOptions.defaults());
    }

    /**
     * Opens the schema {@code perdure} through a pool of its own.
     *
     * @param url as above
     * @return a store, to be closed
     */
    public static PostgresStore open(String url) {
        return open(url, PostgresOptions.defaults());
    }

    /**
     * The statements that make a schema, for those who migrate by hand.
     *
     * @param schema the schema's name
     * @return statements, each ended by a semicolon
     */
    public static String printDdl(String schema) {
        return Schema.ddl(schema);
    }

    // ---- nodes ----

    @Override
    public void join(UUID node, long now) {
        nodes.join(node, now);
    }

    @Override
    public void leave(UUID node) {
        nodes.leave(node);
        herald.tell(Herald.News.WORK);
    }

    @Override
    public Duration lease() {
        return nodes.lease();
    }

    @Override
    public Sight look(UUID node, long now) {
        return nodes.look(node, now, this::spread);
    }

    /** Tells those who wait for facts; whether there was anybody. Nothing is lost if it fails: the next one does it. */
    private boolean spread() {
        try {
            int told = database.alone(Facts::spread);
            if (told > 0) {
                herald.tell(Herald.News.WORK);
            }
            return told > 0;
        } catch (StoreException failed) {
            LOG.debug("those who wait for facts could not be told just now, and will be at the next look", failed);
            return false;
        }
    }

    @Override
    public void end(UUID node) {
        nodes.end(node);
        herald.tell(Herald.News.WORK);
    }

    @Override
    public long time(long now) {
        return database.read(session -> session.sql("time").first(row -> row.getLong(1)));
    }

    // ---- writing ----

    @Override
    public List<Outcome> write(List<? extends Write> batch) {
        try {
            if (batch.size() == 1 && batch.get(0) instanceof Write.Advance advance && appendAlone(advance)) {
                return List.of(Batch.DONE);
            }
            if (batch.size() == 1 && batch.get(0) instanceof Write.Watch watch) {
                Outcome outcome = database.alone(session -> new Families(session).watch(watch));
                return List.of(outcome);
            }
            if (batch.size() == 1 && batch.get(0) instanceof Write.Define define) {
                // By itself: who is stopped in the middle of a transaction would keep everybody from the queue.
                Outcome outcome = database.alone(session -> Queues.define(session, define));
                return List.of(outcome);
            }
            queues.nameAll(batch);
            Ownership.View[] view = new Ownership.View[1];
            boolean[] told = new boolean[1];
            boolean[] news = new boolean[1];
            List<Outcome> outcomes = database.transaction(session -> {
                if (batch.stream().anyMatch(Batch::mayWait)) {
                    session.sql("lock.timeout").with(LOCK_TIMEOUT).any();
                }
                view[0] = ownership.view();
                Batch written = new Batch(session, view[0]);
                List<Outcome> answers = written.write(batch);
                told[0] = written.hasTold();
                news[0] = written.hasNews();
                return answers;
            });
            view[0].keep();
            boolean learned = news[0] && spread();
            tell(batch, told[0] || learned);
            return outcomes;
        } catch (StoreException failed) {
            ownership.doubt();
            throw failed;
        }
    }

    /**
     * Appends one unit by one statement, a third of what a transaction costs. False if there is more to be done
     * or asked; then nothing has been written.
     */
    private boolean appendAlone(Write.Advance advance) {
        if (advance.units().size() != 1 || !advance.isOnlyUnits()) {
            return false;
        }
        Unit unit = advance.units().getFirst();
        Owned owned = ownership.recall(advance.node(), advance.incarnation());
        if (owned == null || unit.seq() != owned.lastSeq() + 1) {
            return false;
        }
        boolean appended = database.alone(session -> session.sql("journal.alone").with(advance.node())
                .with(advance.incarnation()).with(unit.seq()).with(unit.size()).with(UnitFormat.encode(unit))
                .with(ownership.timeline()).any());
        if (appended) {
            ownership.appended(advance.incarnation(), owned.upTo(unit.lastSeq()));
        }
        return appended;
    }

    /** What others must hear of at once; who misses it looks once a second. */
    private void tell(List<? extends Write> batch, boolean toldOthers) {
        if (toldOthers) {
            herald.tell(Herald.News.WORK);
        }
        for (Write write : batch) {
            if (!(write instanceof Write.Advance advance) || advance.others().leavesChildren()) {
                herald.tell(Herald.News.WORK);
            } else if (advance.state() != null && advance.state().status().hasEnded()) {
                herald.tell(Herald.News.ENDS);
            }
        }
    }

    @Override
    public boolean mayWait(Write write) {
        return Batch.mayWait(write);
    }

    @Override
    public Outcome start(Connection connection, Write.Start start) {
        queues.nameAll(List.of(start));
        return borrowed.within(connection, session -> {
            Outcome outcome = new NewRuns(session, new Inbox(session)).start(start);
            if (outcome.isDone() || !start.messages().isEmpty()) {
                herald.tell(session, Herald.News.WORK);
            }
            return outcome;
        });
    }

    @Override
    public Outcome send(Connection connection, Write.Send send) {
        return borrowed.within(connection, session -> {
            Outcome outcome = new Inbox(session).send(send);
            if (outcome.isDone()) {
                herald.tell(session, Herald.News.WORK);
            }
            return outcome;
        });
    }

    @Override
    public Outcome emit(Connection connection, Write.Emit emit) {
        return borrowed.within(connection, session -> {
            boolean isNew = new Facts(session).emit(emit.fact());
            if (isNew) {
                herald.tell(session, Herald.News.WORK);
            }
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
        List<RunRow> claimed = database.alone(session -> session.sql("claim").with(claim.node())
                .with(claim.now()).with("text", claim.workflows()).with(claim.limit()).with(claim.node())
                .with(claim.now())
                .all(Rows::run));
        ownership.claimed(claimed.stream().map(RunRow::incarnation).toList());
        return claimed;
    }

    @Override
    public Served serve(String queue, Claim claim) {
        Served served = queues.serve(queue, claim);
        ownership.claimed(served.runs().stream().map(RunRow::incarnation).toList());
        return served;
    }

    @Override
    public Map<UUID, Loaded> load(List<RunRow> rows, int units) {
        return database.read(session -> Loads.load(session, rows, units));
    }

    // ---- looking for work ----

    @Override
    public Set<String> waiting(long now) {
        return database.read(session -> Set.copyOf(
                session.sql("claimable.queues").with(now).with(now).all(row -> row.getString(1))));
    }

    @Override
    public List<Limit.Of> exceeded(long now) {
        return database.read(session -> session.sql("limit.exceeded").with(now).all(Rows::limit));
    }

    @Override
    public List<Limit> limits(UUID chain) {
        return database.read(session -> session.sql("limits").with(chain).all(row -> Rows.limit(row).limit()));
    }

    @Override
    public List<QueueView> queues(long now) {
        return database.read(session -> Queues.views(session, now));
    }

    @Override
    public Set<String> claimable(long now) {
        return database.read(session -> Set.copyOf(
                session.sql("claimable.workflows").with(now).with(now).all(row -> row.getString(1))));
    }

    @Override
    public long nextWake(long after) {
        return database.read(session -> {
            Long next = session.sql("claimable.next").with(after).with(after).first(row -> Rows.time(row, 1));
            return next == null ? Long.MAX_VALUE : next;
        });
    }

    @Override
    public List<Message> inboxOf(UUID node) {
        return database.read(session -> session.sql("inbox.of_owner").with(node).all(Rows::message));
    }

    /** Others are heard, not asked for. */
    @Override
    public long foreignChanges() {
        return 0;
    }

    @Override
    public Runnable listen(Ear ear) {
        return herald.listen(ear);
    }

    // ---- reading ----

    @Override
    public Optional<RunRow> find(String runId) {
        return database.read(session -> Optional.ofNullable(session.sql("run.by_name").with(runId).first(Rows::run)));
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return database.read(session -> Optional.ofNullable(
                session.sql("run.by_incarnation").with(incarnation).first(Rows::run)));
    }

    @Override
    public List<RunRow> ended(Set<UUID> incarnations) {
        return database.read(session -> session.sql("run.ended").with("uuid", incarnations).all(Rows::run));
    }

    @Override
    public Optional<NewRun> launch(UUID incarnation) {
        return database.read(session -> Optional.ofNullable(
                session.sql("launch").with(incarnation).first(Rows::launch)));
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        return database.read(session -> Journals.units(session, incarnation, after, limit));
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        return database.read(session -> Optional.ofNullable(
                session.sql("journal.last").with(incarnation).first(Rows::unit)));
    }

    @Override
    public List<Message> inbox(Collection<UUID> chains) {
        return database.read(session -> session.sql("inbox.of_chains").with("uuid", chains).all(Rows::message));
    }

    @Override
    public List<Attempt> attempts(UUID incarnation) {
        return database.read(session -> session.sql("attempts").with(incarnation).all(Rows::attempt));
    }

    @Override
    public Map<String, Payload> published(UUID incarnation) {
        return database.read(session -> {
            Map<String, Payload> values = new LinkedHashMap<>();
            session.sql("published").with(incarnation).all(row -> values.put(row.getString(1), Rows.payload(row, 2)));
            return values;
        });
    }

    @Override
    public Optional<Fact> fact(String name) {
        return database.read(session -> Optional.ofNullable(session.sql("fact").with(name).first(Facts::fact)));
    }

    @Override
    public List<Fact> facts(String after, int limit) {
        return database.read(session -> session.sql("facts.after").with(after).with(limit).all(Facts::fact));
    }

    @Override
    public List<Write.Listening> listening(UUID incarnation) {
        return database.read(session -> session.sql("listening").with(incarnation).all(Facts::listening));
    }

    @Override
    public List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit) {
        return database.read(session -> Lists.list(session, filter, before, limit));
    }

    @Override
    public long count(RunFilter filter) {
        return database.read(session -> Lists.count(session, filter));
    }

    @Override
    public long countEntries() {
        return database.read(session -> {
            Long entries = session.sql("journal.entries").first(row -> row.getLong(1));
            return entries == null ? 0 : entries;
        });
    }

    @Override
    public Map<String, String> settings() {
        return database.read(session -> {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("store", "postgres");
            settings.put("schema", database.schema());
            for (String name : List.of("server_version", "fsync", "synchronous_commit", "full_page_writes")) {
                String value = session.sql("setting").with(name).first(row -> row.getString(1));
                settings.put(name, value == null ? "" : value);
            }
            return settings;
        });
    }

    /** Closes the store's own connections, if it has any. An engine that did not leave is recovered by another one. */
    @Override
    public void close() {
        herald.close();
        whenClosed.run();
    }
}
