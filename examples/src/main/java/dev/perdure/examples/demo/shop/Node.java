// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import dev.perdure.EngineObserver;
import dev.perdure.engine.Engine;
import dev.perdure.store.sqlite.SqliteStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The node's process: the engine and the checkout workflow, and nothing about being killed, because there is nothing to
 * do about it. {@code Node DIRECTORY PROVIDER-PORT PAUSE-MILLIS}.
 */
public final class Node {

    private Node() {
    }

    /**
     * Runs the engine until it is told to stop, or killed.
     *
     * @param args the work directory, the provider's port, and the pause before shipping
     * @throws InterruptedException if interrupted, which nobody does
     */
    public static void main(String[] args) throws InterruptedException {
        WorkDirectory directory = new WorkDirectory(Path.of(args[0]));
        Payments payments = new Payments(URI.create("http://127.0.0.1:" + args[1]));
        CountDownLatch stop = new CountDownLatch(1);
        Lifeline.attach(line -> stop.countDown());
        try (Receivers receivers = Receivers.open(directory, () -> Lifeline.tell("repeated"));
                SqliteStore store = SqliteStore.open(directory.database())) {
            Checkout checkout = new Checkout(payments, receivers, Duration.ofMillis(Long.parseLong(args[2])));
            try (Engine engine = Engine.builder().store(store).workflow(Checkout.CHECKOUT, checkout::run)
                    .observer(new Reporter()).start()) {
                Lifeline.tell("ready");
                stop.await();
            }
        }
        // The lifeline would wait for the end of its input.
        System.exit(0);
    }

    /** Tells the coordinator what it counts. */
    private static final class Reporter implements EngineObserver {

        @Override
        public void runReplayed(String workflow, String runId, long entries) {
            Lifeline.tell("replayed " + entries);
        }

        @Override
        public void runStuck(String workflow, String runId, String report) {
            System.err.println("run " + runId + " is stuck: " + report);
        }
    }
}
