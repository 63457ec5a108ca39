// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

// snippet:program
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;

public class Checkout {

    public record Order(String id, int cents) {}

    static final Workflow<Order, String> CHECKOUT = Workflow.named("checkout", Order.class, String.class);

    static String checkout(WorkflowContext ctx, Order order) {
        String charge = ctx.step("charge", String.class, step -> charge(order, step.idempotencyKey()));
        ctx.sleep(Duration.ofSeconds(10));
        ctx.step("receipt", step -> System.out.println("mailing the receipt of " + charge));
        return charge;
    }

    static String charge(Order order, String key) {
        System.out.println("charging " + order.cents() + " cents under the key " + key);
        return "charge-" + order.id();
    }

    public static void main(String... args) {
        try (var store = SqliteStore.open(Path.of("orders.db"));
                var engine = Engine.builder().store(store).workflow(CHECKOUT, Checkout::checkout).start()) {
            var run = engine.start(CHECKOUT, "order-4711", new Order("4711", 1999));
            System.out.println("done: " + run.result());
        }
    }
}
// end
