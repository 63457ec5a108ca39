// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The snippets of headers.md. */
class HeadersTest {

    private static final Workflow.Implemented<String, String> ORDER = Workflow.of("order", String.class, String.class,
            (ctx, item) -> {
                // snippet:read
                Map<String, String> headers = ctx.info().headers();
                String receipt = ctx.step("charge", String.class, step ->
                        charge(item, headers.get("tenant"), headers.get("traceparent")));
                // end
                return receipt;
            });

    private static String charge(String item, String tenant, String trace) {
        return item + " for " + tenant + " in " + trace.split("-")[1];
    }

    @Test
    void b6_the_code_reads_what_it_was_started_with() {
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(ORDER).start()) {
            assertThat(
                    // snippet:start
                    engine.start(ORDER, StartOptions.id("order-7")
                            .header("tenant", "acme")
                            .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), "hat")
                    // end
                            .result()).isEqualTo("hat for acme in 4bf92f3577b34da6a3ce929d0e0e4736");
        }
    }
}
