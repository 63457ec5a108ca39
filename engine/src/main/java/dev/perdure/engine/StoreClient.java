// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Durations;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Names;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.RunExistsException;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WrongTypeException;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.StoreException;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that writes to the store itself. An engine extends it: there writes go through the committer and are heard
 * at once.
 */
class StoreClient implements Client {

    /** Results are all that a client looks for. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int LONGEST_PAGE = 10_000;

    private final Store store;
    private final Payloads payloads;
    private final World world;
    private final Results results;

    /**
     * Made by {@link Client#connect}, or as a part of an engine.
     *
     * @param lookNanos how soon a run that ends elsewhere is noticed
     */
    StoreClient(Store store, Payloads payloads, World world, long lookNanos) {
        this.store = store;
        this.payloads = payloads;
        this.world = world;
        this.results = new Results(store, world, lookNanos, this::isKept);
    }

    final Store store() {
        return store;
    }

    final Payloads payloads() {
        return payloads;
    }

    final World world() {
        return world;
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
    Outcome begin(Write.Start start) {
        return write(start);
    }

    /** Refuses a workflow that cannot be started here. */
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

    // ---- starting ----

    @Override
    public <I, O> RunHandle<O> start(Workflow<I, O> workflow, StartOptions options, @Nullable I input) {
        checkKnown(workflow.name());
        if (!workflow.input().accepts(input)) {
            throw new WrongTypeException("the input of workflow '" + workflow.name() + "'", workflow.input(), input);
        }
        Payload payload = payloads.encode(input, workflow.input());
        Outcome outcome = launch(workflow.name(), options, payload);
        return Handle.typed(this, outcome.run(), outcome.isDone(), workflow.output());
    }

    @Override
    public RunHandle<Payload> start(String workflow, StartOptions options, Payload input) {
        checkKnown(workflow);
        Outcome outcome = launch(workflow, options, input);
        return Handle.raw(this, outcome.run(), outcome.isDone());
    }

    private Outcome launch(String workflow, StartOptions options, Payload input) {
        UUID incarnation = world.newId();
        long now = world.currentMillis();
        String runId = options.runId() != null ? Names.check("run", options.runId()) : incarnation.toString();
        Duration delay = options.delay() != null ? options.delay()
                : options.startAt() != null ? Duration.between(Instant.ofEpochMilli(now), options.startAt())
                : Duration.ZERO;
        long startAt = now + (delay.isNegative() ? 0 : Durations.ceilMillis(Durations.notNegative("the delay", delay)));
        List<NewMessage> messages = new ArrayList<>();
        for (StartOptions.Message signal : options.signals()) {
            messages.add(message(NewMessage.Kind.SIGNAL, signal.name(), encodeSignal(signal.name(), signal.value()),
                    null));
        }
        NewRun run = new NewRun(runId, incarnation, incarnation, workflow, input, options.headers(),
                options.attributes(), now, startAt, null);
        Outcome outcome = begin(new Write.Start(run, options.policy() == StartOptions.Policy.RESTART_FINISHED,
                messages));
        if (outcome.kind() == Outcome.Kind.EXISTS) {
            checkExisting(workflow, options, outcome.run());
        } else if (!outcome.isDone()) {
            throw new StoreException("engine_closed", "run '" + runId + "' was not started: this engine no longer "
                    + "belongs to its store, because it was closed or another has taken over. Start the run there",
                    StoreException.Effect.NOTHING_REFUSED, null);
        }
        return outcome;
    }

    private static void checkExisting(String workflow, StartOptions options, RunRow existing) {
        if (!existing.workflow().equals(workflow)) {
            throw new RunExistsException("the id '" + existing.runId() + "' belongs to a run of workflow '"
                    + existing.workflow() + "', so '" + workflow + "' cannot be started under it. Choose another id");
        }
        if (options.policy() == StartOptions.Policy.FAIL) {
            throw new RunExistsException("there is already a run '" + existing.runId() + "', it is " + existing.status()
                    + ", and the start options say FAIL. Choose another id, or the policy USE_EXISTING or "
                    + "RESTART_FINISHED");
        }
    }

    @Override
    public <I, O> RunHandle<O> handle(Workflow<I, O> workflow, String runId) {
        RunRow row = existing(runId);
        if (!row.workflow().equals(workflow.name())) {
            throw new InvalidArgumentException("run '" + runId + "' is of workflow '" + row.workflow() + "', not of '"
                    + workflow.name() + "'. Use its own definition, or handle(runId)");
        }
        return Handle.typed(this, row, false, workflow.output());
    }

    @Override
    public RunHandle<Payload> handle(String runId) {
        return Handle.raw(this, existing(runId), false);
    }

    private RunRow existing(String runId) {
        return store.find(runId).orElseThrow(() -> new RunNotFoundException(runId));
    }

    // ---- messages ----

    @Override
    public boolean signal(String runId, String name, Object value, @Nullable String messageId) {
        Payload payload = encodeSignal(Names.check("signal", name), value);
        NewMessage message = message(NewMessage.Kind.SIGNAL, name, payload, messageId);
        return accepted(runId, write(new Write.Send(runId, message)));
    }

    private Payload encodeSignal(String name, @Nullable Object value) {
        if (value == null) {
            throw new InvalidArgumentException("signal '" + name
                    + "' has no value: null cannot be told from no signal. Send true if there is nothing to say");
        }
        return value instanceof Payload encoded ? encoded : payloads.encode(value);
    }

    @Override
    public void cancel(String runId, String reason) {
        accepted(runId, write(new Write.Send(runId, message(NewMessage.Kind.CANCEL, reason, Payload.NONE, null))));
    }

    @Override
    public void terminate(String runId, String reason) {
        accepted(runId, write(new Write.Terminate(runId,
                message(NewMessage.Kind.TERMINATE, reason, Payload.NONE, null))));
    }

    private NewMessage message(NewMessage.Kind kind, String name, Payload value, @Nullable String messageId) {
        String id = messageId != null ? messageId : world.newId().toString();
        return new NewMessage(id, kind, name, value, System.getProperty("user.name", "unknown"), world.currentMillis());
    }

    private static boolean accepted(String runId, Outcome outcome) {
        return switch (outcome.kind()) {
            case DONE -> true;
            case DUPLICATE -> false;
            case NOT_FOUND -> throw new RunNotFoundException(runId);
            case FINISHED -> throw new RunFinishedException(runId, outcome.run().status());
            case NOT_STUCK -> throw new InvalidArgumentException("run '" + runId + "' is " + outcome.run().status()
                    + " and not STUCK, so there is nothing to redrive");
            case EXISTS, REFUSED -> throw new IllegalStateException(
                    "the store answered a message to run '" + runId + "' with " + outcome.kind());
        };
    }

    // ---- operating ----

    @Override
    public void redrive(String runId) {
        accepted(runId, write(new Write.Redrive(runId, world.currentMillis())));
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
                if (write(new Write.Redrive(row.runId(), world.currentMillis())).isDone()) {
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
    public void close() {
        results.close();
    }
}
