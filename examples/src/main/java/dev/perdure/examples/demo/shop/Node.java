// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import dev.perdure.EngineObserver;
import dev.perdure.engine.Engine;
import dev.perdure.store.Store;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The node's process: the engine and the checkout workflow, and nothing about being killed, because there is nothing to
 * do about it. {@code Node DIRECTORY DATABASE PAUSE-MILLIS}. The first line on standard input is the provider's port,
 * so that the two may start at the same time; the second one, whatever it says, ends the node. It says under which id
 * it works, again when that is another one.
 */
public final class Node {

    private static final int LOOK_MILLIS = 200;

    private Node() {
    }

    /**
     * Runs the engine until it is told to stop, or killed.
     *
     * @param args the work directory, the address of the database, and the pause before shipping
     * @throws InterruptedException if interrupted, which nobody does
     */
    public static void main(String[] args) throws InterruptedException {
        WorkDirectory directory = new WorkDirectory(Path.of(args[0]));
        Duration pause = Duration.ofMillis(Long.parseLong(args[2]));
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        Lifeline.attach(told::add);
        Receivers receivers = new Receivers(directory, () -> Lifeline.tell("repeated"));
        try (Store store = new Database(args[1]).open()) {
            Payments payments = new Payments(URI.create("http://127.0.0.1:" + told.take()));
            Checkout checkout = new Checkout(payments, receivers, pause);
            try (Engine engine = Engine.builder().store(store).workflow(Checkout.CHECKOUT, checkout::run)
                    .observer(new Reporter()).start()) {
                work(engine, told);
            }
        }
        // The lifeline would wait for the end of its input.
        System.exit(0);
    }

    /** Whoever stood still for longer than the lease goes on under another id. */
    private static void work(Engine engine, BlockingQueue<String> told) throws InterruptedException {
        UUID known = null;
        do {
            if (!engine.nodeId().equals(known)) {
                known = engine.nodeId();
                Lifeline.tell("ready " + known);
            }
        } while (told.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS) == null);
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
