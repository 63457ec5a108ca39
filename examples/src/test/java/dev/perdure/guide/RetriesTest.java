// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Failed;
import dev.perdure.RetryPolicy;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private final Store store = new MemoryStore();

    static final class CardDeclined extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CardDeclined(String message) {
            super(message);
        }
    }

    // snippet:policy
    static final StepSpec<String> CHARGE = StepSpec.of("charge", String.class)
            .retry(RetryPolicy.exponential(Duration.ofSeconds(1), 5)
                    .maxDelay(Duration.ofSeconds(10))
                    .jitter(0.2)
                    .notOn(CardDeclined.class)
                    .onlyIf(failure -> failure.message() == null || !failure.message().contains("fraud")));
    // end

    @Test
    void a_failed_attempt_is_followed_by_another() {
        AtomicInteger calls = new AtomicInteger();
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        StepSpec<String> quick = StepSpec.of("fetch", String.class).retry(RetryPolicy.fixed(Duration.ofMillis(5), 3));
        Workflow.Implemented<Void, String> fetch = Workflow.of("fetch", Void.class, String.class, (ctx, none) ->
                ctx.step(quick, step -> {
                    attempts.add(step.attempt());
                    if (calls.incrementAndGet() < 3) {
                        throw new IOException("no route");
                    }
                    return "rates";
                }));
        try (Engine engine = Engine.builder().store(store).workflow(fetch).start()) {
            assertThat(engine.start(fetch, null).result()).isEqualTo("rates");
        }
        assertThat(attempts).containsExactly(1, 2, 3);
    }

    @Test
    void a_failure_named_by_the_policy_is_final_at_once() {
        Workflow.Implemented<String, String> pay = Workflow.of("pay", String.class, String.class, (ctx, why) -> {
            try {
                return ctx.step(CHARGE, step -> {
                    throw why.equals("declined") ? new CardDeclined("no") : new IllegalStateException("maybe fraud");
                });
            } catch (StepFailedException failed) {
                return failed.attempts() + " " + failed.failure().type();
            }
        });
        try (Engine engine = Engine.builder().store(store).workflow(pay).start()) {
            assertThat(engine.start(pay, "declined").result()).isEqualTo("1 " + CardDeclined.class.getName());
            assertThat(engine.start(pay, "fraud").result()).isEqualTo("1 java.lang.IllegalStateException");
        }
    }

    @Test
    void the_other_side_may_say_when_to_come_back() {
        MovableClock clock = new MovableClock();
        AtomicInteger calls = new AtomicInteger();
        StepSpec<String> patient = StepSpec.of("call", String.class).retry(RetryPolicy.fixed(Duration.ofMillis(1), 3));
        Workflow.Implemented<Void, String> call = Workflow.of("call", Void.class, String.class, (ctx, none) ->
                ctx.step(patient, step -> {
                    if (calls.incrementAndGet() == 1) {
                        // snippet:retry-after
                        throw Failed.with("rate limited", null).retryAfter(Duration.ofMinutes(30));
                        // end
                    }
                    return "after " + Duration.between(step.firstScheduledAt(),
                            Instant.ofEpochMilli(clock.currentMillis())).toMinutes() + " min";
                }));
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(call).start()) {
            var run = engine.start(call, null);
            Await.untilSuspended(run);
            assertThat(run.explain()).contains("step 'call' has failed 1 time, last with dev.perdure.Failed: rate "
                    + "limited, next attempt ");
            clock.skip(Duration.ofMinutes(30));
            assertThat(run.result()).isEqualTo("after 30 min");
        }
    }

    @Test
    void an_engine_and_a_workflow_have_defaults() {
        AtomicInteger calls = new AtomicInteger();
        Workflow.Implemented<Void, Void> flaky = Workflow.of("flaky", ctx -> ctx.step("try", step -> {
            if (calls.incrementAndGet() % 2 == 1) {
                throw new IOException("once in a while");
            }
        }));
        Workflow.Implemented<Void, Void> strict = Workflow.of("strict", ctx -> ctx.step("try", step -> {
            throw new IOException("always");
        }));
        // snippet:defaults
        EngineBuilder builder = Engine.builder().store(store).workflow(flaky).workflow(strict)
                .defaultRetry(RetryPolicy.exponential(Duration.ofMillis(20), 4))
                .defaultRetry(strict, RetryPolicy.none())
                .defaultTimeout(Duration.ofSeconds(30));
        // end
        try (Engine engine = builder.start()) {
            engine.start(flaky, null).result();
            assertThatThrownBy(() -> engine.start(strict, null).result())
                    .hasMessageContaining("failed after 1 attempt");
        }
        assertThat(calls).hasValue(2);
    }
}
