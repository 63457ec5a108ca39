// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.RetryPolicy;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An agent: a model says what to do next, tools do it, until the model has an answer. Each thought and each call of a
 * tool is a step, so none is paid for twice, whatever crashes. What cannot be taken back waits for a human, for days if
 * need be, and costs nothing meanwhile.
 */
public final class Agent {

    static final Workflow<String, String> AGENT = Workflow.named("agent", String.class, String.class);

    private static final int MOST_THOUGHTS = 20;

    private final Model model;
    private final Tools tools;

    Agent(Model model, Tools tools) {
        this.model = model;
        this.tools = tools;
    }

    /** What the model wants: a tool with an argument, or, without a tool, to answer. */
    record Thought(String tool, String text) {
    }

    record Verdict(String by, boolean allowed) {
    }

    /** A language model, or what stands for one. */
    interface Model {
        Thought next(List<String> transcript) throws Exception;
    }

    /** What the agent can do. The key is the same each time a call is repeated. */
    interface Tools {
        String call(String tool, String argument, String idempotencyKey) throws Exception;

        /** Whether a human has to be asked first. */
        boolean isDangerous(String tool);
    }

    String run(WorkflowContext ctx, String task) {
        List<String> transcript = new ArrayList<>(List.of("task: " + task));
        StepSpec<Thought> thinking = StepSpec.of("think", Thought.class)
                .retry(RetryPolicy.exponential(Duration.ofMillis(100), 8)).timeout(Duration.ofMinutes(2));
        for (int i = 0; i < MOST_THOUGHTS; i++) {
            ctx.publish("transcript", transcript);
            Thought thought = ctx.step(thinking, step -> model.next(List.copyOf(transcript)));
            if (thought.tool().isEmpty()) {
                return thought.text();
            }
            transcript.add(thought.tool() + "(" + thought.text() + "): " + (mayCall(ctx, thought)
                    ? ctx.step(thought.tool(), String.class,
                            step -> tools.call(thought.tool(), thought.text(), step.idempotencyKey()))
                    : "a human has refused this"));
        }
        return "gave up after " + MOST_THOUGHTS + " thoughts";
    }

    private boolean mayCall(WorkflowContext ctx, Thought thought) {
        if (!tools.isDangerous(thought.tool())) {
            return true;
        }
        ctx.publish("question", "May I " + thought.tool() + " " + thought.text() + "?");
        Optional<Verdict> verdict = ctx.signals("verdict", Verdict.class).receive(Duration.ofDays(3));
        return verdict.isPresent() && verdict.get().allowed();
    }

    // ---- a model and tools that do as if ----

    static final Model SCRIPTED = transcript -> switch (transcript.size()) {
        case 1 -> new Thought("search", "unpaid invoices of customer 7");
        case 2 -> new Thought("refund", "invoice 12");
        default -> new Thought("", "done after " + transcript.getLast());
    };

    static final Tools OFFICE = new Tools() {
        @Override
        public String call(String tool, String argument, String idempotencyKey) {
            return tool.equals("search") ? "invoice 12 over 40.00" : "refunded";
        }

        @Override
        public boolean isDangerous(String tool) {
            return tool.equals("refund");
        }
    };

    /**
     * Lets the agent work, and allows what it asks for.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Agent agent = new Agent(SCRIPTED, OFFICE);
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(AGENT, agent::run).start()) {
            RunHandle<String> run = engine.start(AGENT, "ticket-7", "customer 7 wants his money back");
            engine.signal("ticket-7", "verdict", new Verdict("Ada", true));
            System.out.println(run.result());
            System.out.println(run.read("transcript", List.class).orElseThrow());
        }
    }
}
