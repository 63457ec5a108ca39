// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.Saga;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

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

    private final Effects effects;

    Program(Effects effects) {
        this.effects = effects;
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
        seen.append(once(ctx)).append(saga(ctx));
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

    private String once(WorkflowContext ctx) {
        String heard = ctx.now().toString();
        try {
            ctx.run(StepSpec.of(AT_MOST_ONCE).atMostOnce(), step -> effects.happen(step, 2, heard));
            return DONE;
        } catch (OutcomeUnknownException cutOff) {
            return UNKNOWN;
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
