// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The first example: a checkout that survives its process. Run it, kill it during the pause, run it again: the charge
 * is not made twice. Run it once more: the run has finished, and its receipt is there at once.
 */
public final class Checkout {

    // snippet:checkout-definition
    static final Workflow<Order, Receipt> CHECKOUT = Workflow.named("checkout", Order.class, Receipt.class);
    // end

    record Order(String id, String email, long cents) {
    }

    record Receipt(String charge) {
    }

    /** Takes money; knows an idempotency key again. */
    interface Payments {
        String charge(Order order, String idempotencyKey);
    }

    /** Sends mail. */
    interface Mail {
        void sendReceipt(Order order, String charge);
    }

    // snippet:checkout-implementation
    private final Payments payments;
    private final Mail mail;

    Checkout(Payments payments, Mail mail) {
        this.payments = payments;
        this.mail = mail;
    }

    Receipt run(WorkflowContext ctx, Order order) {
        String charge = ctx.step("charge", String.class, step -> payments.charge(order, step.idempotencyKey()));
        ctx.sleep(Duration.ofSeconds(2)); // or 30 days: a run that waits is a row in a table
        ctx.step("receipt", step -> mail.sendReceipt(order, charge));
        return new Receipt(charge);
    }
    // end

    /**
     * Checks out one order.
     *
     * @param args the database file; {@code orders.db} without
     */
    public static void main(String[] args) {
        Path file = Path.of(args.length > 0 ? args[0] : "orders.db");
        Payments payments = (order, key) -> {
            System.out.println("charging " + order.cents() + " cents, idempotency key " + key);
            return "ch-1";
        };
        Mail mail = (order, charge) -> System.out.println("mailing the receipt of " + charge + " to " + order.email());
        Checkout checkout = new Checkout(payments, mail);
        Order order = new Order("order-4711", "ada@example.com", 4_990);

        // snippet:checkout-start
        try (SqliteStore store = SqliteStore.open(file);
                Engine engine = Engine.builder().store(store).workflow(CHECKOUT, checkout::run).start()) {
            RunHandle<Receipt> run = engine.start(CHECKOUT, order.id(), order);
            Receipt receipt = run.result();
            System.out.println(receipt);
        }
        // end
    }
}
