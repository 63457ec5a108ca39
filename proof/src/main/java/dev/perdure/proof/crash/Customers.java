// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.proof.world.OneThread;
import dev.perdure.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Those who start runs and send messages: careful ones, who do it all again after a crash, under the same ids. Each is
 * a thread of its own. In the middle of it all the engine is closed in good order, and another one started.
 */
final class Customers {

    /** In the world's time: far more than everything takes, and far less than a wait "for ever". */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** By then some runs wait, and some are in the middle of a step. */
    private static final long CLOSED_AFTER_MILLIS = 100;
    private static final long BLINK_MILLIS = 5;
    private static final Instant FIRST_TICK = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant SECOND_TICK = Instant.parse("2000-01-02T00:00:00Z");

    private final Supplier<Engine> opening;
    private final OneThread world;
    private final Program program;
    private final Books books;
    private final Map<String, String> outcomes = new TreeMap<>();
    private Engine engine;
    private int open;

    Customers(Supplier<Engine> opening, OneThread world, Program program, Books books) {
        this.opening = opening;
        this.world = world;
        this.program = program;
        this.books = books;
        this.engine = opening.get();
    }

    /** Returns when all runs have ended, or when they ought to have, and the engine is closed. */
    Map<String, String> serve() {
        send("early", id -> everything(StartOptions.id(id), 0));
        send("order", id -> everything(StartOptions.id(id), 12));
        send("slow", id -> everything(StartOptions.id(id), 90));
        send("delayed", id -> everything(StartOptions.id(id).delay(Duration.ofMillis(30)), 25));
        send("dropped", this::cancelled);
        send("paid", this::paid);
        send("regretted", this::regretted);
        send("daily", this::scheduled);
        long until = world.currentMillis() + PATIENCE.toMillis();
        world.pause(CLOSED_AFTER_MILLIS);
        engine.close();
        engine = opening.get();
        while (open > 0 && world.currentMillis() < until) {
            world.pause(20);
        }
        if (open > 0) {
            outcomes.replaceAll((id, outcome) -> outcome.isEmpty() ? "hangs: " + explain(id) : outcome);
        }
        engine.close();
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
        String runId = options.runId();
        world.pause(pause);
        insist(() -> engine.start(program.everything(), options, ""));
        world.pause(pause);
        signal(runId, "go", "a");
        world.pause(pause);
        String what = runId + " is told more";
        if (!books.has(what)) {
            insist(() -> books.transact(what,
                    connection -> engine.within(connection).signal(runId, "more", "b")));
        }
        return end(program.everything(), runId) + ", " + end(program.letter(), Program.letterOf(runId));
    }

    private void signal(String runId, String name, String value) {
        try {
            insist(() -> engine.signal(runId, name, value, runId + "/" + name));
        } catch (RunFinishedException already) {
            // It ended in an earlier life, so it has heard this one.
        }
    }

    private String cancelled(String runId) {
        RunHandle<String> run = insist(() -> engine.start(program.cancelled(), runId, "a seat"));
        while (run.read(Program.RESERVED, Boolean.class).isEmpty() && !run.describe().status().isFinished()) {
            world.pause(10);
        }
        if (!run.describe().status().isFinished()) {
            insist(() -> {
                engine.handle(runId).cancel("changed my mind");
                return true;
            });
        }
        return end(program.cancelled(), runId);
    }

    /** Started within a transaction of the customer's: it is there if his deed is. */
    private String paid(String runId) {
        String what = runId + " by the customer";
        if (!books.has(what)) {
            insist(() -> books.transact(what,
                    connection -> engine.within(connection).start(program.letter(), runId, what)));
        }
        return end(program.letter(), runId);
    }

    /** The same, but it comes to nothing. */
    private String regretted(String runId) {
        insist(() -> books.tryAndRollBack(runId,
                connection -> engine.within(connection).start(program.letter(), runId, runId)));
        world.pause(CLOSED_AFTER_MILLIS * 2);
        try {
            return "was never to be seen, and is " + insist(() -> engine.handle(runId).describe().status());
        } catch (RunNotFoundException right) {
            return "was never seen";
        }
    }

    /** A schedule makes up for two ticks, one after the other, and is deleted before its own next one. */
    private String scheduled(String name) {
        Schedule daily = Schedule.every(name, Duration.ofDays(1));
        insist(() -> engine.schedules().put(daily, program.letter(), name));
        insist(() -> engine.schedules().backfill(name, FIRST_TICK, SECOND_TICK));
        String outcome = endOf(daily.runId(FIRST_TICK)) + ", " + endOf(daily.runId(SECOND_TICK));
        insist(() -> engine.schedules().delete(name));
        return outcome;
    }

    /** Of a letter that will be there. */
    private String endOf(String runId) {
        while (true) {
            try {
                return end(program.letter(), runId);
            } catch (RunNotFoundException notYet) {
                world.pause(10);
            }
        }
    }

    private String end(Workflow<String, String> workflow, String runId) {
        return insist(() -> {
            RunHandle<String> run = engine.handle(workflow, runId);
            String result;
            try {
                result = run.result();
            } catch (WorkflowFailedException failed) {
                result = failed.failure().type();
            }
            return run.describe().status() + " [" + result + "] phase " + run.read("phase", String.class) + " unread "
                    + run.describe().unread();
        });
    }

    /** Does it again with the next engine, if this one is closed. */
    private <T> T insist(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (StoreException closed) {
                if (!closed.code().equals("engine_closed")) {
                    throw closed;
                }
                world.pause(BLINK_MILLIS);
            }
        }
    }
}
