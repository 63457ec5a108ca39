// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The snippets of events.md. */
class EventsTest {

    record Payment(String how, long cents) {}

    private static final Workflow.Implemented<String, String> SHIP = Workflow.of("ship", String.class, String.class,
            (ctx, invoice) -> {
                // snippet:await
                Payment payment = ctx.awaitEvent("invoice-" + invoice + "-paid", Payment.class);
                // end
                return "shipped for " + payment.how();
            });

    private static final Workflow.Implemented<String, String> REMIND = Workflow.of("remind", String.class, String.class,
            (ctx, invoice) -> {
                // snippet:timeout
                Optional<Payment> inTime = ctx.awaitEvent("invoice-" + invoice + "-paid", Payment.class,
                        Duration.ofDays(14));
                // end
                return inTime.map(Payment::how).orElse("reminded");
            });

    private static final Workflow.Implemented<String, Void> CASH = Workflow.of("cash", String.class, (ctx, invoice) -> {
        // snippet:emit
        ctx.emitEvent("invoice-" + invoice + "-paid", new Payment("cash", 1200));
        // end
    });

    @Test
    void d6_runs_wait_for_what_a_run_emits() {
        MovableClock clock = new MovableClock();
        try (Engine engine = Engine.builder().store(new MemoryStore()).world(clock).workflow(SHIP).workflow(REMIND)
                .workflow(CASH).start()) {
            RunHandle<String> before = engine.start(SHIP, "7");
            RunHandle<String> late = engine.start(REMIND, "8");
            Await.until("it waits", () -> late.explain().contains("'invoice-8-paid'"));
            engine.start(CASH, "7").result();
            assertThat(before.result()).isEqualTo("shipped for cash");
            assertThat(engine.start(REMIND, "7").result()).isEqualTo("cash");
            clock.skip(Duration.ofDays(14));
            assertThat(late.result()).isEqualTo("reminded");
        }
    }

    @Test
    void d6_a_client_emits_once_and_reads() {
        MemoryStore store = new MemoryStore();
        try (Client client = Client.connect(store)) {
            // snippet:client
            boolean first = client.emitEvent("invoice-7-paid", new Payment("card", 1200));
            Optional<Payment> known = client.event("invoice-7-paid", Payment.class);
            // end
            assertThat(first).isTrue();
            assertThat(known).contains(new Payment("card", 1200));
            assertThat(client.emitEvent("invoice-7-paid", new Payment("cash", 1))).isFalse();
        }
    }
}
