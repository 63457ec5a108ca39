// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AgentTest {

    private final MemoryStore store = new MemoryStore();
    private final AtomicInteger thoughts = new AtomicInteger();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private final Agent agent = new Agent(transcript -> {
        thoughts.incrementAndGet();
        return Agent.SCRIPTED.next(transcript);
    }, new Agent.Tools() {
        @Override
        public String call(String tool, String argument, String idempotencyKey) throws Exception {
            calls.add(tool);
            return Agent.OFFICE.call(tool, argument, idempotencyKey);
        }

        @Override
        public boolean isDangerous(String tool) {
            return Agent.OFFICE.isDangerous(tool);
        }
    });

    private Engine open() {
        return Engine.builder().store(store).workflow(Agent.AGENT, agent::run).start();
    }

    @Test
    void a_human_allows_what_cannot_be_taken_back_and_no_thought_is_paid_for_twice() {
        try (Engine engine = open()) {
            engine.start(Agent.AGENT, "ticket-7", "money back");
            awaitQuestion(engine.handle(Agent.AGENT, "ticket-7"));
        }
        assertThat(calls).containsExactly("search");
        try (Engine engine = open()) {
            RunHandle<String> run = engine.handle(Agent.AGENT, "ticket-7");
            engine.signal("ticket-7", "verdict", new Agent.Verdict("Ada", true));
            assertThat(run.result()).isEqualTo("done after refund(invoice 12): refunded");
        }
        assertThat(calls).containsExactly("search", "refund");
        assertThat(thoughts).hasValue(3);
    }

    @Test
    void what_a_human_refuses_is_not_done_and_the_model_is_told() {
        try (Engine engine = open()) {
            RunHandle<String> run = engine.start(Agent.AGENT, "ticket-7", "money back");
            engine.signal("ticket-7", "verdict", new Agent.Verdict("Ada", false));
            assertThat(run.result()).contains("a human has refused this");
            assertThat(calls).containsExactly("search");
        }
    }

    private static void awaitQuestion(RunHandle<String> run) {
        while (run.read("question", String.class).isEmpty()) {
            Thread.onSpinWait();
        }
    }
}
