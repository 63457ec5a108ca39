// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.store.Store;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.UnaryOperator;

/** An engine on a fresh store of its own, with a load on it. The engine is built as any application would build it. */
public final class LoadedEngine implements AutoCloseable {

    /** More runs than this in flight need more room than the engine gives by itself. */
    private static final int USUAL_ADMISSION = 10_000;

    private final BenchDirectory place;
    private final Address address;
    private final Store store;
    private final StepLoad load = new StepLoad();
    private final Engine engine;

    private LoadedEngine(StoreKind kind, BenchDirectory place, int runs, UnaryOperator<EngineBuilder> more)
            throws SQLException {
        this.place = place;
        this.address = place.address(kind, "engine");
        this.store = address.open();
        EngineBuilder builder = more.apply(Engine.builder().store(store).observer(load))
                .workflow(StepLoad.WORKFLOW, load::run);
        this.engine = (runs > USUAL_ADMISSION ? builder.maxActiveRuns(runs) : builder).start();
    }

    /**
     * Starts the engine and puts the load on.
     *
     * @param kind of store
     * @param place for its journals
     * @param runs how many to keep in flight
     * @return under full load
     */
    public static LoadedEngine start(StoreKind kind, BenchDirectory place, int runs) throws SQLException {
        return start(kind, place, runs, builder -> builder);
    }

    /**
     * The same with more workflows.
     *
     * @param kind of store
     * @param place for its journals
     * @param runs how many to keep in flight
     * @param more adds to the engine
     * @return under full load
     */
    public static LoadedEngine start(StoreKind kind, BenchDirectory place, int runs,
            UnaryOperator<EngineBuilder> more) throws SQLException {
        LoadedEngine loaded = new LoadedEngine(kind, place, runs, more);
        loaded.load.putOn(loaded.engine, runs);
        return loaded;
    }

    public StepLoad load() {
        return load;
    }

    public Engine engine() {
        return engine;
    }

    public Address address() {
        return address;
    }

    public Map<String, String> settings() {
        return store.settings();
    }

    /**
     * Takes the load off, lets everything end, and counts. What the store holds must be what the load has seen become
     * durable and what the engine has reported, to the entry: each run has {@value StepLoad#STEPS} steps and
     * {@value StepLoad#ENTRIES_BESIDE_STEPS} entries besides.
     *
     * @return what was counted
     */
    public Count settle() throws InterruptedException {
        load.takeOff();
        engine.close();
        long entries = store.countEntries();
        long runs = load.runsReported();
        long steps = load.stepsReported();
        long expected = steps + runs * StepLoad.ENTRIES_BESIDE_STEPS;
        boolean stepsAgree = steps == load.durableSteps() && steps == runs * StepLoad.STEPS;
        if (!stepsAgree || entries != expected) {
            throw new BrokenMeasurementException("the counts do not agree: the engine reported " + steps + " steps of "
                    + runs + " completed runs, the load saw " + load.durableSteps() + " durable ones; that makes "
                    + expected + " entries, and the store holds " + entries);
        }
        return new Count(steps, runs, entries);
    }

    /**
     * What one store held in the end.
     *
     * @param steps reported by the engine
     * @param runs reported by the engine
     * @param entries counted in the store
     */
    public record Count(long steps, long runs, long entries) {

        /** Nothing. */
        public static final Count NONE = new Count(0, 0, 0);

        public Count plus(Count other) {
            return new Count(steps + other.steps, runs + other.runs, entries + other.entries);
        }
    }

    /** Ends the engine, with or without its load, and deletes the file. */
    @Override
    public void close() {
        load.letGo();
        engine.close();
        store.close();
        place.forget(address);
    }
}
