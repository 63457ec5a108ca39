// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadingTest {

    private final Store store = new MemoryStore();

    @Test
    void a_published_value_is_read_from_anywhere() {
        Workflow.Implemented<Void, Void> importing = Workflow.of("import", ctx -> {
            for (int done = 0; done <= 2; done++) {
                // snippet:publish
                ctx.publish("progress", done);
                // end
                ctx.signals("next", Boolean.class).receive();
            }
        });
        try (Engine engine = Engine.builder().store(store).workflow(importing).start();
                Client client = Client.connect(store)) {
            engine.start(importing, "import-1", null);
            engine.signal("import-1", "next", true);
            engine.signal("import-1", "next", true);
            RunHandle<?> run = client.handle("import-1");
            Await.until("it has come to 2", () -> run.read("progress", Integer.class).equals(Optional.of(2)));
            engine.signal("import-1", "next", true);
            run.result();
            // snippet:read
            Optional<Integer> progress = client.handle("import-1").read("progress", Integer.class);
            // end
            assertThat(progress).contains(2);
        }
    }

    @Test
    void a_query_asks_the_code() {
        Workflow.Implemented<Void, Integer> cart = Workflow.of("cart", Void.class, Integer.class, (ctx, none) -> {
            // snippet:query
            Map<String, Integer> quantities = new HashMap<>();
            ctx.query("quantity", String.class, item -> quantities.getOrDefault(item, 0));
            // end
            var items = ctx.signals("item", String.class);
            for (String item = items.receive(); !item.equals("checkout"); item = items.receive()) {
                quantities.merge(item, 1, Integer::sum);
            }
            return quantities.size();
        });
        try (Engine engine = Engine.builder().store(store).workflow(cart).start();
                Client client = Client.connect(store)) {
            RunHandle<Integer> run = engine.start(cart, "cart-1", null);
            run.signal("item", "hat");
            run.signal("item", "hat");
            // snippet:ask
            int hats = run.query("quantity", "hat", Integer.class);
            // end
            assertThat(hats).isBetween(0, 2);
            Await.until("both were heard", () -> run.query("quantity", "hat", Integer.class) == 2);
            run.signal("item", "checkout");
            assertThat(run.result()).isEqualTo(1);
            // A finished run still answers: its journal is replayed.
            assertThat(run.query("quantity", "hat", Integer.class)).isEqualTo(2);
            assertThatThrownBy(() -> client.handle("cart-1").query("quantity", "hat", Integer.class))
                    .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("needs the workflow's code");
        }
    }
}
