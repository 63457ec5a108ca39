// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import dev.perdure.RetryPolicy;
import dev.perdure.StepBody;
import dev.perdure.StepSpec;
import dev.perdure.TypeRef;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.List;

/** Every way of calling a step. */
final class StepCalls {

    static final int PAUSE_SECONDS = 4;
    static final int ATTEMPTS = 3;
    static final int LIMIT_SECONDS = 9;

    private StepCalls() {
    }

    /** Calls a step; the limit of an attempt would begin anew after a crash, so comparable lives have none. */
    static Object call(WorkflowContext ctx, Op.Step op, boolean comparable, StepBody<String> body) {
        return switch (op.care()) {
            case PLAIN -> ctx.step(op.name(), String.class, body);
            case ACTION -> {
                ctx.step(op.name(), body::run);
                yield Actor.DONE;
            }
            case RUN -> {
                ctx.run(StepSpec.of(op.name()), body::run);
                yield Actor.DONE;
            }
            case LISTED -> ctx.step(StepSpec.of(op.name(), new TypeRef<List<String>>() { }),
                    step -> List.of(body.run(step)));
            default -> ctx.step(with(StepSpec.of(op.name(), String.class),
                    op.care() == Op.Care.TIMED && comparable ? Op.Care.PLAIN : op.care()), body);
        };
    }

    /** What takes back a step. */
    static StepSpec<Void> undo(Op.Undo undo, String name) {
        return with(StepSpec.of(name), switch (undo) {
            case PLAIN -> Op.Care.PLAIN;
            case RETRIED -> Op.Care.RETRIED;
            case ONCE -> Op.Care.ONCE;
        });
    }

    private static <T> StepSpec<T> with(StepSpec<T> spec, Op.Care care) {
        Duration pause = Duration.ofSeconds(PAUSE_SECONDS);
        return switch (care) {
            case RETRIED -> spec.retry(RetryPolicy.fixed(pause, ATTEMPTS));
            case GROWING -> spec.retry(RetryPolicy.exponential(pause, ATTEMPTS).factor(3)
                    .maxDelay(pause.multipliedBy(2)).jitter(0.5));
            case PICKY -> spec.retry(RetryPolicy.forever(pause).notOn(IllegalArgumentException.class)
                    .onlyIf(failure -> failure.retryAfter() == null));
            case TIMED -> spec.timeout(Duration.ofSeconds(LIMIT_SECONDS));
            case ONCE -> spec.atMostOnce();
            default -> spec;
        };
    }
}
