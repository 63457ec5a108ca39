// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import dev.perdure.EngineObserver;
import dev.perdure.engine.Engine;
import dev.perdure.store.sqlite.SqliteStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The node's process: the engine and the checkout workflow, and nothing about being killed, because there is nothing to
 * do about it. {@code Node DIRECTORY PAUSE-MILLIS}. The first line on standard input is the provider's port, so that
 * the two may start at the same time; the second one, whatever it says, ends the node.
 */
public final class Node {

    private Node() {
    }

    /**
     * Runs the engine until it is told to stop, or killed.
     *
     * @param args the work directory, and the pause before shipping
     * @throws InterruptedException if interrupted, which nobody does
     */
    public static void main(String[] args) throws InterruptedException {
        WorkDirectory directory = new WorkDirectory(Path.of(args[0]));
        Duration pause = Duration.ofMillis(Long.parseLong(args[1]));
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        Lifeline.attach(told::add);
        try (Receivers receivers = Receivers.open(directory, () -> Lifeline.tell("repeated"));
                SqliteStore store = SqliteStore.open(directory.database())) {
            Payments payments = new Payments(URI.create("http://127.0.0.1:" + told.take()));
            Checkout checkout = new Checkout(payments, receivers, pause);
            try (Engine engine = Engine.builder().store(store).workflow(Checkout.CHECKOUT, checkout::run)
                    .observer(new Reporter()).start()) {
                Lifeline.tell("ready");
                told.take();
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
