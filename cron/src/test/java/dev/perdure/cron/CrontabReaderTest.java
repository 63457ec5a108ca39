// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.CronReader;
import dev.perdure.InvalidArgumentException;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an expression says of a wall clock. */
class CrontabReaderTest {

    private final CronReader reader = new CrontabReader();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30 2 * * *          | 2026-11-22T02:30:00 | 2026-11-23T02:30:00
            30 2 * * *          | 2026-11-22T02:29:59 | 2026-11-22T02:30:00
            */15 * * * *        | 2026-11-22T23:50:00 | 2026-11-23T00:00:00
            0 9 * * MON-FRI     | 2026-11-20T09:00:00 | 2026-11-23T09:00:00
            0 9 * * 0           | 2026-11-21T00:00:00 | 2026-11-22T09:00:00
            0 9 * * 7           | 2026-11-21T00:00:00 | 2026-11-22T09:00:00
            0 0 1 1 *           | 2026-11-22T00:00:00 | 2027-01-01T00:00:00
            0 0 29 2 *          | 2026-11-22T00:00:00 | 2028-02-29T00:00:00
            0 0 31 * *          | 2026-11-22T00:00:00 | 2026-12-31T00:00:00
            0 0 13 * FRI        | 2026-11-01T00:00:00 | 2026-11-06T00:00:00
            0 0 13 * *          | 2026-11-01T00:00:00 | 2026-11-13T00:00:00
            0 0 0 13 * FRI      | 2026-11-01T00:00:00 | 2026-11-13T00:00:00
            */10 * * * * *      | 2026-11-22T00:00:05 | 2026-11-22T00:00:10
            0 30 2 * * *        | 2026-11-22T02:30:00 | 2026-11-23T02:30:00
            """)
    void d9_the_next_time_that_fits_is_found(String expression, LocalDateTime after, LocalDateTime next) {
        assertThat(reader.read(expression).next(after)).contains(next);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            15 * * * *   | true
            */5 */1 * * *| true
            0 15 * * * * | true
            15 2 * * *   | false
            15 */2 * * * | false
            """)
    void d9_an_expression_that_every_hour_fits_is_told_from_a_time_of_day(String expression, boolean everyHour) {
        assertThat(reader.read(expression).isEveryHour()).isEqualTo(everyHour);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "61 * * * *", "* * * *", "1 2 3 4 5 6 7", "0 0 32 * *"})
    void d9_what_is_no_expression_is_refused_with_an_example(String expression) {
        assertThatThrownBy(() -> reader.read(expression)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("'" + expression + "'").hasMessageContaining("30 2 * * MON-FRI");
    }

    @Test
    void d9_the_reader_is_found_on_the_class_path() {
        assertThat(CronReader.find()).isInstanceOf(CrontabReader.class);
    }
}
