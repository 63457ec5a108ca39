// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Durations;
import dev.perdure.Failure;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.ResultTimeoutException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.RunStuckException;
import dev.perdure.TypeRef;
import dev.perdure.WorkflowFailedException;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.store.RunRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A handle over a client: looks things up by name each time, so it cannot go stale. */
final class Handle<O> implements RunHandle<O> {

    private static final int PAGE = 1_000;

    private final StoreClient client;
    private final String runId;
    private final UUID incarnation;
    private final boolean pinned;
    private final boolean created;
    private final Function<Payload, @Nullable O> reader;

    /**
     * What a handle points at.
     *
     * @param pinned true for this one incarnation, false for the chain it begins
     */
    private record Target(String runId, UUID incarnation, boolean pinned) {
        static Target chainFrom(RunRow row) {
            return new Target(row.runId(), row.incarnation(), false);
        }
    }

    private Handle(StoreClient client, Target target, boolean created, Function<Payload, @Nullable O> reader) {
        this.client = client;
        this.runId = target.runId();
        this.incarnation = target.incarnation();
        this.pinned = target.pinned();
        this.created = created;
        this.reader = reader;
    }

    static <O> Handle<O> typed(StoreClient client, RunRow row, boolean created, TypeRef<O> type) {
        return new Handle<>(client, Target.chainFrom(row), created,
                payload -> client.payloads().decode(payload, type));
    }

    static Handle<Payload> raw(StoreClient client, RunRow row, boolean created) {
        return new Handle<>(client, Target.chainFrom(row), created, payload -> payload);
    }

    @Override
    public String runId() {
        return runId;
    }

    @Override
    public UUID incarnation() {
        return incarnation;
    }

    @Override
    public boolean created() {
        return created;
    }

    @Override
    public RunHandle<O> pinned() {
        return new Handle<>(client, new Target(runId, incarnation, true), created, reader);
    }

    @Override
    public @Nullable O result() {
        return await(resultAsync(), null);
    }

    @Override
    public @Nullable O result(Duration timeout) {
        return await(resultAsync(), Durations.notNegative("the timeout of result", timeout));
    }

    private @Nullable O await(CompletableFuture<O> future, @Nullable Duration timeout) {
        try {
            return timeout == null ? future.get() : future.get(Durations.ceilMillis(timeout), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLate) {
            throw new ResultTimeoutException(runId, timeout);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CompletionException("interrupted while waiting for the result of run '" + runId + "'",
                    interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new CompletionException(failed.getCause());
        }
    }

    @Override
    public CompletableFuture<O> resultAsync() {
        return endOf(incarnation).thenApply(this::outcome);
    }

    /** Follows the chain: what continued as new has not ended. */
    private CompletableFuture<Results.End> endOf(UUID one) {
        return client.results().whenEnded(one).thenCompose(end -> {
            if (end.row().status() != RunStatus.CONTINUED || pinned) {
                return CompletableFuture.completedFuture(end);
            }
            return endOf(successor(end));
        });
    }

    private UUID successor(Results.End end) {
        Command last = lastCommand(end);
        if (last instanceof Command.RunContinued continued) {
            return continued.next();
        }
        throw new IllegalStateException("run '" + runId + "' is CONTINUED, but its journal does not end so: " + last);
    }

    private @Nullable O outcome(Results.End end) {
        RunRow row = end.row();
        if (row.status() == RunStatus.STUCK) {
            throw new RunStuckException(runId, row.problem());
        }
        if (row.status() == RunStatus.TERMINATED) {
            throw failed(row, Failure.terminated(row.problem()));
        }
        return switch (lastCommand(end)) {
            case Command.RunCompleted completed -> reader.apply(completed.result());
            case Command.RunFailed failed -> throw failed(row, failed.failure());
            case Command.RunCancelled cancelled -> throw failed(row, cancelled.failure());
            case Command.RunContinued continued -> throw new InvalidArgumentException("incarnation " + row.incarnation()
                    + " of run '" + runId + "' continued as " + continued.next() + " and has no result of its own. "
                    + "Use a handle that is not pinned");
            case null, default -> throw new IllegalStateException(
                    "run '" + runId + "' is " + row.status() + ", but its journal has no end");
        };
    }

    private WorkflowFailedException failed(RunRow row, Failure failure) {
        return new WorkflowFailedException(runId, row.status(), failure, client.payloads());
    }

    private @Nullable Command lastCommand(Results.End end) {
        if (end.last() != null) {
            return end.last();
        }
        return client.store().lastUnit(end.row().incarnation())
                .filter(unit -> !unit.commands().isEmpty())
                .map(unit -> unit.commands().get(unit.commands().size() - 1)).orElse(null);
    }

    @Override
    public void signal(String name, Object value) {
        client.signal(runId, name, value);
    }

    @Override
    public void cancel(String reason) {
        client.cancel(runId, reason);
    }

    @Override
    public void terminate(String reason) {
        client.terminate(runId, reason);
    }

    @Override
    public <T> Optional<T> read(String name, Class<T> type) {
        return Optional.ofNullable(client.store().published(row().incarnation()).get(name))
                .map(payload -> client.payloads().decode(payload, TypeRef.of(type)));
    }

    @Override
    public <A> @Nullable A query(String name, @Nullable Object question, Class<A> answer) {
        Payload asked = client.payloads().encode(question);
        return client.payloads().decode(client.query(row(), name, asked), TypeRef.of(answer));
    }

    @Override
    public RunView describe() {
        return RunView.of(row());
    }

    @Override
    public String explain() {
        return client.explain(row());
    }

    @Override
    public List<Unit> journal() {
        UUID whose = row().incarnation();
        List<Unit> units = new ArrayList<>();
        List<Unit> page;
        do {
            long after = units.isEmpty() ? 0 : units.get(units.size() - 1).lastSeq();
            page = client.store().journal(whose, after, PAGE);
            units.addAll(page);
        } while (page.size() == PAGE);
        return units;
    }

    private RunRow row() {
        Optional<RunRow> row = pinned ? client.store().find(incarnation) : client.store().find(runId);
        return row.orElseThrow(() -> new RunNotFoundException(runId));
    }

    @Override
    public String toString() {
        return "run '" + runId + "' (" + incarnation + ")";
    }
}
