// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Activity;
import dev.perdure.Codec;
import dev.perdure.Definition;
import dev.perdure.DuplicateNameException;
import dev.perdure.Durations;
import dev.perdure.EngineObserver;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.PayloadTransform;
import dev.perdure.Payloads;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.Workflow;
import dev.perdure.schedule.ScheduleRun;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import dev.perdure.wake.Repertoire;
import dev.perdure.wake.Settings;
import dev.perdure.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts an {@link Engine} together. Only a store and at least one workflow, or a resolver, are needed; every other
 * setting has a default that suits most.
 *
 * <p>Not safe for several threads; used once.
 */
public final class EngineBuilder {

    private static final int DEFAULT_MAX_ACTIVE = 10_000;
    private static final int DEFAULT_CACHE = 1_000;

    /** What every engine can run, so that whichever node there is keeps the schedules. */
    private static final Map<String, Repertoire.Known> BUILT_IN = Map.of(ScheduleRun.WORKFLOW.name(),
            new Repertoire.KnownWorkflow(ScheduleRun.WORKFLOW, (Workflow.Body<Payload, Payload>) ScheduleRun::run));

    private @Nullable Store store;
    private @Nullable Codec codec;
    private final List<Codec> readers = new ArrayList<>();
    private final List<PayloadTransform> transforms = new ArrayList<>();
    private int payloadLimit = Payloads.DEFAULT_LIMIT;
    private final Map<String, Repertoire.Known> repertoire = new LinkedHashMap<>();
    private final Map<String, Queue> queues = new LinkedHashMap<>();
    private @Nullable Function<String, Optional<Workflow.Implemented<?, ?>>> resolver;
    private RetryPolicy retry = RetryPolicy.none();
    private final Map<String, RetryPolicy> retryByWorkflow = new HashMap<>();
    private @Nullable Duration timeout;
    private int maxActive = DEFAULT_MAX_ACTIVE;
    private final Map<String, Integer> maxActiveByWorkflow = new HashMap<>();
    private int cacheSize = DEFAULT_CACHE;
    private long journalWarning = 10_000;
    private long journalLimit = 50_000;
    private int recoveryLimit = 100;
    private Duration watchdog = Duration.ofSeconds(2);
    private EngineObserver observer = EngineObserver.NONE;
    private World world = World.real();
    private Duration closeDeadline = Duration.ofSeconds(10);
    private boolean shutdownHook;

    EngineBuilder() {
    }

    /**
     * Where runs live. Needed.
     *
     * @param where not closed by the engine
     * @return this
     */
    public EngineBuilder store(Store where) {
        this.store = where;
        return this;
    }

    /**
     * A workflow that this engine runs.
     *
     * @param workflow its definition
     * @param body its code: a method of any object
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return this
     * @throws DuplicateNameException if there is a workflow or an activity of that name
     */
    public <I, O> EngineBuilder workflow(Workflow<I, O> workflow, Workflow.Body<I, O> body) {
        return add(workflow.name(), new Repertoire.KnownWorkflow(workflow, body));
    }

    private EngineBuilder add(String name, Repertoire.Known known) {
        if (repertoire.putIfAbsent(name, known) != null) {
            throw new DuplicateNameException(
                    known instanceof Repertoire.KnownWorkflow ? "workflow" : "activity", name);
        }
        return this;
    }

    /**
     * An activity that this engine runs.
     *
     * @param activity its definition
     * @param body its code: a method of any object
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return this
     * @throws DuplicateNameException if there is an activity or a workflow of that name
     */
    public <I, O> EngineBuilder activity(Activity<I, O> activity, Activity.Body<I, O> body) {
        return add(activity.name(), new Repertoire.KnownActivity(activity, body));
    }

    /**
     * The limits of a queue, for all nodes of the store. They are stored when the engine starts, if the code has not
     * said the same at an earlier start: what {@link Client#setQueue} has said since then stands until the code says
     * something new.
     *
     * @param queue name and limits
     * @return this
     * @throws DuplicateNameException if this was said of the queue before
     */
    public EngineBuilder queue(Queue queue) {
        if (queues.putIfAbsent(queue.name(), queue) != null) {
            throw new DuplicateNameException("queue", queue.name());
        }
        return this;
    }

    /**
     * A workflow that brings its code along.
     *
     * @param workflow definition and code
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return this
     * @throws DuplicateNameException if there is a workflow or an activity of that name
     */
    public <I, O> EngineBuilder workflow(Workflow.Implemented<I, O> workflow) {
        return workflow(workflow, workflow.body());
    }

    /**
     * Finds workflows that are not registered, by name: for code that is loaded while the engine runs. Asked often, so
     * it should answer from memory; for names it does not know, runs are left to a node that does.
     *
     * @param byName empty for unknown names
     * @return this
     */
    public EngineBuilder resolver(Function<String, Optional<Workflow.Implemented<?, ?>>> byName) {
        this.resolver = byName;
        return this;
    }

    /**
     * What writes and reads values. Without it, the one on the class path.
     *
     * @param writer safe for all threads
     * @return this
     */
    public EngineBuilder codec(Codec writer) {
        this.codec = writer;
        return this;
    }

    /**
     * A codec that reads what it wrote in the past, and writes nothing any more.
     *
     * @param reader safe for all threads
     * @return this
     */
    public EngineBuilder alsoReads(Codec reader) {
        readers.add(reader);
        return this;
    }

    /**
     * Encryption or compression behind the codec; several are applied in the order in which they are given.
     *
     * @param transform safe for all threads
     * @return this
     */
    public EngineBuilder transform(PayloadTransform transform) {
        transforms.add(transform);
        return this;
    }

    /**
     * The most bytes an input, a result or a signal may have.
     *
     * @param bytes at least 1; 2 MiB unless set
     * @return this
     */
    public EngineBuilder payloadLimit(int bytes) {
        this.payloadLimit = (int) atLeastOne("payloadLimit", bytes);
        return this;
    }

    /**
     * When steps that do not say are tried again.
     *
     * @param policy one attempt unless set
     * @return this
     */
    public EngineBuilder defaultRetry(RetryPolicy policy) {
        this.retry = policy;
        return this;
    }

    /**
     * When the steps of one workflow that do not say are tried again.
     *
     * @param workflow which
     * @param policy comes before the engine's default
     * @return this
     */
    public EngineBuilder defaultRetry(Workflow<?, ?> workflow, RetryPolicy policy) {
        retryByWorkflow.put(workflow.name(), policy);
        return this;
    }

    /**
     * How long an attempt of a step that does not say may take.
     *
     * @param perAttempt more than zero; no limit unless set
     * @return this
     */
    public EngineBuilder defaultTimeout(Duration perAttempt) {
        this.timeout = Durations.positive("defaultTimeout", perAttempt);
        return this;
    }

    /**
     * How many runs may think or have steps under way at once; others stay queued. Suspended runs do not count.
     *
     * @param runs at least 1; 10,000 unless set
     * @return this
     */
    public EngineBuilder maxActiveRuns(int runs) {
        this.maxActive = (int) atLeastOne("maxActiveRuns", runs);
        return this;
    }

    /**
     * The same for the runs of one workflow or activity.
     *
     * @param definition which
     * @param runs at least 1
     * @return this
     */
    public EngineBuilder maxActiveRuns(Definition<?, ?> definition, int runs) {
        maxActiveByWorkflow.put(definition.name(),
                (int) atLeastOne("maxActiveRuns of '" + definition.name() + "'", runs));
        return this;
    }

    /**
     * How many suspended runs stay in memory, so that they need not be replayed when they move. It keeps nobody out:
     * the rest waits as a row.
     *
     * @param runs zero or more; 1,000 unless set
     * @return this
     */
    public EngineBuilder cacheSize(int runs) {
        if (runs < 0) {
            throw new InvalidArgumentException("cacheSize is " + runs + ", but must be zero or more");
        }
        this.cacheSize = runs;
        return this;
    }

    /**
     * After how many entries a run's journal is warned about.
     *
     * @param entries at least 1; 10,000 unless set
     * @return this
     */
    public EngineBuilder journalWarning(long entries) {
        this.journalWarning = atLeastOne("journalWarning", entries);
        return this;
    }

    /**
     * After how many entries a run becomes stuck.
     *
     * @param entries at least 1; 50,000 unless set
     * @return this
     */
    public EngineBuilder journalLimit(long entries) {
        this.journalLimit = atLeastOne("journalLimit", entries);
        return this;
    }

    /**
     * How often in a row a run's node may end under it, without the run having moved, before the run becomes stuck: a
     * guard against a run that takes its process with it each time.
     *
     * @param times at least 1; 100 unless set
     * @return this
     */
    public EngineBuilder recoveryLimit(int times) {
        this.recoveryLimit = (int) atLeastOne("recoveryLimit", times);
        return this;
    }

    /**
     * After how long a fiber that moves without asking anything is warned about.
     *
     * @param threshold more than zero; 2 s unless set
     * @return this
     */
    public EngineBuilder watchdog(Duration threshold) {
        this.watchdog = Durations.positive("watchdog", threshold);
        return this;
    }

    /**
     * Who hears of what happens.
     *
     * @param listener telemetry
     * @return this
     */
    public EngineBuilder observer(EngineObserver listener) {
        this.observer = new GuardedObserver(listener);
        return this;
    }

    /**
     * Where time, threads and chance come from: for tests.
     *
     * @param stage the real one unless set
     * @return this
     */
    public EngineBuilder world(World stage) {
        this.world = stage;
        return this;
    }

    /**
     * How long {@link Engine#close()} waits for steps that are under way.
     *
     * @param longest zero or more; 10 s unless set
     * @return this
     */
    public EngineBuilder closeDeadline(Duration longest) {
        this.closeDeadline = Durations.notNegative("closeDeadline", longest);
        return this;
    }

    /**
     * Whether the engine closes itself when the process is asked to stop (SIGTERM, Ctrl-C). After SIGTERM the process
     * then ends with exit code 0.
     *
     * @param wanted false unless set
     * @return this
     */
    public EngineBuilder shutdownHook(boolean wanted) {
        this.shutdownHook = wanted;
        return this;
    }

    /**
     * Starts the engine: joins the store, takes over what an earlier life has left, and begins to look for work.
     *
     * @return a running engine
     * @throws InvalidArgumentException if something needed is missing
     * @throws dev.perdure.CodecException if there is no codec, or more than one
     * @throws dev.perdure.store.StoreInUseException if another engine has the store, and only one may
     */
    public Engine start() {
        if (store == null) {
            throw new InvalidArgumentException("an engine needs a store: "
                    + "Engine.builder().store(SqliteStore.open(path))");
        }
        if (repertoire.isEmpty() && resolver == null) {
            throw new InvalidArgumentException("an engine without workflows and activities would do nothing: register "
                    + "one with .workflow(…) or .activity(…); to start and signal only, use Client.connect(store)");
        }
        Payloads payloads = new Payloads(codec != null ? codec : Payloads.find(), readers, transforms, payloadLimit);
        Settings settings = new Settings(payloads, observer, retry, Map.copyOf(retryByWorkflow), timeout, maxActive,
                Map.copyOf(maxActiveByWorkflow), cacheSize, journalWarning, journalLimit, recoveryLimit, watchdog);
        if (!queues.isEmpty()) {
            store.write(queues.values().stream().map(queue -> new Write.Define(queue, true)).toList());
        }
        return new Engine(store, world, settings, new Repertoire(BUILT_IN, repertoire, resolver),
                new Engine.Ending(closeDeadline, shutdownHook));
    }

    private static long atLeastOne(String what, long value) {
        if (value < 1) {
            throw new InvalidArgumentException(what + " is " + value + ", but must be at least 1");
        }
        return value;
    }
}
