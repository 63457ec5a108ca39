// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Definition;
import dev.perdure.Failure;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Names;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.Queue;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.TypeRef;
import dev.perdure.journal.Command;
import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Verdict;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that writes to the store itself. An engine extends it: there writes go through the committer and are heard
 * at once.
 */
class StoreClient extends WritingStarter implements Client {

    /** Results are all that a client looks for. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long a lock is waited for that somebody's open transaction has, and how long between two looks. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int LONGEST_PAGE = 10_000;

    private final Store store;
    private final Results results;

    /**
     * Made by {@link Client#connect}, or as a part of an engine.
     *
     * @param lookNanos how soon a run that ends elsewhere is noticed
     */
    StoreClient(Store store, Payloads payloads, World world, long lookNanos) {
        super(payloads, world);
        this.store = store;
        this.results = new Results(store, world, lookNanos, this::isKept);
        world.correct(store.time(world.currentMillis()));
    }

    final Store store() {
        return store;
    }

    final Results results() {
        return results;
    }

    // ---- what an engine does differently ----

    /** Makes one write durable and returns what became of it. */
    Outcome write(Write write) {
        return store.write(List.of(write)).get(0);
    }

    /** Starts a run; an engine takes its first turn in the same commit. */
    @Override
    Outcome begin(Write.Start start) {
        return write(start);
    }

    /** On the caller's thread, since nobody else shall wait with it; who has locked one of the ids is waited for. */
    @Override
    final List<Outcome> beginAll(List<Write.Start> starts) {
        long until = world().nanoTime() + PATIENCE_NANOS;
        World.Gate nobody = world().gate();
        while (true) {
            checkOpen();
            try {
                List<Outcome> outcomes = store.write(starts);
                begun(starts);
                return outcomes;
            } catch (StoreException failed) {
                if (!failed.isLocked() || world().nanoTime() - until > 0) {
                    throw failed;
                }
                nobody.pass(PAUSE_NANOS);
            }
        }
    }

    /** Runs were started past {@link #begin}. */
    void begun(List<Write.Start> starts) {
        // Whoever runs them is elsewhere.
    }

    @Override
    final Outcome send(Write.Send send) {
        return write(send);
    }

    @Override
    final Outcome emit(Write.Emit emit) {
        return write(emit);
    }

    /** Throws if this has been closed. */
    void checkOpen() {
        // A client has nothing that could be missing.
    }

    @Override
    final StoreClient client() {
        return this;
    }

    @Override
    void checkKnown(String workflow) {
        Names.check("workflow", workflow);
    }

    /** Whether an incarnation is in this memory. */
    boolean isKept(UUID incarnation) {
        return false;
    }

    Payload query(RunRow row, String name, Payload question) {
        throw new InvalidArgumentException("the query '" + name + "' of run '" + row.runId()
                + "' needs the workflow's code, which a client does not have. Ask an engine that runs "
                + "'" + row.workflow()
                + "', or let the workflow publish the value and read that");
    }

    String explain(RunRow row) {
        return Explain.sentence(row, store.attempts(row.incarnation()), store.inbox(row.chain()).size());
    }

    @Override
    public final RunStarter within(Connection connection) {
        if (store instanceof SqlStore sqlStore) {
            return new TransactionStarter(this, sqlStore, Objects.requireNonNull(connection, "connection"));
        }
        throw new InvalidArgumentException("a " + store.getClass().getSimpleName() + " cannot start or signal within a "
                + "transaction of yours, because it has no SQL database. Use PostgresStore, SqliteStore or another "
                + "SqlStore, or start and signal without within(…)");
    }

    // ---- finding ----

    @Override
    public <I, O> RunHandle<O> handle(Definition<I, O> definition, String runId) {
        RunRow row = existing(runId);
        if (!row.workflow().equals(definition.name())) {
            throw new InvalidArgumentException("run '" + runId + "' is of workflow '" + row.workflow() + "', not of '"
                    + definition.name() + "'. Use its own definition, or handle(runId)");
        }
        return Handle.typed(this, row, false, definition.output());
    }

    @Override
    public RunHandle<Payload> handle(String runId) {
        return Handle.raw(this, existing(runId), false);
    }

    @Override
    public <T> Optional<T> event(String name, Class<T> type) {
        return store.fact(Names.check("event", name))
                .map(fact -> payloads().decode(fact.value(), TypeRef.of(type)));
    }

    private RunRow existing(String runId) {
        return store.find(runId).orElseThrow(() -> new RunNotFoundException(runId));
    }

    // ---- stopping ----

    @Override
    public void cancel(String runId, String reason) {
        accepted(runId, send(new Write.Send(runId, message(NewMessage.Kind.CANCEL, reason, Payload.NONE, null))));
    }

    @Override
    public void terminate(String runId, String reason) {
        accepted(runId, write(new Write.Terminate(runId,
                message(NewMessage.Kind.TERMINATE, reason, Payload.NONE, null))));
    }

    @Override
    public void complete(String token, @Nullable Object result) {
        judge(token, new Command.RunCompleted(payloads().encode(result)));
    }

    @Override
    public void fail(String token, Throwable why) {
        judge(token, new Command.RunFailed(Failure.of(why, payloads())));
    }

    private void judge(String text, Command end) {
        Verdict.Token token = Verdict.Token.parse(text);
        RunRow row = store.find(token.activity())
                .orElseThrow(() -> new RunNotFoundException(token.activity().toString()));
        Verdict verdict = new Verdict(token.attempt(), end);
        accepted(row.runId(), send(new Write.Send(row.runId(),
                message(NewMessage.Kind.VERDICT, verdict.name(), verdict.value(), null))));
    }

    // ---- operating ----

    @Override
    public List<QueueView> queues() {
        return store.queues(world().currentMillis());
    }

    @Override
    public void setQueue(Queue queue) {
        write(new Write.Define(queue, false));
        limitsChanged(queue.name());
    }

    /** A queue may let more runs in. */
    void limitsChanged(String queue) {
        // Whoever runs them is elsewhere.
    }

    @Override
    public void redrive(String runId) {
        accepted(runId, write(new Write.Redrive(runId, world().currentMillis())));
    }

    @Override
    public int redriveAll(RunFilter filter) {
        int redriven = 0;
        RunFilter stuck = filter.status(RunStatus.STUCK);
        List<RunRow> rows;
        Optional<UUID> before = Optional.empty();
        do {
            rows = store.list(stuck, before, LONGEST_PAGE);
            for (RunRow row : rows) {
                if (write(new Write.Redrive(row.runId(), world().currentMillis())).isDone()) {
                    redriven++;
                }
                before = Optional.of(row.incarnation());
            }
        } while (rows.size() == LONGEST_PAGE);
        return redriven;
    }

    @Override
    public RunPage list(RunFilter filter, Optional<UUID> after, int limit) {
        if (limit < 1 || limit > LONGEST_PAGE) {
            throw new InvalidArgumentException("the page limit is " + limit + ", but must be from 1 to "
                    + LONGEST_PAGE);
        }
        List<RunRow> rows = store.list(filter, after, limit);
        return new RunPage(rows.stream().map(RunView::of).toList(),
                rows.size() < limit ? Optional.empty() : Optional.of(rows.get(rows.size() - 1).incarnation()));
    }

    @Override
    public long count(RunFilter filter) {
        return store.count(filter);
    }

    @Override
    public Schedules schedules() {
        return new StoreSchedules(this);
    }

    @Override
    public void close() {
        results.close();
    }
}
