// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An exception for your own steps and workflows that carries more than a message: details that whoever catches the
 * failure can read, and when to try again.
 *
 * {@snippet :
 * throw Failed.with("card declined", new Decline("insufficient_funds", 12));
 * throw Failed.with("rate limited", null).retryAfter(Duration.ofSeconds(30));
 * }
 *
 * <p>May be subclassed.
 */
public class Failed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object details;
    private final @Nullable Duration retryAfter;

    /**
     * For subclasses; elsewhere {@link #with} reads better.
     *
     * @param message what went wrong
     * @param details a value the codec can write, or null
     * @param retryAfter how long to wait before the next attempt, or null for what the retry policy says
     */
    protected Failed(String message, @Nullable Object details, @Nullable Duration retryAfter) {
        super(message);
        this.details = details;
        this.retryAfter = retryAfter;
    }

    /**
     * An exception with details.
     *
     * @param message what went wrong
     * @param details a value the codec can write, or null
     * @return a new exception, not yet thrown
     */
    public static Failed with(String message, @Nullable Object details) {
        return new Failed(message, details, null);
    }

    /**
     * The same exception, asking for a pause before the next attempt. It replaces the pause of the retry policy;
     * whether there is a next attempt is still the policy's decision.
     *
     * @param pause not negative
     * @return a new exception with the same trace
     */
    public Failed retryAfter(Duration pause) {
        Failed copy = new Failed(getMessage(), details, Durations.notNegative("retryAfter", pause));
        copy.setStackTrace(getStackTrace());
        copy.initCause(getCause());
        return copy;
    }

    /**
     * What was attached.
     *
     * @return the value, or null
     */
    public final @Nullable Object details() {
        return details;
    }

    /**
     * The pause asked for.
     *
     * @return the pause, or null
     */
    public final @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
