// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.SecondProcess;
import dev.perdure.benchmarks.load.Sleepers;
import dev.perdure.engine.Engine;
import dev.perdure.store.Store;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process of the recover bench. The first one fills the store; each later one recovers what the one before left when
 * it was killed. All wait in the middle of their steps to be killed themselves.
 */
final class RecoverProcess {

    static final Workflow<Integer, Void> STUBBORN = Workflow.named("stays-in-its-step", Integer.class);

    private final int moving;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong firstBegun = new AtomicLong();
    private final AtomicLong lastBegun = new AtomicLong();
    private final CountDownLatch allBegun = new CountDownLatch(1);

    private RecoverProcess(int moving) {
        this.moving = moving;
    }

    /**
     * Runs until it is killed.
     *
     * @param arguments {@code fill}, {@code recover} or {@code inherit}, the address of the store, how many runs sleep
     *     and how many move
     */
    public static void main(String... arguments) throws InterruptedException {
        SecondProcess.orders();
        Address address = Address.parse(arguments[1]);
        int sleeping = Integer.parseInt(arguments[2]);
        RecoverProcess process = new RecoverProcess(Integer.parseInt(arguments[3]));
        switch (arguments[0]) {
            case "fill" -> process.fill(address, sleeping);
            case "inherit" -> process.inherit(address);
            default -> process.recover(address);
        }
        // What it has begun it never ends.
        new CountDownLatch(1).await();
    }

    private void fill(Address address, int sleeping) throws InterruptedException {
        Engine engine = start(address.open());
        Sleepers.putToBed(engine, 0, sleeping);
        for (int i = 0; i < moving; i++) {
            engine.start(STUBBORN, "stubborn-" + i, i);
        }
        allBegun.await();
        SecondProcess.tell("filled");
    }

    private void recover(Address address) throws InterruptedException {
        long before = System.nanoTime();
        start(address.open());
        double ready = (System.nanoTime() - before) / 1e6;
        allBegun.await();
        double firstMove = (firstBegun.get() - before) / 1e6;
        double allMoved = (lastBegun.get() - before) / 1e6;
        SecondProcess.tell("recovered " + ready + " " + firstMove + " " + allMoved);
    }

    /** Is there already when the owner of the runs is killed. */
    private void inherit(Address address) throws InterruptedException {
        start(address.open());
        SecondProcess.tell("ready");
        allBegun.await();
        long nanos = System.nanoTime();
        long now = System.currentTimeMillis();
        SecondProcess.tell("inherited " + (now - (nanos - firstBegun.get()) / 1_000_000) + " "
                + (now - (nanos - lastBegun.get()) / 1_000_000));
    }

    private Engine start(Store store) {
        return Sleepers.on(Engine.builder().store(store).maxActiveRuns(Math.max(moving, 10_000)))
                .workflow(STUBBORN, Workflow.Body.of(this::stay)).start();
    }

    private void stay(WorkflowContext ctx, Integer number) {
        ctx.step("stay", step -> {
            long now = System.nanoTime();
            int nth = begun.incrementAndGet();
            if (nth == 1) {
                firstBegun.set(now);
            }
            if (nth == moving) {
                lastBegun.set(now);
                allBegun.countDown();
            }
            new CountDownLatch(1).await();
        });
    }
}
