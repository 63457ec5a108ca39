// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks of durations: all are whole milliseconds or are rounded up to them, and none is negative. */
public final class Durations {

    /** What a duration is cut to: far beyond any plan, and safe to add to any date. */
    public static final Duration LONGEST = Duration.ofDays(365_000);

    private Durations() {
    }

    /**
     * Returns the duration if it is zero or more.
     *
     * @param what the name of the argument, for the message
     * @param duration the argument
     * @return the duration, cut to {@link #LONGEST}
     * @throws InvalidArgumentException if it is null or negative
     */
    public static Duration notNegative(String what, @Nullable Duration duration) {
        if (duration == null || duration.isNegative()) {
            throw new InvalidArgumentException(what + " is " + duration + ", but must be zero or more. "
                    + "If it is computed from two instants, check their order");
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }

    /**
     * Returns the duration if it is more than zero.
     *
     * @param what the name of the argument, for the message
     * @param duration the argument
     * @return the duration, cut to {@link #LONGEST}
     * @throws InvalidArgumentException if it is null, negative or zero
     */
    public static Duration positive(String what, @Nullable Duration duration) {
        if (duration != null && duration.isZero()) {
            throw new InvalidArgumentException(what + " is zero, but must be more than that");
        }
        return notNegative(what, duration);
    }

    /**
     * The duration in whole milliseconds, rounded up, so that nothing is ever due too early.
     *
     * @param duration zero or more
     * @return milliseconds
     */
    public static long ceilMillis(Duration duration) {
        return duration.plusNanos(999_999).toMillis();
    }
}
