// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.Activity;
import dev.perdure.EngineObserver;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.StepBody;
import dev.perdure.StepSpec;
import dev.perdure.commit.GroupCommitter;
import dev.perdure.journal.Command;
import dev.perdure.journal.Wait;
import dev.perdure.step.Attempting;
import dev.perdure.step.StepCall;
import dev.perdure.step.Transacting;
import dev.perdure.store.Attempt;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Parent;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.turn.LiveRun;
import dev.perdure.turn.OpenStep;
import dev.perdure.world.Alarms;
import dev.perdure.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes runs into memory, brings them what comes for them, and lets go of them again.
 */
public final class Dispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** How soon another process's write is noticed; each look costs the store one cheap question. */
    public static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final Outcome REFUSED = new Outcome(Outcome.Kind.REFUSED, null);
    private static final long UNWIND_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long COME_BACK_MILLIS = 500;
    private static final int UNITS_AT_FIRST = 64;

    private final Parts parts;
    private final Settings settings;
    private final Repertoire repertoire;
    private final BiConsumer<RunRow, @Nullable Command> whenEnded;
    private final Attempting.Surroundings around;
    private final Admission admission;
    private final Map<UUID, Keeper> keepers = new ConcurrentHashMap<>();
    private final InboxReader inboxes;
    private final Lookout lookout;
    private final Watchdog watchdog;
    private volatile boolean closing;

    /**
     * What the dispatcher is built on.
     *
     * @param node who this is; has joined the store
     * @param store where runs live
     * @param committer writes for them
     * @param alarms calls back
     * @param world time and threads
     */
    public record Parts(UUID node, Store store, GroupCommitter committer, Alarms alarms, World world) {
    }

    /**
     * Begins to take runs.
     *
     * @param parts what this is built on
     * @param settings how the engine is set
     * @param repertoire what this node can run
     * @param whenEnded hears of every run that has durably ended here, or is stuck, and of what its code said last
     */
    public Dispatcher(Parts parts, Settings settings, Repertoire repertoire,
            BiConsumer<RunRow, @Nullable Command> whenEnded) {
        this.parts = parts;
        this.settings = settings;
        this.repertoire = repertoire;
        this.whenEnded = whenEnded;
        this.around = new Attempting.Surroundings(parts.world(), parts.alarms(), settings.observer(),
                new LongAdder(), () -> closing);
        this.admission = new Admission(settings);
        this.inboxes = new InboxReader(parts.store(), parts.world());
        this.lookout = new Lookout(this, parts, repertoire, admission);
        this.watchdog = new Watchdog(parts.world(), settings, keepers::values);
        lookout.start();
    }

    // ---- what comes from this process ----

    /**
     * Whether an incarnation is in memory here. If so, its end is yet to be told.
     *
     * @param incarnation any
     * @return false also for one that has continued another and is not the first of its chain
     */
    public boolean keeps(UUID incarnation) {
        Keeper keeper = keepers.get(incarnation);
        return keeper != null && keeper.row().incarnation().equals(incarnation);
    }

    /**
     * Starts a run: its first turn is taken at once and becomes durable together with the run; an activity begins once
     * it is durable.
     *
     * @param start the start, due now
     * @return the store's answer; null if there is no room for the run and it had better be queued
     */
    public @Nullable CompletableFuture<Outcome> begin(Write.Start start) {
        NewRun run = start.run();
        if (run.ticket().isQueued() || !hasPlaceFor(run.workflow())) {
            return null;
        }
        CompletableFuture<Outcome> created = new CompletableFuture<>();
        Keeper keeper = keeper(RunRow.of(run, node()));
        keepers.put(run.chain(), keeper);
        switch (keeper) {
            case RunKeeper workflow -> workflow.postCreate(start, created);
            case ActivityKeeper activity -> activity.postCreate(start, created);
        }
        return created;
    }

    /**
     * Something durable was written for a run: a message, a start, a redrive.
     *
     * @param run the run concerned
     */
    public void nudge(RunRow run) {
        if (run.wakeAt() > parts.world().currentMillis()) {
            wakeAt(run.wakeAt());
        }
        call(run.chain(), run.queue());
    }

    /**
     * Runs were made that nobody has: looks soon for those that are due and can run here, and later for the others.
     *
     * @param starts what has made them
     */
    public void made(Collection<Write.Start> starts) {
        long now = parts.world().currentMillis();
        // A resolver is asked once for each workflow, however many runs there are.
        Map<String, Boolean> known = new HashMap<>();
        Set<String> queues = new HashSet<>();
        for (Write.Start start : starts) {
            NewRun run = start.run();
            if (run.startAt() > now) {
                wakeAt(run.startAt());
            } else if (known.computeIfAbsent(run.workflow(), name -> repertoire.find(name).isPresent())) {
                queues.add(run.ticket().queue());
            }
        }
        queues.forEach(lookout::look);
    }

    /** There is something in the inbox of a run, which may be here, at another node or nowhere. */
    void call(UUID chain) {
        call(chain, "");
    }

    private void call(UUID chain, String queue) {
        Keeper keeper = keepers.get(chain);
        if (keeper != null) {
            readInbox(keeper);
        } else {
            lookout.look(queue);
        }
    }

    /**
     * Who this node is just now: another one after it was taken over.
     *
     * @return never an id that was used before
     */
    public UUID node() {
        return lookout.node();
    }

    /** Looks soon for runs of a queue; the empty name stands for none. */
    public void look(String queue) {
        lookout.look(queue);
    }

    /**
     * A fact has become known: whoever waits for it here hears of it at once.
     *
     * @param fact its name
     */
    public void emitted(String fact) {
        inboxes.call(keepers.values().stream().filter(keeper -> keeper.awaits(fact)).toList());
    }

    /** Looks soon for runs to take, and whether those that are here have something to hear. */
    public void lookAround() {
        lookout.work();
        lookout.look();
    }

    /**
     * Asks a run a question.
     *
     * @param run which
     * @param name the query's name
     * @param question the argument
     * @return the answer; null if the code declares no such query
     */
    public CompletableFuture<@Nullable Payload> query(RunRow run, String name, Payload question) {
        Question asked = new Question(run, name, question, new CompletableFuture<>());
        if (repertoire.find(run.workflow()).orElse(null) instanceof Repertoire.KnownActivity) {
            asked.answer().complete(null);
        } else if (keepers.get(run.chain()) instanceof RunKeeper keeper
                && keeper.row().incarnation().equals(run.incarnation())) {
            keeper.postQuery(asked);
        } else {
            askReplayed(asked);
        }
        return asked.answer();
    }

    /**
     * What a run in memory waits for just now.
     *
     * @param run which
     * @return completes when the run comes to a wait; with nothing if it is not in memory here
     */
    public CompletableFuture<List<Wait>> waits(RunRow run) {
        CompletableFuture<List<Wait>> told = new CompletableFuture<>();
        Keeper keeper = keepers.get(run.chain());
        if (keeper == null) {
            told.complete(List.of());
        } else {
            keeper.postWaits(told);
        }
        return told;
    }

    /** A run that is not in memory here answers from its durable journal, without being owned. */
    void askReplayed(Question asked) {
        parts.world().startVirtual("perdure-query", () -> asked.askReplayed(this));
    }

    // ---- for the lookout ----

    boolean keepsChain(UUID chain) {
        return keepers.containsKey(chain);
    }

    /** There is something in the inboxes of these chains. */
    void readInboxes(Set<UUID> chains) {
        inboxes.call(chains.stream().map(keepers::get).filter(Objects::nonNull).toList());
    }

    /** What runs could not do while the lease was in doubt, they may do now. */
    void goOn() {
        keepers.values().forEach(Keeper::postGoOn);
    }

    /** This node has been ended: what it has in memory is others' by now. */
    void loseAll() {
        keepers.values().forEach(keeper -> keeper.postLeave(starter -> starter.complete(REFUSED)));
    }

    void evictIdle() {
        if (!admission.isCacheNearlyFull()) {
            return;
        }
        long since = parts.world().nanoTime() - TimeUnit.MINUTES.toNanos(1);
        keepers.values().forEach(keeper -> keeper.postEviction(since));
    }

    /** Keeps runs for which there are places. They are known at once, and read elsewhere. */
    void keep(List<RunRow> rows) {
        List<Keeper> fresh = new ArrayList<>(rows.size());
        for (RunRow row : rows) {
            Keeper keeper = keeper(row);
            keepers.put(row.chain(), keeper);
            fresh.add(keeper);
        }
        if (!fresh.isEmpty()) {
            parts.world().startVirtual("perdure-load", () -> load(fresh));
        }
    }

    /** For a run that this node can run, or could when it was claimed. */
    private Keeper keeper(RunRow row) {
        return repertoire.find(row.workflow()).orElse(null) instanceof Repertoire.KnownActivity activity
                ? new ActivityKeeper(this, row, activity) : new RunKeeper(this, row);
    }

    private void load(List<Keeper> fresh) {
        Map<UUID, Store.Loaded> loaded = Map.of();
        try {
            loaded = parts.store().load(fresh.stream().map(Keeper::row).toList(), UNITS_AT_FIRST);
        } catch (RuntimeException failed) {
            LOG.debug("runs could not be read together, so each is read by itself", failed);
        }
        for (Keeper keeper : fresh) {
            keeper.postLoad(loaded.get(keeper.row().incarnation()));
        }
    }

    /** Null if nothing is left of the run: then it was another node's meanwhile, and has ended. */
    Store.@Nullable Loaded read(RunRow row) {
        return parts.store().launch(row.incarnation()).map(launch -> new Store.Loaded(launch, List.of(), false,
                parts.store().attempts(row.incarnation()), true)).orElse(null);
    }

    private void keepAnyway(RunRow row) {
        admission.takeAnyway(row.workflow());
        keep(List.of(row));
    }

    // ---- for keepers ----

    /** There may be something in the inbox of a run that is here. */
    void readInbox(Keeper keeper) {
        inboxes.call(List.of(keeper));
    }

    /** Whether a run of a name may be kept here at once; if so its place is taken. */
    boolean hasPlaceFor(String name) {
        return !closing && repertoire.find(name).isPresent() && admission.take(Set.of(name), 1) == 1;
    }

    /** A run for which a place was taken has been made, and is this node's. */
    void keepMade(Write.Start made, UUID owner) {
        NewRun run = made.run();
        Keeper keeper = keeper(RunRow.kept(run, owner));
        keepers.put(run.chain(), keeper);
        keeper.postLoad(new Store.Loaded(run, List.of(), true, List.of(), !made.messages().isEmpty()));
    }

    /** The parent of a run, if it is here. */
    @Nullable RunKeeper keeperOf(Parent parent) {
        return keepers.get(parent.chain()) instanceof RunKeeper keeper
                && keeper.row().incarnation().equals(parent.incarnation()) ? keeper : null;
    }

    /** Runs may be this node's without being in memory. */
    void findLost() {
        lookout.findLost();
    }

    void keepSuccessor(NewRun run) {
        keepAnyway(RunRow.of(run, node()));
    }

    /** A run that this node owns and could not go on with: tried again from the store after a while. */
    void comeBackLater(RunRow row) {
        if (!closing) {
            parts.alarms().set(parts.world().currentMillis() + COME_BACK_MILLIS,
                    () -> parts.world().startVirtual("perdure-run", () -> comeBack(row)));
        }
    }

    private void comeBack(RunRow row) {
        try {
            parts.store().find(row.incarnation())
                    .filter(now -> node().equals(now.owner()) && !closing && !keepers.containsKey(row.chain()))
                    .ifPresent(this::keepAnyway);
        } catch (StoreException away) {
            comeBackLater(row);
        }
    }

    /** A run that nobody has in memory will come due. */
    void wakeAt(long time) {
        lookout.wakeAt(time);
    }

    /** A keeper leaves memory, and has given its place back. */
    void left(Keeper keeper, boolean unheard) {
        keepers.remove(keeper.row().chain(), keeper);
        if (unheard) {
            look(keeper.row().queue());
        }
    }

    /** A warm run leaves the cache. */
    void cooled() {
        admission.countWarm(-1);
    }

    /**
     * An active run waits and could stay in memory.
     *
     * @return whether it may; several may have come to their wait at once, and filled the cache since they asked
     */
    boolean warmed(RunRow row) {
        boolean full = isCacheFull(row.wakeAt());
        admission.countWarm(1);
        rested(row.workflow());
        return !full;
    }

    /** A run gives its place back. */
    void rested(String workflow) {
        if (admission.giveBack(Set.of(workflow), 1)) {
            lookout.look();
        }
    }

    /** A warm run wants to move; false if there is no place for it. */
    boolean mayMove(String workflow) {
        if (admission.take(Set.of(workflow), 1) == 0) {
            return false;
        }
        admission.countWarm(-1);
        return true;
    }

    /** Whether a run that now waits until a time had better leave memory at once. */
    boolean isCacheFull(long wakeAt) {
        return admission.isCacheFull() && wakeAt - parts.world().currentMillis() > TimeUnit.SECONDS.toMillis(2);
    }

    /** A run is nobody's now: it has finished, is stuck, or waits for long. */
    void released(RunRow row, @Nullable Command last) {
        lookout.hasRoom(row.queue());
        if (row.status() == RunStatus.STUCK) {
            LOG.warn("run '{}' is stuck: {}", row.runId(), row.problem());
            observer().runStuck(row.workflow(), row.runId(), row.problem());
            whenEnded.accept(row, last);
        } else if (row.status().isFinished()) {
            observer().runFinished(row.workflow(), row.runId(), row.status());
            whenEnded.accept(row, last);
        } else {
            wakeAt(row.wakeAt());
            observer().runEvicted(row.workflow(), row.runId());
        }
    }

    void unwind(LiveRun live) {
        int left = live.unwind(UNWIND_NANOS, parts.world()::nanoTime);
        if (left > 0) {
            LOG.warn("{} fibers of run '{}' did not end within {} s of being unwound and were left alone. Code that "
                    + "catches Throwable in a loop, or blocks in a finally block, does that", left, live.plan().runId(),
                    TimeUnit.NANOSECONDS.toSeconds(UNWIND_NANOS));
        }
    }

    LiveRun.Plan plan(NewRun launch) {
        if (!(repertoire.find(launch.workflow()).orElse(null) instanceof Repertoire.KnownWorkflow known)) {
            throw new IllegalStateException("run '" + launch.runId() + "' is of workflow '" + launch.workflow()
                    + "', which this node no longer knows");
        }
        return new LiveRun.Plan(launch.runId(), launch.incarnation(), known.definition(), known.body(), launch.input(),
                launch.headers(), settings.payloads());
    }

    StepCall call(LiveRun.Plan plan, OpenStep step, RunRow run) {
        StepSpec<?> spec = step.spec();
        String workflow = plan.workflow().name();
        return new StepCall(plan.runId(), workflow, step.at(), spec, step.body(),
                step.idempotencyKey(plan.incarnation()),
                spec.retry() != null ? spec.retry() : settings.retryOf(workflow, spec.isAtMostOnce()),
                spec.timeout() != null ? spec.timeout() : settings.timeout(), settings.payloads(),
                step.body() instanceof OpenStep.InTransaction<?> transaction
                        ? new Transacting((SqlStore) store(), run, transaction.body()) : null);
    }

    StepCall call(Repertoire.KnownActivity known, RunRow run, StepBody<?> body) {
        Activity<?, ?> activity = known.definition();
        return new StepCall(run.runId(), activity.name(), Attempt.WHOLE_RUN,
                StepSpec.of(activity.name(), activity.output()), body, run.incarnation() + "/" + activity.name(),
                activity.retry() == null ? settings.retryOf(activity.name(), false) : activity.retry(),
                timeout(activity), settings.payloads(), null);
    }

    @Nullable Duration timeout(Activity<?, ?> activity) {
        return activity.timeout() == null ? settings.timeout() : activity.timeout();
    }

    Store store() {
        return parts.store();
    }

    GroupCommitter committer() {
        return parts.committer();
    }

    Alarms alarms() {
        return parts.alarms();
    }

    World world() {
        return parts.world();
    }

    Settings settings() {
        return settings;
    }

    EngineObserver observer() {
        return settings.observer();
    }

    Attempting.Surroundings around() {
        return around;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether steps may be begun: not while the engine closes, nor while others may have taken its runs. */
    boolean mayBeginSteps() {
        return !closing && lookout.holdsLease();
    }

    // ---- the end ----

    /** Starts no step and takes no run from now on. What is under way goes on. */
    public void beginClosing() {
        closing = true;
    }

    /**
     * Waits until no step body is running.
     *
     * @param nanos how long at most
     * @return false if one still is
     */
    public boolean awaitQuiet(long nanos) {
        await(nanos, () -> around.underWay().sum() == 0);
        return around.underWay().sum() == 0;
    }

    /**
     * Waits until what the last steps have brought is durable.
     *
     * @param nanos how long at most
     */
    public void drain(long nanos) {
        await(nanos, () -> keepers.values().stream().allMatch(Keeper::isIdle));
    }

    private void await(long nanos, BooleanSupplier condition) {
        long begun = parts.world().nanoTime();
        World.Gate nobody = parts.world().gate();
        while (!condition.getAsBoolean() && parts.world().nanoTime() - begun < nanos) {
            nobody.pass(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /**
     * Takes every run out of memory. Attempts still under way are interrupted and what they come to is dropped.
     *
     * @param nanos how long to wait for fibers to end
     */
    public void close(long nanos) {
        closing = true;
        lookout.close();
        watchdog.close();
        keepers.values().forEach(keeper -> keeper.postLeave(
                starter -> starter.completeExceptionally(StoreException.engineClosed())));
        await(nanos, keepers::isEmpty);
        lookout.awaitEnd(nanos);
    }

    /**
     * How many runs are in memory.
     *
     * @return active and warm ones
     */
    public int liveRuns() {
        return keepers.size();
    }
}
