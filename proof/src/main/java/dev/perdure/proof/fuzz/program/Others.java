// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import dev.perdure.Activity;
import dev.perdure.Definition;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.List;

/** Whom programs ask: a workflow of one step, and activities; all end as the world says. */
public final class Others {

    /** What programs ask others for: one step, or one attempt, that ends as the world says. */
    public static final Workflow<String, String> PART = Workflow.named("part", String.class, String.class);
    /** The same as an activity. */
    public static final Activity<String, String> ERRAND = activity("errand");
    /** Says now and then how far it has come. */
    public static final Activity<String, String> PATROL = activity("patrol");
    /** Is completed from outside after its attempt has returned. */
    public static final Activity<String, String> PARCEL = activity("parcel");

    /** Where some of them stand in line: one goes on at a time. */
    public static final Queue QUEUE = Queue.named("line").limit(1);

    /** What ticks beside some programs, and what each tick starts. */
    public static final Schedule CLOCK = Schedule.every("clock", Duration.ofSeconds(20))
            .overlap(Schedule.Overlap.QUEUE_ALL);
    /** Ends at once. */
    public static final Workflow.Implemented<String, String> TICK = Workflow.of("tick", String.class, String.class,
            (ctx, nothing) -> ctx.info().runId());

    private static final Duration LIMIT = Duration.ofSeconds(StepCalls.LIMIT_SECONDS);

    private Others() {
    }

    private static Activity<String, String> activity(String name) {
        return Activity.named(name, String.class, String.class)
                .retry(RetryPolicy.fixed(Duration.ofSeconds(StepCalls.PAUSE_SECONDS), StepCalls.ATTEMPTS));
    }

    /**
     * The activities as an engine knows them.
     *
     * @param comparable whether nothing may have a limit that would begin anew after a crash
     * @return all
     */
    public static List<Activity<String, String>> activities(boolean comparable) {
        return comparable ? List.of(ERRAND, PATROL, PARCEL)
                : List.of(ERRAND, PATROL.heartbeatTimeout(LIMIT), PARCEL.timeout(LIMIT.multipliedBy(3)));
    }

    /**
     * Whether a step is what another run does.
     *
     * @param name of the step or of an activity's run
     * @return false for the steps of programs
     */
    public static boolean isOther(String name) {
        return name.equals(PART.name()) || isActivity(name);
    }

    /**
     * Whether a run is an activity.
     *
     * @param workflow its code's name
     * @return true for those that programs ask
     */
    public static boolean isActivity(String workflow) {
        return activities(true).stream().anyMatch(each -> each.name().equals(workflow));
    }

    /**
     * The queue as an engine knows it.
     *
     * @param comparable whether nobody may stand in line: who is let in next is a matter of moments
     * @return with a limit or without
     */
    public static Queue queue(boolean comparable) {
        return comparable ? Queue.named(QUEUE.name()) : QUEUE;
    }

    static Object ask(WorkflowContext ctx, Op.Ask op, boolean comparable, String what) {
        Definition<String, String> other = switch (op.whom()) {
            case PART -> PART;
            case ERRAND -> ERRAND;
            case PATROL -> PATROL;
            case PARCEL -> PARCEL;
        };
        StartOptions queued = StartOptions.none().queue(QUEUE.name());
        Duration some = Duration.ofSeconds(op.seconds());
        return switch (op.manner()) {
            case CALL -> ctx.call(other, what);
            case GET -> ctx.start(other, what).get();
            case AWAIT -> ctx.start(other, what).await(some);
            case NAMED -> ctx.start(other, StartOptions.id(other.name() + "-" + op.name()), what).get();
            case QUEUED -> ctx.start(other, queued, what).get();
            case LIMITED -> ctx.start(other, comparable ? queued
                    : queued.startWithin(some).finishWithin(some.multipliedBy(2)), what).get();
            case CANCEL -> ctx.start(other, what).cancel();
            case LEAVE -> ctx.start(other, what).isReady();
        };
    }
}
