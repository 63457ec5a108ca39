// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A step's name, the type of its result, and its options. Immutable; every option returns another spec, so that one may
 * be kept in a constant.
 *
 * {@snippet :
 * static final StepSpec<String> CHARGE = StepSpec.of("charge", String.class)
 *         .retry(RetryPolicy.exponential(Duration.ofSeconds(1), 5)).timeout(Duration.ofSeconds(10));
 * }
 *
 * @param <T> the type of the result
 */
public final class StepSpec<T> {

    private final String name;
    private final TypeRef<T> type;
    private final @Nullable RetryPolicy retry;
    private final @Nullable Duration timeout;
    private final boolean atMostOnce;

    private StepSpec(String name, TypeRef<T> type, @Nullable RetryPolicy retry, @Nullable Duration timeout,
            boolean atMostOnce) {
        this.name = name;
        this.type = type;
        this.retry = retry;
        this.timeout = timeout;
        this.atMostOnce = atMostOnce;
    }

    /**
     * A step without a result.
     *
     * @param name stable, since it is part of the journal
     * @return a spec for {@link WorkflowContext#run}
     */
    public static StepSpec<Void> of(String name) {
        return of(name, Void.class);
    }

    /**
     * A step with a result.
     *
     * @param name stable, since it is part of the journal
     * @param type the class of the result
     * @param <T> the same
     * @return a spec without options
     */
    public static <T> StepSpec<T> of(String name, Class<T> type) {
        return of(name, TypeRef.of(type));
    }

    /**
     * A step with a result of a generic type.
     *
     * @param name stable, since it is part of the journal
     * @param type the type of the result
     * @param <T> the same
     * @return a spec without options
     */
    public static <T> StepSpec<T> of(String name, TypeRef<T> type) {
        return new StepSpec<>(Names.check("step", name), type, null, null, false);
    }

    /**
     * When to try again. Without it the engine's default holds, which is one attempt unless it was set.
     *
     * @param policy the policy
     * @return a new spec
     * @throws InvalidArgumentException if the step is at-most-once and the policy allows a second attempt
     */
    public StepSpec<T> retry(RetryPolicy policy) {
        return new StepSpec<>(name, type, policy, timeout, atMostOnce).checked();
    }

    /**
     * How long one attempt may take, from its start. When it is over the attempt's thread is interrupted, the attempt
     * counts as failed with a {@link java.util.concurrent.TimeoutException}, and the retry policy decides; what a late
     * attempt still returns is ignored.
     *
     * @param perAttempt more than zero
     * @return a new spec
     */
    public StepSpec<T> timeout(Duration perAttempt) {
        return new StepSpec<>(name, type, retry, Durations.positive("the timeout of step '" + name + "'", perAttempt),
                atMostOnce);
    }

    /**
     * Carries the step out once or not at all: after a crash in the middle the workflow gets an
     * {@link OutcomeUnknownException} instead of a second try. Costs one more commit before the step.
     *
     * @return a new spec
     * @throws InvalidArgumentException if the retry policy allows a second attempt
     */
    public StepSpec<T> atMostOnce() {
        return new StepSpec<>(name, type, retry, timeout, true).checked();
    }

    private StepSpec<T> checked() {
        if (atMostOnce && retry != null && retry.maxAttempts() > 1) {
            throw new InvalidArgumentException("step '" + name + "' is at-most-once but its retry policy allows "
                    + retry.maxAttempts() + " attempts. Drop one of the two");
        }
        return this;
    }

    /**
     * The step's name.
     *
     * @return as given
     */
    public String name() {
        return name;
    }

    /**
     * The type of the result.
     *
     * @return as given
     */
    public TypeRef<T> type() {
        return type;
    }

    /**
     * The retry policy.
     *
     * @return null if the engine's default holds
     */
    public @Nullable RetryPolicy retry() {
        return retry;
    }

    /**
     * The time-out of one attempt.
     *
     * @return null if the engine's default holds
     */
    public @Nullable Duration timeout() {
        return timeout;
    }

    /**
     * Whether the step is carried out at most once.
     *
     * @return false unless asked for
     */
    public boolean isAtMostOnce() {
        return atMostOnce;
    }
}
