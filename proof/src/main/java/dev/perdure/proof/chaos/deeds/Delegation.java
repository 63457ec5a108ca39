// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos.deeds;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.ActivityFailedException;
import dev.perdure.ChildRun;
import dev.perdure.ClosePolicy;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.EngineBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run asks of others: activities in queues with limits, one that somebody outside completes, one for each kind
 * of time-out, a child for each close policy, an event, and a signal that a child sends back. It ends with the same
 * words whatever befalls it.
 */
public final class Delegation {

    /** Who asks; given a number, which decides whose tenant it is. */
    public static final Workflow<Integer, String> DELEGATION =
            Workflow.named("delegation", Integer.class, String.class);
    /** What each ends with. */
    public static final String RESULT =
            "toiled served answered hurried woken late:CANCELLED endless:CANCELLED dawn hello";

    private static final Workflow<String, String> LODGER = Workflow.named("lodger", String.class, String.class);
    /** The runs of these queues are counted by {@code check.limits}. */
    private static final Queue FEW = Queue.named("few").limit(5);
    private static final Queue TENANTS = Queue.named("tenants").limitPerKey(1);
    private static final Queue CLOSED = Queue.named("closed").limit(0);
    private static final int TENANT_COUNT = 3;
    /** One run alone can fill the queue. */
    private static final int TOILS = 6;
    private static final Duration TOIL_TIME = Duration.ofMillis(100);

    private static final Duration BLINK = Duration.ofMillis(50);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final RetryPolicy FOR_EVER = RetryPolicy.forever(BLINK).maxDelay(Duration.ofSeconds(1));
    private static final Activity<String, String> TOIL = named("toil").queue(FEW.name());
    private static final Activity<String, String> SERVE = named("serve").queue(TENANTS.name());
    private static final Activity<String, String> ASK = named("ask");
    private static final Activity<String, String> HURRY = named("hurry").timeout(SHORT);
    private static final Activity<String, String> WAKE = named("wake").heartbeatTimeout(SHORT);
    private static final Activity<String, String> LATE = named("late").queue(CLOSED.name()).startWithin(SHORT);
    private static final Activity<String, String> ENDLESS = named("endless").finishWithin(SHORT);

    private final Effects effects;

    /**
     * Does it in this process.
     *
     * @param effects what it does to the world
     */
    public Delegation(Effects effects) {
        this.effects = effects;
    }

    private static Activity<String, String> named(String name) {
        return Activity.named(name, String.class, String.class).retry(FOR_EVER);
    }

    /**
     * Gives an engine all of it.
     *
     * @param builder of the engine
     * @return the same builder
     */
    public EngineBuilder known(EngineBuilder builder) {
        return builder.queue(FEW).queue(TENANTS).queue(CLOSED)
                .workflow(DELEGATION, Delegation::run).workflow(LODGER, Delegation::lodge)
                .activity(TOIL, (ctx, key) -> work(ctx, FEW, key, "toiled"))
                .activity(SERVE, (ctx, key) -> work(ctx, TENANTS, key, "served"))
                .activity(ASK, (ctx, nothing) -> {
                    effects.leave(ctx.completeLater());
                    return "ignored";
                })
                .activity(HURRY, (ctx, nothing) -> atSecondAttempt(ctx, "hurried"))
                .activity(WAKE, (ctx, nothing) -> atSecondAttempt(ctx, "woken"))
                .activity(LATE, (ctx, nothing) -> "too early")
                .activity(ENDLESS, (ctx, nothing) -> {
                    throw new IllegalStateException("never");
                });
    }

    private static String run(WorkflowContext ctx, Integer number) {
        String runId = ctx.info().runId();
        String tenant = "tenant-" + number % TENANT_COUNT;
        List<ChildRun<String>> toiled = new ArrayList<>();
        for (int i = 0; i < TOILS; i++) {
            toiled.add(ctx.start(TOIL, runId));
        }
        ChildRun<String> served = ctx.start(SERVE, StartOptions.none().key(tenant), tenant);
        ChildRun<String> answered = ctx.start(ASK, runId);
        ChildRun<String> hurried = ctx.start(HURRY, runId);
        ChildRun<String> woken = ctx.start(WAKE, runId);
        for (ClosePolicy policy : ClosePolicy.values()) {
            ctx.start(LODGER, StartOptions.id(lodger(runId, policy)).whenParentEnds(policy),
                    policy == ClosePolicy.ABANDON ? runId : "");
        }
        toiled.forEach(ChildRun::get);
        return String.join(" ", toiled.getLast().get(), served.get(), answered.get(), hurried.get(), woken.get(),
                failing(ctx, LATE), failing(ctx, ENDLESS), ctx.awaitEvent(dawn(runId), String.class),
                ctx.signals("hello", String.class).receive());
    }

    /** A lodger whom a parent has abandoned writes to it, and leaves when told to. */
    private static String lodge(WorkflowContext ctx, String parent) {
        if (!parent.isEmpty()) {
            ctx.signal(parent, "hello", "hello");
        }
        return ctx.signals("leave", String.class).receive();
    }

    /**
     * The name of a child.
     *
     * @param runId of its parent
     * @param policy what becomes of it when its parent ends
     * @return a run id
     */
    public static String lodger(String runId, ClosePolicy policy) {
        return runId + ":" + policy;
    }

    /**
     * The name of the event for which a run waits.
     *
     * @param runId which run
     * @return a name
     */
    public static String dawn(String runId) {
        return "dawn:" + runId;
    }

    private static String failing(WorkflowContext ctx, Activity<String, String> activity) {
        try {
            return ctx.call(activity, "");
        } catch (ActivityFailedException failed) {
            return failed.activity() + ":" + failed.status();
        }
    }

    private String work(ActivityContext ctx, Queue queue, String key, String result)
            throws SQLException, InterruptedException {
        long number = effects.begin(queue.name(), key, ctx.runId());
        Thread.sleep(TOIL_TIME);
        effects.end(number);
        return result;
    }

    private static String atSecondAttempt(ActivityContext ctx, String result) throws InterruptedException {
        if (ctx.attempt() == 1) {
            Thread.sleep(Duration.ofMinutes(1));
        }
        return result;
    }
}
