// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import org.jspecify.annotations.Nullable;

/**
 * Something durable failed and the journal remembers how: the parent of {@link StepFailedException} and
 * {@link WorkflowFailedException}.
 *
 * <p>What was thrown originally is never rethrown, live or on replay; {@link #failure()} describes it. Compare with
 * {@code failure().is(CardDeclined.class)}.
 */
public abstract class FailedException extends PerdureException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final transient Payloads payloads;

    /**
     * For the engine.
     *
     * @param code see {@link PerdureException}
     * @param message see {@link PerdureException}
     * @param failure what went wrong
     * @param payloads reads the details
     */
    protected FailedException(String code, String message, Failure failure, Payloads payloads) {
        super(code, message, null);
        this.failure = failure;
        this.payloads = payloads;
    }

    /**
     * What went wrong, as the journal remembers it.
     *
     * @return never null
     */
    public final Failure failure() {
        return failure;
    }

    /**
     * What the thrower attached with {@link Failed#with}.
     *
     * @param type its type
     * @param <T> the same
     * @return the details, or null if there are none
     * @throws CodecException if they are of another type
     */
    public final <T> @Nullable T details(Class<T> type) {
        return payloads.decode(failure.details(), TypeRef.of(type));
    }
}
