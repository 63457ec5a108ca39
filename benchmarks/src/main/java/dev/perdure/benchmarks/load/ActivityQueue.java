// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import dev.perdure.Activity;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.benchmarks.lab.Address;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunStarter.Launch;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Standalone activities in a queue of Perdure's. Their results are kept. */
public final class ActivityQueue implements LoadedQueue {

    private static final Activity<Integer, Integer> JOB = Activity.named("job", Integer.class, Integer.class);
    private static final RunFilter LEFT =
            RunFilter.all().status(RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUSPENDED);

    private final Address address;
    private final Queue queue;
    private final Store store;
    private final Client client;
    private final LongAdder done = new LongAdder();
    private final Deque<AutoCloseable> nodes = new ArrayDeque<>();

    /**
     * Opens a store, and puts the queue in it.
     *
     * @param address of the store
     * @param queue with its limits
     */
    public ActivityQueue(Address address, Queue queue) {
        this.address = address;
        this.queue = queue;
        this.store = address.open();
        this.client = Client.connect(store);
    }

    /**
     * What decides what a commit costs.
     *
     * @return by name
     */
    public Map<String, String> settings() {
        return store.settings();
    }

    @Override
    public void enqueue(int jobs) {
        List<Launch<Integer>> launches = new ArrayList<>(jobs);
        for (int i = 0; i < jobs; i++) {
            launches.add(new Launch<>(StartOptions.none().queue(queue.name()), i));
        }
        client.startAll(JOB, launches);
    }

    @Override
    public void start(int count) {
        for (int i = 0; i < count; i++) {
            Store own = address.open();
            nodes.push(own);
            nodes.push(Engine.builder().store(own).queue(queue).activity(JOB, (ctx, number) -> {
                done.increment();
                return number;
            }).start());
        }
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public boolean isEmpty() {
        return client.count(LEFT) == 0;
    }

    @Override
    public void close() throws Exception {
        while (!nodes.isEmpty()) {
            nodes.pop().close();
        }
        client.close();
        store.close();
    }
}
