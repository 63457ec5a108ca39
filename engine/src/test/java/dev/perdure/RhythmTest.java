// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When schedules tick, as far as the engine knows by itself; cron expressions have their tests where they are read. */
class RhythmTest {

    private static Instant at(String time) {
        return Instant.parse("2026-11-22T" + time + "Z");
    }

    @Test
    void d9_an_interval_counts_from_the_epoch_and_not_from_whoever_asks() {
        Schedule schedule = Schedule.every("tidy", Duration.ofHours(6));
        assertThat(schedule.next(at("01:23:45.678"), 2)).containsExactly(at("06:00:00"), at("12:00:00"));
        assertThat(schedule.next(at("06:00:00"), 1)).as("later than").containsExactly(at("12:00:00"));
        assertThat(schedule.next(at("05:59:59.999"), 1)).containsExactly(at("06:00:00"));
        assertThat(schedule.next(Instant.parse("1969-12-31T23:00:00Z"), 1)).containsExactly(Instant.EPOCH);
    }

    @Test
    void d9_an_interval_may_have_an_offset_of_any_length() {
        Rhythm rhythm = new Rhythm.Interval(Duration.ofHours(6), Duration.ofHours(25));
        assertThat(rhythm.next(at("01:00:00"), 2)).containsExactly(at("07:00:00"), at("13:00:00"));
        assertThat(rhythm.next(at("00:00:00"), 1)).containsExactly(at("01:00:00"));
    }

    @Test
    void d9_jitter_is_the_same_for_a_tick_wherever_it_is_asked_and_spreads_schedules() {
        Set<Duration> late = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Schedule schedule = Schedule.every("tidy-" + i, Duration.ofHours(1)).jitter(Duration.ofMinutes(1));
            Instant due = schedule.due(at("01:00:00"));
            assertThat(due).isBetween(at("01:00:00"), at("01:00:59.999")).isEqualTo(schedule.due(at("01:00:00")));
            late.add(Duration.between(at("01:00:00"), due));
        }
        assertThat(late).hasSizeGreaterThan(900);
        assertThat(Schedule.every("tidy", Duration.ofHours(1)).due(at("01:00:00"))).isEqualTo(at("01:00:00"));
    }

    @Test
    void d9_without_a_reader_a_cron_expression_says_what_is_missing() {
        assertThatThrownBy(() -> Schedule.cron("nightly", "30 2 * * *", ZoneId.of("UTC")).next(at("01:00:00"), 1))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("dev.perdure:perdure-cron");
    }

    @Test
    void d9_a_name_that_leaves_no_room_for_a_tick_is_refused() {
        assertThatThrownBy(() -> Schedule.every("n".repeat(121), Duration.ofHours(1)))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("120");
    }
}
