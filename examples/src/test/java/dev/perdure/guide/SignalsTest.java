// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.Signals;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignalsTest {

    record Approval(String by, boolean granted) {}

    private final Store store = new MemoryStore();

    @Test
    void a_run_waits_for_a_message() {
        Workflow.Implemented<Void, String> vacation = Workflow.of("vacation", Void.class, String.class, (ctx, none) -> {
            // snippet:receive
            Signals<Approval> approvals = ctx.signals("approval", Approval.class);
            Approval first = approvals.receive();
            Optional<Approval> second = approvals.receive(Duration.ofDays(7));
            // end
            return first.by() + " and " + second.map(Approval::by).orElse("nobody");
        });
        MovableClock clock = new MovableClock();
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(vacation).start()) {
            RunHandle<String> run = engine.start(vacation, "vacation-7", null);
            // snippet:send
            engine.signal("vacation-7", "approval", new Approval("ada", true));
            // end
            Await.until("the second is awaited", () -> run.explain().contains("until"));
            assertThat(run.explain()).startsWith("waiting for signal 'approval' since ");
            clock.skip(Duration.ofDays(7));
            assertThat(run.result()).isEqualTo("ada and nobody");

            assertThatThrownBy(() -> run.signal("approval", new Approval("bob", true)))
                    .isInstanceOf(RunFinishedException.class);
            assertThatThrownBy(() -> engine.signal("vacation-8", "approval", new Approval("bob", true)))
                    .isInstanceOf(RunNotFoundException.class);
        }
    }

    @Test
    void a_message_with_an_id_is_taken_once() {
        Workflow.Implemented<Void, Integer> count = Workflow.of("count", Void.class, Integer.class, (ctx, none) -> {
            Signals<Integer> numbers = ctx.signals("number", Integer.class);
            int sum = 0;
            for (int next = numbers.receive(); next != 0; next = numbers.receive()) {
                sum += next;
            }
            return sum;
        });
        try (Engine engine = Engine.builder().store(store).workflow(count).start()) {
            RunHandle<Integer> run = engine.start(count, "sum", null);
            // snippet:once
            boolean taken = engine.signal("sum", "number", 5, "message-1");
            boolean again = engine.signal("sum", "number", 5, "message-1");
            // end
            run.signal("number", 0);
            assertThat(taken).isTrue();
            assertThat(again).isFalse();
            assertThat(run.result()).isEqualTo(5);
        }
    }

    @Test
    void a_start_brings_its_first_message_along() {
        Workflow.Implemented<Void, String> cart = Workflow.of("cart", Void.class, String.class, (ctx, none) -> {
            // snippet:drain
            Signals<String> items = ctx.signals("item", String.class);
            ctx.signals("checkout", Boolean.class).receive();
            List<String> all = new ArrayList<>();
            for (Optional<String> item = items.tryReceive(); item.isPresent(); item = items.tryReceive()) {
                all.add(item.get());
            }
            // end
            return String.join(", ", all);
        });
        try (Engine engine = Engine.builder().store(store).workflow(cart).start()) {
            // snippet:with-start
            engine.start(cart, StartOptions.id("cart-ada").signal("item", "hat"), null);
            engine.start(cart, StartOptions.id("cart-ada").signal("item", "bag"), null);
            // end
            engine.signal("cart-ada", "checkout", true);
            assertThat(engine.handle(cart, "cart-ada").result()).isEqualTo("hat, bag");
        }
    }

    @Test
    void a_run_signals_another_through_a_step() {
        Workflow.Implemented<Void, String> listener = Workflow.of("listener", Void.class, String.class,
                (ctx, none) -> ctx.signals("news", String.class).receive());
        Workflow.Implemented<String, String> speaker = Workflow.of("speaker", String.class, String.class, (ctx, to) -> {
            // snippet:run-to-run
            try {
                ctx.signal(to, "news", "it rains");
                return "told";
            } catch (RunNotFoundException | RunFinishedException nobody) {
                return "nobody listens: " + nobody.getMessage();
            }
            // end
        });
        try (Engine engine = Engine.builder().store(store).workflow(listener).workflow(speaker).start()) {
            RunHandle<String> hears = engine.start(listener, "listener-1", null);
            assertThat(engine.start(speaker, "listener-1").result()).isEqualTo("told");
            assertThat(hears.result()).isEqualTo("it rains");
            assertThat(engine.start(speaker, "listener-1").result()).startsWith("nobody listens: ");
            assertThat(engine.start(speaker, "listener-2").result()).startsWith("nobody listens: ");
        }
    }
}
