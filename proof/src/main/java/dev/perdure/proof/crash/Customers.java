// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.RunFinishedException;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Those who start runs and send messages: careful ones, who do it all again after a crash, under the same ids. Each is
 * a thread of its own.
 */
final class Customers {

    /** In the world's time: far more than everything takes, and far less than a wait "for ever". */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Engine engine;
    private final OneThread world;
    private final Program program;
    private final Map<String, String> outcomes = new TreeMap<>();
    private int open;

    Customers(Engine engine, OneThread world, Program program) {
        this.engine = engine;
        this.world = world;
        this.program = program;
    }

    /** Returns when all runs have ended, or when they ought to have. */
    Map<String, String> serve() {
        send("early", id -> everything(StartOptions.id(id), 0));
        send("order", id -> everything(StartOptions.id(id), 12));
        send("slow", id -> everything(StartOptions.id(id), 90));
        send("delayed", id -> everything(StartOptions.id(id).delay(Duration.ofMillis(30)), 25));
        send("dropped", this::cancelled);
        long until = world.currentMillis() + PATIENCE.toMillis();
        while (open > 0 && world.currentMillis() < until) {
            world.pause(20);
        }
        if (open > 0) {
            outcomes.replaceAll((id, outcome) -> outcome.isEmpty() ? "hangs: " + explain(id) : outcome);
        }
        return outcomes;
    }

    private void send(String runId, Function<String, String> customer) {
        open++;
        outcomes.put(runId, "");
        world.startVirtual("customer of " + runId, () -> {
            String outcome;
            try {
                outcome = customer.apply(runId);
            } catch (RuntimeException failed) {
                outcome = "the customer failed: " + failed;
            }
            outcomes.put(runId, outcome.replaceAll("\\s+", " "));
            open--;
        });
    }

    private String explain(String runId) {
        try {
            return engine.handle(runId).explain().replaceAll("\\s+", " ");
        } catch (RuntimeException failed) {
            return failed.toString().replaceAll("\\s+", " ");
        }
    }

    private String everything(StartOptions options, long pause) {
        Workflow<String, String> workflow = program.everything();
        world.pause(pause);
        RunHandle<String> run = engine.start(workflow, options, "");
        world.pause(pause);
        signal(options.runId(), "go", "a");
        world.pause(pause);
        signal(options.runId(), "more", "b");
        return end(run);
    }

    private void signal(String runId, String name, String value) {
        try {
            engine.signal(runId, name, value, runId + "/" + name);
        } catch (RunFinishedException already) {
            // It ended in an earlier life, so it has heard this one.
        }
    }

    private String cancelled(String runId) {
        RunHandle<String> run = engine.start(program.cancelled(), runId, "a seat");
        while (run.read(Program.RESERVED, Boolean.class).isEmpty() && !run.describe().status().isFinished()) {
            world.pause(10);
        }
        if (!run.describe().status().isFinished()) {
            run.cancel("changed my mind");
        }
        return end(run);
    }

    private static String end(RunHandle<String> run) {
        String result;
        try {
            result = run.result();
        } catch (WorkflowFailedException failed) {
            result = failed.failure().type();
        }
        return run.describe().status() + " [" + result + "] phase " + run.read("phase", String.class) + " unread "
                + run.describe().unread();
    }
}
