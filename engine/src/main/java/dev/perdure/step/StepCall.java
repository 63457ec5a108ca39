// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.Payloads;
import dev.perdure.RetryPolicy;
import dev.perdure.StepBody;
import dev.perdure.StepSpec;
import dev.perdure.journal.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A step to carry out.
 *
 * @param runId the run that calls
 * @param workflow the name of its workflow
 * @param at the position to answer
 * @param spec name and type
 * @param body what to do
 * @param idempotencyKey the same over attempts and crashes
 * @param retry when to try again
 * @param timeout how long one attempt may take, or null
 * @param payloads writes the result
 * @param transacting how to do it in a transaction, and then {@code body} is not run; or null
 */
public record StepCall(String runId, String workflow, Position at, StepSpec<?> spec, StepBody<?> body,
        String idempotencyKey,
        RetryPolicy retry, @Nullable Duration timeout, Payloads payloads, @Nullable Transacting transacting) {
}
