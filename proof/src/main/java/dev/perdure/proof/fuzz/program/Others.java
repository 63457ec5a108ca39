// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import dev.perdure.Activity;
import dev.perdure.Definition;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import java.time.Duration;

/** Whom programs ask: a workflow of one step, and an activity; both end as the world says. */
public final class Others {

    /** What programs ask others for: one step, or one attempt, that ends as the world says. */
    public static final Workflow<String, String> PART = Workflow.named("part", String.class, String.class);
    /** The same as an activity. */
    public static final Activity<String, String> ERRAND = Activity.named("errand", String.class, String.class)
            .retry(RetryPolicy.fixed(Duration.ofSeconds(StepCalls.PAUSE_SECONDS), StepCalls.ATTEMPTS));

    /** Where some of them stand in line: one goes on at a time. */
    public static final Queue QUEUE = Queue.named("line").limit(1);

    private Others() {
    }

    static Object ask(WorkflowContext ctx, Op.Ask op, String what) {
        Definition<String, String> other = op.whom() == Op.Whom.PART ? PART : ERRAND;
        return switch (op.manner()) {
            case CALL -> ctx.call(other, what);
            case GET -> ctx.start(other, what).get();
            case AWAIT -> ctx.start(other, what).await(Duration.ofSeconds(op.seconds()));
            case NAMED -> ctx.start(other, StartOptions.id(other.name() + "-" + op.name()), what).get();
            case QUEUED -> ctx.start(other, StartOptions.none().queue(QUEUE.name()), what).get();
            case CANCEL -> ctx.start(other, what).cancel();
            case LEAVE -> ctx.start(other, what).isReady();
        };
    }
}
