// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.ActivityFailedException;
import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.Promise;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.Saga;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.proof.world.OneThread;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the runs do: every primitive, and in such a way that the result does not depend on when things happen. What
 * waits for a signal or a branch waits "for ever", and what waits for a time waits for nothing else.
 */
final class Program {

    /** The result says this of an at-most-once step that a kill may have cut off. */
    static final String UNKNOWN = "(unknown)";
    static final String DONE = "(done)";
    static final String AT_MOST_ONCE = "once";
    static final String RESERVED = "reserved";

    private static final Duration BLINK = Duration.ofMillis(20);
    private static final Duration FOR_EVER = Duration.ofHours(10);

    /** So much that a run's units are moved from the store's log into rows of their own. */
    private static final String LONG = "0123456789".repeat(200);

    /** So many that no run is taken for one that ends the process. */
    private static final int MANY = 1_000_000;

    private static final Activity<String, String> WEIGH = Activity.named("weigh", String.class, String.class)
            .retry(RetryPolicy.fixed(BLINK, 3));
    private static final Queue SCALES = Queue.named("scales").limit(1);
    private static final Queue SHUT = Queue.named("shut").limit(0);
    /** The one run that asks for something in vain, because looking whether it is too late takes many calls. */
    private static final String LATE = "order";

    private final Effects effects;
    private final Books books;
    /** Whose transaction has failed in this life: once for each run. */
    private final Set<String> failed = new HashSet<>();
    private @Nullable Engine engine;

    Program(Effects effects, Books books) {
        this.effects = effects;
        this.books = books;
    }

    /** Starts an engine that can run all this, the only one from now on. */
    Engine open(Store store, OneThread world) {
        // So small a cache that runs leave memory all the time.
        engine = Engine.builder().store(store).workflow(everything()).workflow(cancelled()).workflow(letter())
                .workflow(parcel()).activity(WEIGH, this::weigh).queue(SCALES).queue(SHUT).world(world)
                .cacheSize(1).recoveryLimit(MANY).start();
        return engine;
    }

    Workflow.Implemented<String, String> everything() {
        return Workflow.of("everything", String.class, String.class,
                (ctx, input) -> input.isEmpty() ? first(ctx) : second(ctx, input));
    }

    /** Reserves, waits for ever, and cleans up when it is cancelled. */
    Workflow.Implemented<String, String> cancelled() {
        return Workflow.of("cancelled", String.class, String.class, (ctx, input) -> {
            try {
                return Saga.run(ctx, saga -> {
                    saga.onFailure(StepSpec.of("undo"), step -> effects.happen(step, 1, "undone"));
                    ctx.step("reserve", step -> effects.happen(step, 1, input));
                    ctx.publish(RESERVED, true);
                    return ctx.signals("never", String.class).receive();
                });
            } catch (CancelledException asked) {
                ctx.runShielded(inside -> inside.step("clean up", step -> effects.happen(step, 1, "clean")));
                throw asked;
            }
        });
    }

    /** What is started within transactions. */
    Workflow.Implemented<String, String> letter() {
        return Workflow.of("letter", String.class, String.class, (ctx, input) -> {
            ctx.step("deliver", step -> effects.happen(step, 1, input));
            return "delivered " + input;
        });
    }

    /** What a run calls; it calls in turn. */
    Workflow.Implemented<String, String> parcel() {
        return Workflow.of("parcel", String.class, String.class, (ctx, sender) -> {
            ctx.step("wrap", step -> effects.happen(step, "parcel of " + sender, 1, sender));
            ctx.emitEvent(wrapped(sender), " wrapped");
            ctx.signal(sender, "parcel", " sent");
            return ctx.call(WEIGH, "parcel of " + sender);
        });
    }

    private String weigh(ActivityContext ctx, String what) {
        effects.happen(ctx, what, 1, what);
        ctx.heartbeat(what);
        if (ctx.attempt() == 1) {
            throw new IllegalStateException("the first attempt always fails");
        }
        return " weighed" + ctx.attempt() + ctx.progress(String.class).equals(Optional.of(what));
    }

    /** The name of the letter that a run sends. */
    static String letterOf(String runId) {
        return "letter-" + runId;
    }

    private String first(WorkflowContext ctx) throws Exception {
        StringBuilder seen = new StringBuilder();
        seen.append(ctx.step(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(BLINK, 3)), step -> {
            effects.happen(step, 1, "flaky");
            if (step.attempt() == 1) {
                throw new IllegalStateException("the first attempt always fails");
            }
            return "flaky" + step.attempt();
        }));
        seen.append(ctx.sideEffect("host", String.class, inside -> " host"));
        seen.append(withdraw(ctx));
        ctx.publish("phase", "first");
        Channel<String> channel = ctx.channel(1);
        Promise<String> sender = ctx.async("sender", fiber -> {
            ctx.sleep(BLINK);
            // Chance is the same again in each life: a step that is repeated asks for the same thing.
            String token = ctx.uuid() + " " + ctx.random().nextLong();
            String sent = ctx.step("send", String.class, step -> {
                effects.happen(step, 1, token);
                return " sent" + LONG;
            });
            channel.send(" one");
            channel.send(" two");
            channel.close();
            return sent.substring(0, 5);
        });
        Promise<String> beside = ctx.async("beside", fiber -> ctx.step("beside", String.class, step -> {
            effects.happen(step, 1, "beside");
            return " beside" + LONG;
        }));
        for (Optional<String> word = channel.receive(); word.isPresent(); word = channel.receive()) {
            seen.append(word.get());
        }
        seen.append(' ').append(ctx.signals("go", String.class).receive()).append(sender.get());
        seen.append(beside.get(), 0, 7).append(" version").append(ctx.version("change", 1, 2));
        return ctx.continueAsNew(seen.toString());
    }

    private String second(WorkflowContext ctx, String input) throws Exception {
        StringBuilder seen = new StringBuilder(input).append(" |");
        Signals<String> more = ctx.signals("more", String.class);
        Timer late = ctx.timer(FOR_EVER);
        Promise<String> loser = ctx.async("loser", fiber -> {
            ctx.sleep(FOR_EVER);
            return "lost";
        });
        Selection won = ctx.select(late, more, loser);
        seen.append(' ').append(won.is(more) ? won.value(more) : "nothing");
        won.cancelPending();
        seen.append(ctx.signals("silence", String.class).receive(BLINK).isPresent() ? " heard" : " silence");
        List<String> both = Promise.all(List.of(part(ctx, "left"), part(ctx, "right"))).get();
        both.forEach(seen::append);
        AtomicBoolean told = new AtomicBoolean();
        Promise<Void> teller = ctx.runAsync(fiber -> {
            ctx.sleep(BLINK);
            told.set(true);
        });
        seen.append(ctx.await(told::get, FOR_EVER)).append(ctx.await(() -> false, BLINK));
        teller.get();
        seen.append(once(ctx)).append(post(ctx)).append(send(ctx)).append(saga(ctx));
        seen.append(ctx.signals("go", String.class).tryReceive().isPresent() || more.tryReceive().isPresent()
                ? " a message twice" : " nothing twice");
        ctx.publish("phase", "second");
        return seen.toString();
    }

    private Promise<String> part(WorkflowContext ctx, String name) {
        return ctx.async(name, fiber -> {
            // Asked for again, it must be the same: what the code has heard is durable before a step begins.
            String heard = ctx.now().toString();
            return ctx.step(name, String.class, step -> {
                effects.happen(step, 2, heard);
                return " " + name;
            });
        });
    }

    /** Exactly once: it sees itself and nothing that it did before. */
    private String withdraw(WorkflowContext ctx) {
        String what = ctx.info().runId() + " withdraws";
        return ctx.transaction("withdraw", String.class, connection -> {
            books.enter(connection, what);
            return " withdrawn:" + books.count(connection, what);
        });
    }

    /** The first attempt of a life is rolled back with all that it did. The attempts cannot be counted out by kills. */
    private String post(WorkflowContext ctx) {
        String runId = ctx.info().runId();
        String what = runId + " posts";
        return ctx.transaction(StepSpec.of("post", String.class).retry(RetryPolicy.forever(BLINK)), connection -> {
            books.enter(connection, what);
            engine.within(connection).start(letter(), letterOf(runId), what);
            if (failed.add(runId)) {
                throw new IllegalStateException("the first attempt always fails");
            }
            return " posted:" + books.count(connection, what);
        });
    }

    private String once(WorkflowContext ctx) {
        String heard = ctx.now().toString();
        try {
            ctx.run(StepSpec.of(AT_MOST_ONCE).atMostOnce(), step -> effects.happen(step, 2, heard));
            return DONE;
        } catch (OutcomeUnknownException cutOff) {
            return UNKNOWN;
        }
    }

    /** By two runs that have no names: a child, and an activity beside it. */
    private String send(WorkflowContext ctx) {
        String runId = ctx.info().runId();
        Promise<String> parcel = ctx.start(parcel(), runId);
        Promise<String> weighed = ctx.start(WEIGH.queue(SCALES.name()), "letter of " + runId);
        return parcel.get() + weighed.get() + ctx.awaitEvent(wrapped(runId), String.class)
                + ctx.signals("parcel", String.class).receive() + (runId.equals(LATE) ? late(ctx) : "");
    }

    private static String wrapped(String sender) {
        return "wrapped:" + sender;
    }

    /** By nobody, because the queue lets nobody in. */
    private static String late(WorkflowContext ctx) {
        try {
            return ctx.call(WEIGH.queue(SHUT.name()).startWithin(BLINK), "nothing");
        } catch (ActivityFailedException late) {
            return " late:" + late.status();
        }
    }

    private String saga(WorkflowContext ctx) throws Exception {
        String heard = ctx.now().toString();
        try {
            return Saga.run(ctx, saga -> {
                saga.onFailure(StepSpec.of("take back"), step -> effects.happen(step, 2, heard));
                ctx.step("fails", step -> {
                    effects.happen(step, 2, heard);
                    throw new IllegalStateException("always");
                });
                return " impossible";
            });
        } catch (StepFailedException failed) {
            return " failed:" + failed.step();
        }
    }
}
