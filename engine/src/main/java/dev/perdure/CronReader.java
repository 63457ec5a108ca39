// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Understands cron expressions. The default one is in {@code perdure-cron}, which {@code perdure} brings along. It is
 * found on the class path by {@link ServiceLoader}; schedules at intervals need none.
 *
 * <p>It knows wall clocks only. What becomes of times that a time zone has twice or not at all, {@link Rhythm} decides,
 * the same with every reader.
 */
public interface CronReader {

    /**
     * Reads an expression.
     *
     * @param expression such as {@code 0 2 * * *}
     * @return what it says
     * @throws InvalidArgumentException if it is not one; the message says what is wrong with it
     */
    Pattern read(String expression);

    /** What an expression says of a wall clock. Safe for all threads. */
    interface Pattern {

        /**
         * The next time that fits.
         *
         * @param after in whole seconds
         * @return the first that is later, in whole seconds; empty if there is none
         */
        Optional<LocalDateTime> next(LocalDateTime after);

        /**
         * Whether every hour of the day fits, so that the expression means a distance and not a time of day.
         *
         * @return true for {@code 15 * * * *}, false for {@code 15 2 * * *}
         */
        boolean isEveryHour();
    }

    /**
     * The one reader on the class path or module path.
     *
     * @return the reader
     * @throws InvalidArgumentException if there is none, or more than one; the message names the fix
     */
    static CronReader find() {
        List<CronReader> found = new ArrayList<>();
        ServiceLoader.load(CronReader.class, CronReader.class.getClassLoader()).forEach(found::add);
        if (found.isEmpty()) {
            ServiceLoader.load(CronReader.class).forEach(found::add);
        }
        if (found.size() != 1) {
            throw new InvalidArgumentException(found.isEmpty()
                    ? "nothing on the class path reads cron expressions. Add the dependency dev.perdure:perdure-cron, "
                            + "or use an interval"
                    : "there are " + found.size() + " readers of cron expressions on the class path: "
                            + found.stream().map(each -> each.getClass().getName()).toList() + ". Leave one");
        }
        return found.getFirst();
    }
}
