// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import dev.perdure.RetryPolicy;
import dev.perdure.Saga;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepContext;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import java.io.IOException;
import java.time.Duration;

/**
 * The workflow of the demo: ordinary Java, from the reservation to the receipt. It knows nothing of crashes.
 *
 * <p>Each step hands its idempotency key on to whoever it asks, because a step that was cut off by a kill is carried
 * out again.
 */
public final class Checkout {

    /** The definition, which is all that the coordinator needs to start one. */
    public static final Workflow<Order, Outcome> CHECKOUT = Workflow.named("checkout", Order.class, Outcome.class);

    /** The warehouse found everything. */
    public static final String PACKED = "packed";

    /** The warehouse found an empty shelf. */
    public static final String OUT_OF_STOCK = "out-of-stock";

    // A provider that fails is asked again until it does its work: money is never left in between.
    private static final RetryPolicy PATIENCE =
            RetryPolicy.forever(Duration.ofMillis(100)).maxDelay(Duration.ofSeconds(1)).jitter(0.3);
    private static final StepSpec<String> CHARGE =
            StepSpec.of("charge", String.class).retry(PATIENCE).timeout(Duration.ofSeconds(5));
    private static final StepSpec<Void> REFUND = StepSpec.of("refund").retry(PATIENCE).timeout(Duration.ofSeconds(5));
    private static final StepSpec<Void> RELEASE = StepSpec.of("release").retry(PATIENCE);

    private final Payments payments;
    private final Receivers receivers;
    private final Duration pause;

    /**
     * The workflow with its collaborators.
     *
     * @param payments asks the payment provider
     * @param receivers the stock room, the carrier, the mail server
     * @param pause how long the parcel waits for the carrier's van
     */
    public Checkout(Payments payments, Receivers receivers, Duration pause) {
        this.payments = payments;
        this.receivers = receivers;
        this.pause = pause;
    }

    /**
     * How a checkout ended.
     *
     * @param order which order
     * @param end "shipped" or "refunded"
     * @param reference the provider's name for the charge, or what was missing
     */
    public record Outcome(String order, String end, String reference) {
    }

    /**
     * What the warehouse signals.
     *
     * @param order which order
     * @param where the parcel's place, or the empty shelf
     */
    public record Finding(String order, String where) {
    }

    /**
     * The workflow.
     *
     * @param ctx everything it may ask of the world
     * @param order what to check out
     * @return how it ended
     * @throws Exception if it fails for a reason that is not foreseen here
     */
    public Outcome run(WorkflowContext ctx, Order order) throws Exception {
        try {
            // If anything goes wrong from here on, what is registered is taken back, last first.
            return Saga.run(ctx, saga -> {
                saga.onFailure(RELEASE, step -> enter(Entry.Kind.RELEASED, order, step));
                ctx.step("reserve", step -> enter(Entry.Kind.RESERVED, order, step));

                saga.onFailure(REFUND, step -> payments.refund(order, step.idempotencyKey()));
                String charge = ctx.step(CHARGE, step -> payments.charge(order, step.idempotencyKey()));

                awaitWarehouse(ctx);
                ctx.sleep(pause);

                ctx.step("ship", step -> enter(Entry.Kind.SHIPPED, order, step));
                ctx.step("receipt", step -> enter(Entry.Kind.MAILED, order, step));
                return new Outcome(order.id(), "shipped", charge);
            });
        } catch (OutOfStock missing) {
            return new Outcome(order.id(), "refunded", missing.getMessage());
        }
    }

    private static void awaitWarehouse(WorkflowContext ctx) throws OutOfStock {
        Signals<Finding> packed = ctx.signals(PACKED, Finding.class);
        Signals<Finding> outOfStock = ctx.signals(OUT_OF_STOCK, Finding.class);
        Selection first = ctx.select(packed, outOfStock);
        if (first.is(outOfStock)) {
            throw new OutOfStock(first.value(outOfStock).where());
        }
    }

    private void enter(Entry.Kind kind, Order order, StepContext step) throws IOException {
        receivers.enter(kind, order.id(), step.idempotencyKey());
    }

    /** The branch that compensates. */
    private static final class OutOfStock extends Exception {

        private static final long serialVersionUID = 1L;

        OutOfStock(String where) {
            super("nothing left on " + where);
        }
    }
}
