// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When a {@link Schedule} ticks. The same instants on every machine that has the same time zone data. */
public sealed interface Rhythm {

    /**
     * The next ticks.
     *
     * @param after only later ones
     * @param count how many at most
     * @return in order; fewer if there are no more
     * @throws InvalidArgumentException for a cron expression that cannot be read, or if nothing here reads any
     */
    List<Instant> next(Instant after, int count);

    /**
     * Times of a wall clock.
     *
     * <p>Where the clock is put forward, a time of day that is left out ticks once, at the moment of the change. Where
     * it is put back, a time of day that comes twice ticks once, the first time. An expression that fits every hour
     * means a distance: nothing ticks for what is left out, and what comes twice ticks twice.
     *
     * @param expression as {@link CronReader} reads it: five fields, or six with seconds first
     * @param zone whose wall clock
     */
    record Cron(String expression, ZoneId zone) implements Rhythm {

        @Override
        public List<Instant> next(Instant after, int count) {
            CronReader.Pattern pattern = CronReader.find().read(expression);
            List<Instant> ticks = new ArrayList<>();
            Instant last = after.truncatedTo(ChronoUnit.SECONDS);
            while (ticks.size() < count) {
                Optional<Instant> next = pattern.isEveryHour() ? byDistance(pattern, last) : byTimeOfDay(pattern, last);
                if (next.isEmpty()) {
                    break;
                }
                last = next.get();
                ticks.add(last);
            }
            return ticks;
        }

        private Optional<Instant> byTimeOfDay(CronReader.Pattern pattern, Instant after) {
            ZoneRules rules = zone.getRules();
            Optional<LocalDateTime> local = pattern.next(LocalDateTime.ofInstant(after, zone));
            while (local.isPresent()) {
                Instant tick = instant(rules, local.get());
                // While an hour is repeated, what fits it was there the first time.
                if (tick.isAfter(after)) {
                    return Optional.of(tick);
                }
                local = pattern.next(local.get());
            }
            return Optional.empty();
        }

        private static Instant instant(ZoneRules rules, LocalDateTime local) {
            List<ZoneOffset> offsets = rules.getValidOffsets(local);
            return offsets.isEmpty() ? rules.getTransition(local).getInstant() : local.toInstant(offsets.getFirst());
        }

        /** Looks from one change of the clock to the next. */
        private Optional<Instant> byDistance(CronReader.Pattern pattern, Instant after) {
            ZoneRules rules = zone.getRules();
            ZoneOffset offset = rules.getOffset(after);
            Instant from = after;
            Optional<LocalDateTime> local = pattern.next(LocalDateTime.ofInstant(after, offset));
            while (local.isPresent()) {
                Instant tick = local.get().toInstant(offset);
                ZoneOffsetTransition change = rules.nextTransition(from);
                if (change == null || tick.isBefore(change.getInstant())) {
                    return Optional.of(tick);
                }
                from = change.getInstant();
                offset = change.getOffsetAfter();
                local = pattern.next(change.getDateTimeAfter().minusSeconds(1));
            }
            return Optional.empty();
        }
    }

    /**
     * The same time again and again, counted from 1970-01-01T00:00:00Z: not from when the schedule was made, so that
     * making it anew moves nothing. Clocks that are put forward or back do not matter.
     *
     * @param every whole milliseconds, one second or more
     * @param offset how long after a multiple of that
     */
    record Interval(Duration every, Duration offset) implements Rhythm {

        /** Checks both. */
        public Interval {
            if (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(Durations.LONGEST) > 0) {
                throw new InvalidArgumentException("a schedule ticks every " + every
                        + ", but must not do so more often than once a second, nor less than once in a thousand years");
            }
            Durations.notNegative("the offset of a schedule", offset);
        }

        @Override
        public List<Instant> next(Instant after, int count) {
            long step = every.toMillis();
            long first = Math.floorMod(offset.toMillis(), step);
            List<Instant> ticks = new ArrayList<>();
            long tick = (Math.floorDiv(after.toEpochMilli() - first, step) + 1) * step + first;
            for (; ticks.size() < count; tick += step) {
                ticks.add(Instant.ofEpochMilli(tick));
            }
            return ticks;
        }
    }
}
