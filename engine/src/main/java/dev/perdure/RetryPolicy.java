// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * When a failed step is tried again. Immutable; every method that seems to change it returns another one.
 *
 * <table>
 * <caption>What each policy does when every attempt fails</caption>
 * <tr><th>policy</th><th>attempts</th><th>pauses between them</th></tr>
 * <tr><td>{@code none()}</td><td>1</td><td>–</td></tr>
 * <tr><td>{@code fixed(1 s, 3)}</td><td>3</td><td>1 s, 1 s</td></tr>
 * <tr><td>{@code exponential(1 s, 5)}</td><td>5</td><td>1 s, 2 s, 4 s, 8 s</td></tr>
 * <tr><td>{@code exponential(1 s, 5).maxDelay(3 s)}</td><td>5</td><td>1 s, 2 s, 3 s, 3 s</td></tr>
 * <tr><td>{@code forever(1 s)}</td><td>no end</td><td>1 s, 2 s, 4 s … at most 1 min</td></tr>
 * </table>
 *
 * <p>A crash costs no attempt. Pauses are durable: after a crash only the remainder is waited for.
 */
public final class RetryPolicy {

    private static final RetryPolicy NONE =
            new RetryPolicy(1, new Pauses(Duration.ZERO, 1.0, Durations.LONGEST, 0.0), List.of(), failure -> true);

    private final int maxAttempts;
    private final Pauses pauses;
    private final List<String> notOn;
    private final Predicate<Failure> onlyIf;

    /**
     * How long the pauses between attempts are.
     *
     * @param first before the second attempt
     * @param factor by what each is longer than the one before
     * @param longest where growing ends
     * @param jitter the share by which each may be shorter or longer, from 0 to 1
     */
    private record Pauses(Duration first, double factor, Duration longest, double jitter) {

        Duration after(int attempt, RandomGenerator chance) {
            double millis = Math.min(first.toMillis() * Math.pow(factor, attempt - 1.0), longest.toMillis());
            if (jitter > 0) {
                millis *= 1 - jitter + 2 * jitter * chance.nextDouble();
            }
            return Duration.ofMillis((long) Math.min(millis, Durations.LONGEST.toMillis()));
        }
    }

    private RetryPolicy(int maxAttempts, Pauses pauses, List<String> notOn, Predicate<Failure> onlyIf) {
        this.maxAttempts = maxAttempts;
        this.pauses = pauses;
        this.notOn = notOn;
        this.onlyIf = onlyIf;
    }

    private RetryPolicy with(Pauses others) {
        return new RetryPolicy(maxAttempts, others, notOn, onlyIf);
    }

    /**
     * One attempt.
     *
     * @return the policy of a step without another setting
     */
    public static RetryPolicy none() {
        return NONE;
    }

    /**
     * The same pause each time.
     *
     * @param delay the pause between attempts, zero or more
     * @param maxAttempts attempts in all, at least 1
     * @return a new policy
     */
    public static RetryPolicy fixed(Duration delay, int maxAttempts) {
        return exponential(delay, maxAttempts).factor(1.0);
    }

    /**
     * A pause that doubles each time.
     *
     * @param firstDelay the pause before the second attempt, zero or more
     * @param maxAttempts attempts in all, at least 1
     * @return a new policy
     */
    public static RetryPolicy exponential(Duration firstDelay, int maxAttempts) {
        if (maxAttempts < 1) {
            throw new InvalidArgumentException("maxAttempts is " + maxAttempts
                    + ", but the first attempt counts: give 1 or more");
        }
        return new RetryPolicy(maxAttempts,
                new Pauses(Durations.notNegative("the retry delay", firstDelay), 2.0, Durations.LONGEST, 0.0),
                List.of(), failure -> true);
    }

    /**
     * A pause that doubles up to a minute, without end.
     *
     * @param firstDelay the pause before the second attempt, zero or more
     * @return a new policy
     */
    public static RetryPolicy forever(Duration firstDelay) {
        return exponential(firstDelay, Integer.MAX_VALUE).maxDelay(Duration.ofMinutes(1));
    }

    /**
     * By what the pause grows.
     *
     * @param factor at least 1; 2 unless set
     * @return a new policy
     */
    public RetryPolicy factor(double factor) {
        if (!(factor >= 1.0)) {
            throw new InvalidArgumentException("the retry factor is " + factor
                    + ", but pauses may not shrink: give 1 or more");
        }
        return with(new Pauses(pauses.first, factor, pauses.longest, pauses.jitter));
    }

    /**
     * The longest pause, however long it has grown. Does not cut what {@link Failed#retryAfter} asks for.
     *
     * @param longest zero or more
     * @return a new policy
     */
    public RetryPolicy maxDelay(Duration longest) {
        return with(new Pauses(pauses.first, pauses.factor, Durations.notNegative("maxDelay", longest), pauses.jitter));
    }

    /**
     * Spreads the pauses, so that many runs do not come back at one moment.
     *
     * @param share between 0 and 1: with 0.2 a pause of 10 s becomes one between 8 and 12 s
     * @return a new policy
     */
    public RetryPolicy jitter(double share) {
        if (!(share >= 0.0 && share <= 1.0)) {
            throw new InvalidArgumentException("the jitter is " + share + ", but must be between 0 and 1");
        }
        return with(new Pauses(pauses.first, pauses.factor, pauses.longest, share));
    }

    /**
     * Failures that are final at once.
     *
     * @param types exception classes; subclasses count
     * @return a new policy
     */
    @SafeVarargs
    public final RetryPolicy notOn(Class<? extends Throwable>... types) {
        List<String> names = new ArrayList<>(notOn);
        for (Class<? extends Throwable> type : types) {
            names.add(type.getName());
        }
        return new RetryPolicy(maxAttempts, pauses, List.copyOf(names), onlyIf);
    }

    /**
     * A condition for trying again, beside the others.
     *
     * @param condition true to try again; if it throws there is no further attempt
     * @return a new policy
     */
    public RetryPolicy onlyIf(Predicate<Failure> condition) {
        return new RetryPolicy(maxAttempts, pauses, notOn, onlyIf.and(condition));
    }

    /**
     * The pause after a failed attempt, or nothing when it was the last.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param failure what it threw
     * @param chance where jitter comes from
     * @return how long to wait before attempt + 1, or empty
     */
    public Optional<Duration> delayAfter(int attempt, Failure failure, RandomGenerator chance) {
        if (attempt >= maxAttempts || isFinal(failure)) {
            return Optional.empty();
        }
        if (failure.retryAfter() != null) {
            return Optional.of(failure.retryAfter());
        }
        return Optional.of(pauses.after(attempt, chance));
    }

    private boolean isFinal(Failure failure) {
        for (String name : notOn) {
            if (failure.type().equals(name) || failure.supertypes().contains(name)) {
                return true;
            }
        }
        return !onlyIf.test(failure);
    }

    /**
     * Attempts in all.
     *
     * @return at least 1
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    @Override
    public String toString() {
        return maxAttempts == 1 ? "no retry" : "at most " + maxAttempts + " attempts, first pause " + pauses.first
                + ", factor " + pauses.factor + ", at most " + pauses.longest + ", jitter " + pauses.jitter;
    }
}
