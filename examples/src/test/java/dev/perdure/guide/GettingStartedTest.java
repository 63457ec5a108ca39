// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GettingStartedTest {

    // snippet:types
    record Order(String id, String customer, int cents) {}

    record Receipt(String charge) {}
    // end

    // snippet:definition
    static final Workflow<Order, Receipt> CHECKOUT = Workflow.named("checkout", Order.class, Receipt.class);
    // end

    interface Payments {
        String charge(Order order, String key);
    }

    interface Mail {
        void sendReceipt(Order order, String charge);
    }

    // snippet:implementation
    static final class Checkout {

        private final Payments payments;
        private final Mail mail;

        Checkout(Payments payments, Mail mail) {
            this.payments = payments;
            this.mail = mail;
        }

        Receipt run(WorkflowContext ctx, Order order) {
            String charge = ctx.step("charge", String.class, step -> payments.charge(order, step.idempotencyKey()));
            ctx.sleep(Duration.ofMillis(200));
            ctx.step("receipt", step -> mail.sendReceipt(order, charge));
            return new Receipt(charge);
        }
    }
    // end

    @TempDir
    Path directory;

    @Test
    void an_order_is_charged_and_gets_its_receipt() {
        Path file = directory.resolve("orders.db");
        List<String> mails = new ArrayList<>();
        Checkout checkout = new Checkout((order, key) -> "charge-" + order.id(),
                (order, charge) -> mails.add(order.customer() + ": " + charge));
        // snippet:engine
        try (SqliteStore store = SqliteStore.open(file);
                Engine engine = Engine.builder().store(store).workflow(CHECKOUT, checkout::run).start()) {
            RunHandle<Receipt> run = engine.start(CHECKOUT, "order-4711", new Order("4711", "ada", 1999));
            Receipt receipt = run.result();
            assertThat(receipt.charge()).isEqualTo("charge-4711");
        }
        // end
        assertThat(mails).containsExactly("ada: charge-4711");

        // snippet:client
        try (SqliteStore store = SqliteStore.open(file); Client client = Client.connect(store)) {
            Receipt receipt = client.handle(CHECKOUT, "order-4711").result();
            assertThat(receipt.charge()).isEqualTo("charge-4711");
        }
        // end
    }

    @Test
    void definition_and_code_may_be_one() {
        // snippet:both
        Workflow.Implemented<String, String> greet =
                Workflow.of("greet", String.class, String.class, (ctx, name) -> "hello " + name);
        Workflow.Implemented<Void, Void> tick = Workflow.of("tick", ctx -> ctx.step("tick", step -> { }));
        // end
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(greet).workflow(tick)
                .start()) {
            assertThat(engine.start(greet, "ada").result()).isEqualTo("hello ada");
            assertThat(engine.start(tick, null).result()).isNull();
        }
    }
}
