// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Definition;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Names;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.RunExistsException;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.store.Fact;
import dev.perdure.store.Limit;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.StoreException;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks what it is asked for, words it as a write, and reads the answer. Where the write goes is left to those who
 * extend it, so that a start means the same on a client, on an engine and within somebody's transaction.
 */
abstract class WritingStarter implements RunStarter {

    /** So many starts are durable together: enough to be fast, and few enough to keep nobody waiting for long. */
    private static final int BATCH = 1_000;

    private final Payloads payloads;
    private final World world;

    WritingStarter(Payloads payloads, World world) {
        this.payloads = payloads;
        this.world = world;
    }

    final Payloads payloads() {
        return payloads;
    }

    final World world() {
        return world;
    }

    /** Starts a run. */
    abstract Outcome begin(Write.Start start);

    /** Starts several runs, all or none. */
    abstract List<Outcome> beginAll(List<Write.Start> starts);

    /** Sends a message. */
    abstract Outcome send(Write.Send send);

    /** Makes a fact known. */
    abstract Outcome emit(Write.Emit emit);

    /** Refuses a workflow that cannot be started here. */
    abstract void checkKnown(String workflow);

    /** Through which handles look. */
    abstract StoreClient client();

    // ---- starting ----

    @Override
    public final <I, O> RunHandle<O> start(Definition<I, O> definition, StartOptions options, @Nullable I input) {
        checkKnown(definition);
        StartOptions fitting = options.fitting(definition);
        Payload payload = payloads.encodeInput(definition, input);
        Outcome outcome = launch(definition.name(), fitting, payload);
        return Handle.typed(client(), outcome.run(), outcome.isDone(), definition.output());
    }

    @Override
    public final RunHandle<Payload> start(String workflow, StartOptions options, Payload input) {
        checkKnown(workflow);
        Outcome outcome = launch(workflow, options, input);
        return Handle.raw(client(), outcome.run(), outcome.isDone());
    }

    @Override
    public final <I, O> List<RunHandle<O>> startAll(Definition<I, O> definition, List<Launch<I>> starts) {
        checkKnown(definition);
        List<Write.Start> writes = new ArrayList<>(starts.size());
        for (Launch<I> each : starts) {
            writes.add(wording(definition.name(), each.options().fitting(definition),
                    payloads.encodeInput(definition, each.input())));
        }
        List<Outcome> outcomes = new ArrayList<>(writes.size());
        for (int from = 0; from < writes.size(); from += BATCH) {
            outcomes.addAll(beginAll(writes.subList(from, Math.min(writes.size(), from + BATCH))));
        }
        List<RunHandle<O>> handles = new ArrayList<>(outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            check(definition.name(), starts.get(i).options(), outcome);
            handles.add(Handle.typed(client(), outcome.run(), outcome.isDone(), definition.output()));
        }
        return handles;
    }

    /** An activity may be started by who has its definition only. */
    private void checkKnown(Definition<?, ?> definition) {
        if (definition instanceof Workflow) {
            checkKnown(definition.name());
        }
    }

    private Outcome launch(String workflow, StartOptions options, Payload input) {
        Write.Start start = wording(workflow, options, input);
        Outcome outcome = begin(start);
        if (outcome.kind() != Outcome.Kind.EXISTS && !outcome.isDone()) {
            throw new StoreException("engine_closed", "run '" + start.run().runId() + "' was not started: this engine "
                    + "no longer belongs to its store, because it was closed or another has taken over. Start the run "
                    + "there", StoreException.Effect.NOTHING_REFUSED, null);
        }
        check(workflow, options, outcome);
        return outcome;
    }

    private Write.Start wording(String workflow, StartOptions options, Payload input) {
        UUID incarnation = world.newId();
        long now = world.currentMillis();
        String runId = options.runId() != null ? Names.check("run", options.runId()) : incarnation.toString();
        List<NewMessage> messages = new ArrayList<>();
        for (StartOptions.Message signal : options.signals()) {
            messages.add(message(NewMessage.Kind.SIGNAL, signal.name(),
                    payloads.encodeSignal(signal.name(), signal.value()), signal.messageId()));
        }
        NewRun run = new NewRun(runId, incarnation, incarnation, workflow, input, options.headers(),
                options.attributes(), now, options.dueAt(now), null, null,
                new Ticket(options.line().queue(), options.line().key(), options.line().priority()));
        return new Write.Start(run, options.policy() == StartOptions.Policy.RESTART_FINISHED, messages,
                Limit.of(options, now));
    }

    private static void check(String workflow, StartOptions options, Outcome outcome) {
        if (outcome.isDone()) {
            return;
        }
        RunRow existing = outcome.run();
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

    // ---- messages ----

    @Override
    public final boolean signal(String runId, String name, Object value, @Nullable String messageId) {
        Payload payload = payloads.encodeSignal(Names.check("signal", name), value);
        NewMessage message = message(NewMessage.Kind.SIGNAL, name, payload, messageId);
        return accepted(runId, send(new Write.Send(runId, message)));
    }

    @Override
    public final boolean emitEvent(String name, Object value) {
        Payload payload = payloads.encodeFact(Names.check("event", name), value);
        return emit(new Write.Emit(new Fact(name, payload, user(), world.currentMillis()))).isDone();
    }

    private static String user() {
        return System.getProperty("user.name", "unknown");
    }

    final NewMessage message(NewMessage.Kind kind, String name, Payload value, @Nullable String messageId) {
        if (messageId != null && messageId.startsWith(NewMessage.MADE_UP)) {
            throw new InvalidArgumentException("the message id '" + messageId + "' begins with '" + NewMessage.MADE_UP
                    + "', as only those do that Perdure makes up. Choose another one");
        }
        String id = messageId != null ? messageId : NewMessage.MADE_UP + world.newId();
        return new NewMessage(id, kind, name, value, user(), world.currentMillis());
    }

    /** What a sender is told: true if the message is new, false if it was sent before. */
    static boolean accepted(String runId, Outcome outcome) {
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
}
