// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Rhythm;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of schedules.md, line by line. In Berlin the clock goes from 02:00 to 03:00 on 2026-03-29 at 01:00 UTC, and
 * from 03:00 back to 02:00 on 2026-10-25 at 01:00 UTC.
 */
class DaylightSavingTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest(name = "{0} after {1}")
    @CsvSource(delimiter = '|', textBlock = """
            # The clock is put forward: 02:00 to 03:00 is left out.
            30 1 * * *    | 2026-03-28T12:00:00Z | 2026-03-29T00:30:00Z 2026-03-29T23:30:00Z
            30 2 * * *    | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z
            30 3 * * *    | 2026-03-28T12:00:00Z | 2026-03-29T01:30:00Z 2026-03-30T01:30:00Z
            0,30 2 * * *  | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:00:00Z
            30 2,3 * * *  | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z 2026-03-30T00:30:00Z
            15 * * * *    | 2026-03-28T23:30:00Z | 2026-03-29T00:15:00Z 2026-03-29T01:15:00Z 2026-03-29T02:15:00Z
            */30 * * * *  | 2026-03-29T00:10:00Z | 2026-03-29T00:30:00Z 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z
            # The clock is put back: 02:00 to 03:00 comes twice.
            30 1 * * *    | 2026-10-24T12:00:00Z | 2026-10-24T23:30:00Z 2026-10-26T00:30:00Z
            30 2 * * *    | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z
            30 3 * * *    | 2026-10-24T12:00:00Z | 2026-10-25T02:30:00Z 2026-10-26T02:30:00Z
            15 * * * *    | 2026-10-24T23:30:00Z | 2026-10-25T00:15:00Z 2026-10-25T01:15:00Z 2026-10-25T02:15:00Z
            */30 * * * *  | 2026-10-25T00:10:00Z | 2026-10-25T00:30:00Z 2026-10-25T01:00:00Z 2026-10-25T01:30:00Z
            # From within the hour that comes twice.
            30 2 * * *    | 2026-10-25T00:45:00Z | 2026-10-26T01:30:00Z 2026-10-27T01:30:00Z
            30 2 * * *    | 2026-10-25T01:10:00Z | 2026-10-26T01:30:00Z 2026-10-27T01:30:00Z
            """)
    void d9_a_cron_expression_where_the_clock_is_put_forward_or_back(String expression, Instant after, String ticks) {
        List<Instant> expected = Arrays.stream(ticks.split(" ")).map(Instant::parse).toList();
        assertThat(new Rhythm.Cron(expression, BERLIN).next(after, expected.size())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"2026-03-28T22:00:00Z", "2026-10-24T22:00:00Z"})
    void d9_an_interval_takes_no_notice_of_it(Instant after) {
        assertThat(new Rhythm.Interval(Duration.ofHours(1), Duration.ZERO).next(after, 5)).containsExactly(
                after.plus(Duration.ofHours(1)), after.plus(Duration.ofHours(2)), after.plus(Duration.ofHours(3)),
                after.plus(Duration.ofHours(4)), after.plus(Duration.ofHours(5)));
    }

    @Test
    void d9_a_tick_by_tick_walk_through_a_year_finds_what_one_look_ahead_finds() {
        for (String expression : List.of("30 2 * * *", "*/20 * * * *", "0 0 1 * *", "30 1,2,3 * * SUN")) {
            Rhythm rhythm = new Rhythm.Cron(expression, BERLIN);
            Instant after = Instant.parse("2026-03-01T00:00:00Z");
            for (Instant tick : rhythm.next(after, 300)) {
                assertThat(tick).as(expression).isAfter(after);
                assertThat(rhythm.next(after, 1)).as(expression).containsExactly(tick);
                assertThat(rhythm.next(tick.minusMillis(1), 1)).as(expression).containsExactly(tick);
                after = tick;
            }
        }
    }

    @Test
    void d9_a_zone_whose_clock_never_changes_and_one_that_jumps_half_an_hour() {
        assertThat(new Rhythm.Cron("30 2 * * *", ZoneId.of("UTC")).next(Instant.parse("2026-03-29T00:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-03-29T02:30:00Z"), Instant.parse("2026-03-30T02:30:00Z"));
        // On Lord Howe the clock goes from 02:00 to 02:30 on 2026-10-04, at 15:30 UTC of the day before.
        assertThat(new Rhythm.Cron("15 2 * * *", ZoneId.of("Australia/Lord_Howe"))
                .next(Instant.parse("2026-10-03T12:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-10-03T15:30:00Z"), Instant.parse("2026-10-04T15:15:00Z"));
    }
}
