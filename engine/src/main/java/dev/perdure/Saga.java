// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.ArrayList;
import java.util.List;

/**
 * Steps that can be taken back. Compensations run in reverse order, each a step of its own, shielded from cancellation;
 * a crash in the middle of them is recovered from like any other.
 *
 * {@snippet :
 * return Saga.run(ctx, saga -> {
 *     saga.onFailure(StepSpec.of("release"), step -> stock.release(order));
 *     ctx.step("reserve", step -> stock.reserve(order));
 *     …
 * });
 * }
 *
 * <p>Register a compensation before the step it belongs to, and let it bear that the step did not happen: a step that
 * failed, or timed out, may have had its effect all the same.
 */
public final class Saga {

    private record Compensation(StepSpec<Void> spec, StepBody.Action body) {
    }

    private final WorkflowContext ctx;
    private final List<Compensation> compensations = new ArrayList<>();

    private Saga(WorkflowContext ctx) {
        this.ctx = ctx;
    }

    /**
     * Runs a body; if it throws, also when it is cancelled, compensates and throws the same again.
     *
     * @param ctx the context of the run
     * @param body registers compensations as it goes
     * @param <T> the type of the result
     * @return what the body returns
     * @throws Exception what the body threw; failed compensations are attached as suppressed
     */
    public static <T> T run(WorkflowContext ctx, Scope<T> body) throws Exception {
        Saga saga = new Saga(ctx);
        try {
            return body.run(saga);
        } catch (Exception | AssertionError failure) {
            // The engine's own unwinding is another Error and passes by: a run that leaves memory has not failed.
            saga.compensate(failure);
            throw failure;
        }
    }

    /**
     * Registers what takes back a step.
     *
     * @param spec the compensation's name and options; a retry policy is wise here
     * @param body takes the step back; must bear that it did not happen
     */
    public void onFailure(StepSpec<Void> spec, StepBody.Action body) {
        compensations.add(new Compensation(spec, body));
    }

    private void compensate(Throwable failure) {
        ctx.runShielded(shielded -> {
            for (Compensation each : compensations.reversed()) {
                try {
                    ctx.run(each.spec, each.body);
                } catch (PerdureException alsoFailed) {
                    failure.addSuppressed(alsoFailed);
                }
            }
        });
    }

    /**
     * What a saga runs.
     *
     * @param <T> the type of the result
     */
    @FunctionalInterface
    public interface Scope<T> {

        /**
         * Runs on the calling fiber.
         *
         * @param saga to register compensations with
         * @return the result
         * @throws Exception to compensate
         */
        T run(Saga saga) throws Exception;
    }
}
