// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.CancelRequest;
import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.ChildFailedException;
import dev.perdure.ChildRun;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.Saga;
import dev.perdure.Selection;
import dev.perdure.RunNotFoundException;
import dev.perdure.Signals;
import dev.perdure.StartOptions;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The workflows of the conversations, one for each primitive.
 *
 * <p>Golden journals were written by them: what is here may get neighbours, and is itself never changed, as the code of
 * a run in flight is not.
 */
class Plays {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    /** Where a step stands while a conversation says 'meanwhile'. */
    final Roadblock road = new Roadblock();
    private final AtomicInteger lingered = new AtomicInteger();
    private final int patience;

    /** Steps that linger are held up this often in all, and then no more. */
    Plays(int patience) {
        this.patience = patience;
    }

    /** The workflow of that name, which can also be asked whether all of it was replayed. */
    Workflow.Implemented<String, String> workflow(String play) {
        return Workflow.of("play", String.class, String.class, (ctx, input) -> {
            ctx.query("seen", String.class, question -> "replayed");
            return (String) Script.invoke(this, play, ctx, input);
        });
    }

    /** Holds up who touches the world, as long as the conversation wants. */
    final void linger() throws InterruptedException {
        if (lingered.incrementAndGet() <= patience) {
            road.pass();
        }
    }

    // ---- touching the world ----

    String step(WorkflowContext ctx, String input) {
        String price = ctx.step("price", String.class, step -> "12 EUR");
        ctx.step("charge", step -> { });
        ctx.sleep(HOUR);
        ctx.run(StepSpec.of("ship"), step -> { });
        return price;
    }

    String stepFailure(WorkflowContext ctx, String input) {
        try {
            ctx.step("charge", step -> {
                throw new IllegalStateException("no money", new ArithmeticException("limit"));
            });
            return "charged";
        } catch (StepFailedException failed) {
            ctx.sleep(HOUR);
            return failed.failure().message() + ", because of " + failed.failure().rootCause().message();
        }
    }

    String retry(WorkflowContext ctx, String input) {
        StepSpec<String> charge = StepSpec.of("charge", String.class).retry(RetryPolicy.exponential(HOUR, 5));
        return ctx.step(charge, step -> {
            if (step.attempt() < 3) {
                throw new IllegalStateException("the bank is away");
            }
            return "charged at attempt " + step.attempt();
        });
    }

    String stepTimeout(WorkflowContext ctx, String input) {
        StepSpec<String> ask = StepSpec.of("ask", String.class).timeout(MINUTE).retry(RetryPolicy.fixed(HOUR, 2));
        return ctx.step(ask, step -> {
            linger();
            return "answered at attempt " + step.attempt();
        });
    }

    String atMostOnce(WorkflowContext ctx, String input) {
        try {
            ctx.run(StepSpec.of("launch").atMostOnce(), step -> linger());
            return "launched";
        } catch (OutcomeUnknownException unknown) {
            ctx.sleep(HOUR);
            return "look at the sky";
        }
    }

    String stepCancelled(WorkflowContext ctx, String input) {
        try {
            ctx.run(StepSpec.of("charge").retry(RetryPolicy.fixed(HOUR, 5)), step -> {
                throw new IllegalStateException("the bank is away");
            });
            return "charged";
        } catch (CancelledException cancelled) {
            return "given up between two attempts";
        }
    }

    String stepsGivenUp(WorkflowContext ctx, String input) {
        List<Promise<Void>> orders = new ArrayList<>();
        for (String what : List.of("bread", "milk", "salt")) {
            orders.add(ctx.runAsync(branch -> branch.run(StepSpec.of("order " + what).retry(RetryPolicy.fixed(HOUR, 5)),
                    step -> {
                        throw new IllegalStateException("the shop is closed");
                    })));
        }
        ctx.sleep(HOUR.dividedBy(2));
        // The first is asked to stop last, and given up first all the same.
        orders.reversed().forEach(Promise::cancel);
        ctx.sleep(HOUR);
        return "nothing ordered";
    }

    String stepGivenUpFirst(WorkflowContext ctx, String input) {
        ctx.runAsync(branch -> branch.run(StepSpec.of("charge").retry(RetryPolicy.fixed(HOUR, 5)), step -> {
            throw new IllegalStateException("the bank is away");
        }));
        ctx.cancellation().get();
        ctx.runShielded(inside -> ctx.sleepUntil(ctx.now()));
        return "tidied up";
    }

    String idempotencyKey(WorkflowContext ctx, String input) {
        StepSpec<String> charge = StepSpec.of("charge", String.class).retry(RetryPolicy.fixed(HOUR, 3));
        return ctx.step(charge, step -> {
            if (step.attempt() == 1) {
                throw new IllegalStateException("sent with the key " + tail(step.idempotencyKey()));
            }
            return "sent again with the key " + tail(step.idempotencyKey());
        });
    }

    /** A key without the incarnation it begins with. */
    private static String tail(String key) {
        return key.substring(key.indexOf('/'));
    }

    String saga(WorkflowContext ctx, String input) throws Exception {
        return Saga.run(ctx, saga -> {
            saga.onFailure(StepSpec.of("refund"), step -> { });
            ctx.step("charge", step -> { });
            ctx.sleep(HOUR);
            saga.onFailure(StepSpec.of("unpack"), step -> { });
            ctx.step("pack", step -> { });
            ctx.step("ship", step -> {
                throw new IllegalStateException("no truck");
            });
            return "shipped";
        });
    }

    String sideEffect(WorkflowContext ctx, String input) {
        int[] calls = new int[1];
        String drawn = ctx.sideEffect("draw", String.class, inside -> "number " + ++calls[0]);
        ctx.sleep(HOUR);
        return drawn;
    }

    // ---- time and chance ----

    String timeAndChance(WorkflowContext ctx, String input) {
        String before = ctx.now() + " " + ctx.random().nextInt(100) + " " + ctx.uuid().version();
        ctx.sleep(HOUR);
        return before + ", then " + ctx.now();
    }

    String sleep(WorkflowContext ctx, String input) {
        ctx.sleep(HOUR.multipliedBy(24));
        ctx.sleepUntil(Instant.parse("2100-01-03T00:00:00Z"));
        return "awake at " + ctx.now();
    }

    String timer(WorkflowContext ctx, String input) {
        Timer late = ctx.timer(HOUR.multipliedBy(9));
        Timer early = ctx.timer(HOUR);
        Instant fired = early.get();
        boolean inTime = late.cancel();
        ctx.sleep(HOUR);
        return "fired at " + fired + ", the other called off in time: " + inTime;
    }

    String timersOfOneMoment(WorkflowContext ctx, String input) {
        Timer early = ctx.timer(HOUR);
        Timer a = ctx.timer(HOUR.multipliedBy(2));
        early.get();
        Timer b = ctx.timer(HOUR);
        Timer c = ctx.timer(HOUR);
        c.get();
        return "a has fired: " + a.isReady() + ", b has fired: " + b.isReady();
    }

    // ---- messages ----

    String signal(WorkflowContext ctx, String input) {
        Signals<String> items = ctx.signals("item", String.class);
        return items.receive() + " and " + items.receive();
    }

    String signalTimeout(WorkflowContext ctx, String input) {
        Signals<String> approvals = ctx.signals("approval", String.class);
        String first = approvals.receive(HOUR).orElse("nobody approved");
        String second = approvals.receive(HOUR).orElse("nobody approved again");
        return first + ", then " + second + ", then " + approvals.tryReceive().orElse("nothing more");
    }

    String publish(WorkflowContext ctx, String input) {
        ctx.publish("progress", "packing");
        ctx.sleep(HOUR);
        ctx.publish("progress", "shipped");
        return "done";
    }

    String query(WorkflowContext ctx, String input) {
        List<String> items = new ArrayList<>();
        ctx.query("items", String.class, question -> items);
        Signals<String> more = ctx.signals("item", String.class);
        items.add(more.receive());
        items.add(more.receive());
        return "sold " + items;
    }

    String signalToRun(WorkflowContext ctx, String input) {
        String refused;
        try {
            ctx.signal("nobody", "item", "lost");
            refused = "somebody is there";
        } catch (RunNotFoundException nobody) {
            refused = "nobody is there";
        }
        ctx.signal(ctx.info().runId(), "item", "from myself");
        ctx.sleep(HOUR);
        return refused + ", " + ctx.signals("item", String.class).receive();
    }

    String child(WorkflowContext ctx, String input) {
        Workflow<String, String> play = Workflow.named("play", String.class, String.class);
        switch (input) {
            case "a hat" -> {
                return "packed " + input;
            }
            case "a van" -> throw new IllegalStateException("no van");
            case "for ever" -> {
                return ctx.signals("never", String.class).receive();
            }
            default -> {
                String packed = ctx.start(play, StartOptions.id("packer"), "a hat").get();
                String sent;
                try {
                    sent = ctx.start(play, StartOptions.id("sender"), "a van").get();
                } catch (ChildFailedException failed) {
                    sent = failed.status() + ": " + failed.failure().message();
                }
                ChildRun<String> waiter = ctx.start(play, StartOptions.id("waiter"), "for ever");
                ctx.sleep(HOUR);
                return packed + ", " + sent + ", " + waiter.cancel();
            }
        }
    }

    String event(WorkflowContext ctx, String input) {
        ctx.emitEvent("begun", "first");
        ctx.emitEvent("begun", "second");
        Optional<String> inTime = ctx.awaitEvent("paid", String.class, HOUR);
        String begun = ctx.awaitEvent("begun", String.class);
        String paid = ctx.awaitEvent("paid", String.class);
        return "begun " + begun + ", paid in time: " + inTime.isPresent() + ", by " + paid;
    }

    // ---- branches ----

    String async(WorkflowContext ctx, String input) {
        Promise<String> first = ctx.async(fiber -> {
            fiber.sleep(HOUR.multipliedBy(2));
            return "slept";
        });
        Promise<String> second = ctx.async("shipping", fiber -> fiber.step("ship", String.class, step -> "shipped"));
        Promise<Void> third = ctx.runAsync(fiber -> fiber.signals("item", String.class).receive());
        third.get();
        return second.get() + " and " + first.get();
    }

    String allAnyRace(WorkflowContext ctx, String input) {
        Promise<String> a = ctx.async("a", fiber -> fiber.signals("a", String.class).receive());
        Promise<String> b = ctx.async("b", fiber -> fiber.signals("b", String.class).receive());
        Promise<String> broken = ctx.async("broken", fiber -> {
            throw new IllegalStateException("broken");
        });
        String any = Promise.any(List.of(broken, a, b)).get();
        String race = Promise.race(List.of(a, b)).get();
        return "any " + any + ", race " + race + ", all " + Promise.all(List.of(a, b, Promise.of("c"))).get();
    }

    String promiseTimeout(WorkflowContext ctx, String input) {
        Promise<String> answer = ctx.async("answer", fiber -> fiber.signals("answer", String.class).receive());
        boolean inTime = answer.await(HOUR);
        boolean cancelled = answer.cancel();
        try {
            return "answered " + answer.get();
        } catch (CancelledException gone) {
            return "in time: " + inTime + ", cancelled: " + cancelled;
        }
    }

    String select(WorkflowContext ctx, String input) {
        Signals<String> approvals = ctx.signals("approval", String.class);
        Timer deadline = ctx.timer(HOUR);
        Selection first = ctx.select(approvals, deadline);
        first.cancelPending();
        String won = first.is(deadline) ? "too late" : "approved by " + first.value(approvals);
        ctx.sleep(HOUR.multipliedBy(2));
        return won + ", pending were " + first.pending().size();
    }

    String condition(WorkflowContext ctx, String input) {
        List<String> seen = new ArrayList<>();
        ctx.runAsync(fiber -> {
            while (true) {
                seen.add(fiber.signals("item", String.class).receive());
            }
        });
        boolean inTime = ctx.await(() -> seen.size() >= 2, HOUR);
        ctx.await(() -> seen.size() >= 2);
        return "in time: " + inTime + ", " + seen;
    }

    String channel(WorkflowContext ctx, String input) {
        Channel<String> belt = ctx.channel(1);
        ctx.runAsync(fiber -> {
            belt.send("first");
            fiber.sleep(HOUR);
            belt.send("second");
            belt.close();
        });
        List<String> seen = new ArrayList<>();
        for (var next = belt.receive(); next.isPresent(); next = belt.receive()) {
            seen.add(next.get());
        }
        return seen + ", closed: " + belt.isClosed() + ", more: " + belt.tryReceive().isPresent();
    }

    // ---- stopping, changing, going on ----

    String cancellation(WorkflowContext ctx, String input) {
        Promise<CancelRequest> request = ctx.cancellation();
        Selection first = ctx.select(ctx.signals("item", String.class), request);
        return "asked to stop: " + first.value(request).reason();
    }

    String shield(WorkflowContext ctx, String input) {
        try {
            ctx.sleep(HOUR.multipliedBy(24));
            return "slept";
        } catch (CancelledException cancelled) {
            ctx.runShielded(inside -> {
                ctx.step("clean up", step -> { });
                ctx.sleep(HOUR);
            });
            throw cancelled;
        }
    }

    String version(WorkflowContext ctx, String input) {
        int before = ctx.version("packing", 0, 1);
        ctx.sleep(HOUR);
        return "version " + before + ", and still " + ctx.version("packing", 0, 1);
    }

    String continueAsNew(WorkflowContext ctx, String input) {
        String item = ctx.signals("item", String.class).receive();
        ctx.sleep(HOUR);
        return input.length() > 4 ? input + item : ctx.continueAsNew(input + item);
    }

    String info(WorkflowContext ctx, String input) {
        long before = ctx.info().journalSize();
        ctx.sleep(HOUR);
        return ctx.info().runId() + " of " + ctx.info().workflow() + " since " + ctx.info().startedAt()
                + ", entries: " + before + ", then " + ctx.info().journalSize();
    }
}
