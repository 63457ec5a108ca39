// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Workflows that call the world ten times in a row, by steps or by activities, on one node or two. Each node has a
 * store object, and so a pool of connections, of its own; both are in this process.
 */
public final class CallLoad implements AutoCloseable {

    /** How often each run calls. */
    public static final int CALLS = 10;

    private static final Workflow<Long, Charge> WORKFLOW = Workflow.named("ten-calls", Long.class, Charge.class);
    private static final Activity<Charge, Charge> CHARGE = Activity.named("charge", Charge.class, Charge.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /** What is called, and where it is done. */
    public enum Shape {
        /** Steps on each node. */
        STEPS,
        /** Activities, and each node has workflows and activities. */
        ACTIVITIES,
        /** Activities on another node than the workflows. */
        REMOTE_ACTIVITIES
    }

    private final Shape shape;
    private final List<Store> stores = new ArrayList<>();
    private final List<Engine> engines = new ArrayList<>();
    private final LongAdder called = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> drivers = new ArrayList<>();
    private volatile boolean stopping;

    private CallLoad(Shape shape) {
        this.shape = shape;
    }

    /**
     * Puts the load on.
     *
     * @param shape what is called
     * @param address of the database
     * @param nodes how many nodes
     * @param runs how many to keep in flight, on all nodes together
     * @return under full load
     */
    public static CallLoad start(Shape shape, Address address, int nodes, int runs) {
        CallLoad load = new CallLoad(shape);
        for (int node = 0; node < nodes; node++) {
            Store store = address.open();
            load.stores.add(store);
            EngineBuilder builder = Engine.builder().store(store);
            if (shape != Shape.REMOTE_ACTIVITIES || node == 0) {
                builder.workflow(WORKFLOW, load::run);
            }
            if (shape == Shape.ACTIVITIES || shape == Shape.REMOTE_ACTIVITIES && node == 1) {
                builder.activity(CHARGE, load::charge);
            }
            load.engines.add(builder.start());
        }
        int driven = shape == Shape.REMOTE_ACTIVITIES ? 1 : nodes;
        for (int i = 0; i < runs; i++) {
            Engine engine = load.engines.get(i % driven);
            long first = i;
            load.drivers.add(Thread.ofVirtual().name("load-" + i).start(() -> load.drive(engine, first, runs)));
        }
        return load;
    }

    private Charge run(WorkflowContext ctx, Long customer) {
        Charge last = Charge.of(customer, 0);
        for (int i = 0; i < CALLS; i++) {
            int number = i;
            Charge wanted = Charge.of(customer, number);
            last = shape == Shape.STEPS ? ctx.step("charge", Charge.class, step -> charge(null, wanted))
                    : ctx.call(CHARGE, wanted);
        }
        return last;
    }

    private Charge charge(@Nullable ActivityContext ctx, Charge wanted) {
        called.increment();
        return wanted;
    }

    private void drive(Engine engine, long first, int stride) {
        try {
            for (long customer = first; !stopping; customer += stride) {
                engine.start(WORKFLOW, customer).result();
                completed.increment();
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, t);
        }
    }

    /**
     * Lets the load run.
     *
     * @param time for how long
     * @return calls a second
     */
    public double callsPerSecond(Duration time) throws InterruptedException {
        long before = called.sum();
        long begun = System.nanoTime();
        Pause.of(time);
        return (called.sum() - before) * 1e9 / (System.nanoTime() - begun);
    }

    public Map<String, String> settings() {
        return stores.getFirst().settings();
    }

    /**
     * Starts nothing more, lets everything end, and counts: each run has called ten times, each call has left in the
     * journals what it should, and activities have left nothing else.
     *
     * @return how many runs have completed
     */
    public long settle() throws InterruptedException {
        stopping = true;
        for (Thread driver : drivers) {
            if (!driver.join(LONGEST_WAIT)) {
                throw new BrokenMeasurementException("a run did not end within " + LONGEST_WAIT.toSeconds() + " s");
            }
        }
        if (failure.get() != null) {
            throw new BrokenMeasurementException("a run of the load failed: " + failure.get(), failure.get());
        }
        engines.forEach(Engine::close);
        long runs = completed.sum();
        long entries = runs * (2 + CALLS * (shape == Shape.STEPS ? 1 : 2));
        Store store = stores.getFirst();
        if (called.sum() != runs * CALLS || store.countEntries() != entries
                || store.count(RunFilter.all()) != runs) {
            throw new BrokenMeasurementException(runs + " runs have called " + called.sum() + " times; there should be "
                    + entries + " entries, and there are " + store.countEntries() + "; and the store has "
                    + store.count(RunFilter.all()) + " runs");
        }
        return runs;
    }

    @Override
    public void close() {
        stopping = true;
        engines.forEach(Engine::close);
        stores.forEach(Store::close);
    }
}
