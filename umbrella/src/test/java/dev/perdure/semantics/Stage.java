// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.Payloads;
import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.engine.JournalText;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunView;
import dev.perdure.journal.Wait;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** One store, one clock, and one engine after the other: closed in good order, or crashed. */
final class Stage implements AutoCloseable {

    final Bell bell = new Bell();
    final Clockwork world = new Clockwork();
    final Ear ear = new Ear(bell);
    final Store disk;
    private final Backend backend;
    private final Client outside;
    private final List<Thread> ending = new ArrayList<>();
    private UnaryOperator<EngineBuilder> settings = builder -> builder;
    private FrailStore store;
    private Clockwork.Life life;
    private Engine engine;

    Stage(Backend backend, Path directory) {
        this.backend = backend;
        disk = backend.open(directory);
        outside = Client.connect(disk);
    }

    // ---- engines ----

    /** Settings for every engine from now on. */
    Stage with(UnaryOperator<EngineBuilder> more) {
        UnaryOperator<EngineBuilder> before = settings;
        settings = builder -> more.apply(before.apply(builder));
        return this;
    }

    /** Starts an engine that runs these workflows. */
    Engine start(Workflow.Implemented<?, ?>... workflows) {
        store = new FrailStore(disk, bell);
        life = world.life();
        EngineBuilder builder = settings.apply(Engine.builder().store(store).world(life).observer(ear)
                .closeDeadline(Duration.ZERO));
        for (Workflow.Implemented<?, ?> workflow : workflows) {
            builder.workflow(workflow);
        }
        engine = builder.start();
        return engine;
    }

    /** Closes the engine in good order; steps under way may end. */
    void stop() {
        engine.close(Bell.LIMIT);
    }

    Engine restart(Workflow.Implemented<?, ?>... workflows) {
        stop();
        return start(workflows);
    }

    /**
     * The engine is no more: whatever it still does reaches nobody, and what it had in memory is lost. Its threads end
     * in the background, where the bodies of its steps are interrupted.
     */
    void crash() {
        Engine crashed = engine;
        life.end();
        store.die();
        takeOver();
        ending.add(Thread.ofVirtual().name("crashed engine").start(() -> crashed.close(Duration.ZERO)));
    }

    /** What the present engine has belongs to the next one, whether it knows that or not. */
    void takeOver() {
        backend.end(disk, store.node());
    }

    Engine crashAndStart(Workflow.Implemented<?, ?>... workflows) {
        crash();
        return start(workflows);
    }

    Engine engine() {
        return engine;
    }

    /** The store as the present engine sees it. */
    FrailStore store() {
        return store;
    }

    /** A client of another process, as it were. */
    Client outside() {
        return outside;
    }

    // ---- runs ----

    <O> O result(RunHandle<O> run) {
        return run.result(Bell.LIMIT);
    }

    RunView view(String runId) {
        return outside.handle(runId).describe();
    }

    String journal(String runId) {
        return JournalText.of(outside.handle(runId).journal());
    }

    /** Waits until a run has heard everything and needs something new to move, or has ended. */
    void awaitRest(String runId) {
        until("run '" + runId + "' rests", () -> {
            // Where it stands is asked before and after: it may have heard meanwhile what was in its inbox at first.
            RunRow run = disk.find(runId).orElseThrow();
            return switch (run.status()) {
                case SUSPENDED -> run.wakeAt() > world.currentMillis() && disk.inbox(run.chain()).isEmpty()
                        && !isAboutToLearn(run) && disk.find(runId).orElseThrow().equals(run);
                case QUEUED -> run.wakeAt() > world.currentMillis();
                case RUNNING, PAUSED -> false;
                case COMPLETED, FAILED, CANCELLED, TERMINATED, STUCK, CONTINUED -> true;
            };
        });
    }

    /** Whether it waits for a fact that is known, or for a child that goes on: then something is on its way to it. */
    private boolean isAboutToLearn(RunRow run) {
        return disk.listening(run.incarnation()).stream().anyMatch(wanted -> disk.fact(wanted.fact()).isPresent())
                || Wait.parse(run.waiting()).stream().filter(wait -> wait.kind().equals("child")).anyMatch(wait ->
                        disk.find(wait.name().substring(wait.name().indexOf(' ') + 1))
                                .filter(child -> child.status() != RunStatus.SUSPENDED).isPresent());
    }

    /** The id of an activity of this name, once it waits for its next attempt. */
    String awaitPause(String activity) {
        until(activity + " waits for its next attempt", () -> paused(activity).isPresent());
        return paused(activity).orElseThrow().runId();
    }

    private Optional<RunView> paused(String activity) {
        RunFilter waiting = RunFilter.all().workflow(activity).status(RunStatus.SUSPENDED);
        return outside.list(waiting, 100).runs().stream().filter(run -> run.owner().isEmpty()).findFirst();
    }

    void awaitEvicted() {
        until("nothing is in memory", () -> engine.liveRuns() == 0);
    }

    void until(String what, BooleanSupplier condition) {
        bell.until(what, condition, this::standing);
    }

    /** Everything there is, for a failure's message. */
    private String standing() {
        StringBuilder all = new StringBuilder("heard: ").append(ear.heard()).append('\n');
        for (RunView run : outside.list(RunFilter.all(), 5).runs()) {
            all.append(run).append('\n').append(journal(run.runId()));
        }
        return all.toString();
    }

    static Payloads payloads() {
        return Payloads.found();
    }

    @Override
    public void close() throws InterruptedException {
        if (engine != null) {
            store.letWrite();
            store.letRead();
            store.comeBack();
            world.lookAgain();
            engine.close(Duration.ZERO);
        }
        for (Thread thread : ending) {
            thread.join();
        }
        outside.close();
        backend.close(disk);
    }
}
