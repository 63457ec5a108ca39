// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.ContextMisuseException;
import dev.perdure.RetryPolicy;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StepsTest {

    record Order(String id, List<String> items) {}

    private final Stock stock = new Stock();
    private final Store store = new MemoryStore();

    static final class Stock {
        final List<String> calls = new CopyOnWriteArrayList<>();

        String reserve(Order order) {
            calls.add("reserve " + order.id());
            return "r-" + order.id();
        }

        List<String> pack(Order order) {
            calls.add("pack");
            return order.items().stream().map(item -> "parcel of " + item).toList();
        }

        void ship(String parcel) {
            calls.add("ship " + parcel);
        }
    }

    // snippet:spec
    static final StepSpec<List<String>> PACK = StepSpec.of("pack", new TypeRef<List<String>>() {});
    // end

    @Test
    void steps_touch_the_world_once() {
        var deliver = Workflow.of("deliver", Order.class, String.class, (ctx, order) -> {
            // snippet:steps
            String reservation = ctx.step("reserve", String.class, step -> stock.reserve(order));
            List<String> parcels = ctx.step(PACK, step -> stock.pack(order));
            for (String parcel : parcels) {
                ctx.step("ship", step -> stock.ship(parcel));
            }
            // end
            return reservation;
        });
        try (Engine engine = Engine.builder().store(store).workflow(deliver).start()) {
            assertThat(engine.start(deliver, "d-1", new Order("1", List.of("hat", "bag"))).result()).isEqualTo("r-1");
            // The second start joins the first run: nothing happens again.
            assertThat(engine.start(deliver, "d-1", new Order("1", List.of("hat", "bag"))).result()).isEqualTo("r-1");
        }
        assertThat(stock.calls).containsExactly("reserve 1", "pack", "ship parcel of hat", "ship parcel of bag");
    }

    @Test
    void a_context_inside_a_step_is_refused() {
        Workflow.Implemented<Void, Void> wrong = Workflow.of("wrong", ctx -> ctx.step("outer", step -> {
            assertThatThrownBy(() -> ctx.step("inner", inner -> { })).isInstanceOf(ContextMisuseException.class)
                    .hasMessageContaining("is not a fiber of run 'w'");
        }));
        try (Engine engine = Engine.builder().store(store).workflow(wrong).start()) {
            engine.start(wrong, "w", null).result();
        }
    }

    @Test
    void an_attempt_that_takes_too_long_is_interrupted_and_made_again() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        Workflow.Implemented<Void, String> slow = Workflow.of("slow", Void.class, String.class, (ctx, none) -> {
            // snippet:timeout
            StepSpec<String> quote = StepSpec.of("quote", String.class)
                    .timeout(Duration.ofMillis(200))
                    .retry(RetryPolicy.fixed(Duration.ofMillis(10), 2));
            // end
            return ctx.step(quote, step -> {
                if (step.attempt() == 1) {
                    try {
                        never.await();
                    } catch (InterruptedException timeIsUp) {
                        interrupted.incrementAndGet();
                        throw timeIsUp;
                    }
                }
                return "9.90";
            });
        });
        try (Engine engine = Engine.builder().store(store).workflow(slow).start()) {
            assertThat(engine.start(slow, null).result()).isEqualTo("9.90");
        }
        Await.until("the first attempt was interrupted", () -> interrupted.get() == 1);
    }

    @Test
    void a_timeout_is_a_failure_like_others() {
        CountDownLatch never = new CountDownLatch(1);
        Workflow.Implemented<Void, Boolean> slow = Workflow.of("slow", Void.class, Boolean.class, (ctx, none) -> {
            try {
                ctx.run(StepSpec.of("wait").timeout(Duration.ofMillis(50)), step -> never.await());
                return false;
            } catch (StepFailedException failed) {
                return failed.failure().is(TimeoutException.class);
            }
        });
        try (Engine engine = Engine.builder().store(store).workflow(slow).start()) {
            assertThat(engine.start(slow, null).result()).isTrue();
        }
    }

    // snippet:provider
    /** A payment provider that knows which requests it has seen. */
    static final class Provider {

        private final Map<String, String> charges = new ConcurrentHashMap<>();
        private final AtomicInteger requests = new AtomicInteger();

        String charge(int cents, String key) {
            requests.incrementAndGet();
            return charges.computeIfAbsent(key, unseen -> "charge-" + cents);
        }
    }
    // end

    @Test
    void a_step_cut_off_after_its_effect_is_repeated_with_the_same_key() {
        Provider provider = new Provider();
        CountDownLatch charged = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        List<String> keys = new CopyOnWriteArrayList<>();
        Workflow.Implemented<Integer, String> pay = Workflow.of("pay", Integer.class, String.class, (ctx, cents) ->
                // snippet:key
                ctx.step("charge", String.class, step -> {
                    String charge = provider.charge(cents, step.idempotencyKey());
                    // end
                    keys.add(step.idempotencyKey());
                    if (keys.size() == 1) {
                        charged.countDown();
                        never.await();
                    }
                    return charge;
                }));
        Engine first = Engine.builder().store(store).workflow(pay).start();
        String incarnation = first.start(pay, "pay-1", 500).incarnation().toString();
        Await.until("the provider was asked", () -> charged.getCount() == 0);
        // As after a crash: the step is cut off, and what it came to is not recorded.
        assertThat(first.close(Duration.ZERO)).isFalse();

        try (Engine second = Engine.builder().store(store).workflow(pay).start()) {
            assertThat(second.handle(pay, "pay-1").result()).isEqualTo("charge-500");
        }
        assertThat(provider.requests).hasValue(2);
        assertThat(provider.charges).hasSize(1);
        assertThat(keys).hasSize(2).containsOnly(incarnation + "/main/charge/1");
    }
}
