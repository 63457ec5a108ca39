// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void a_number_has_plain_digits_whatever_its_size() {
        assertThat(Report.plain(0)).isEqualTo("0.000");
        assertThat(Report.plain(0.4567)).isEqualTo("0.457");
        assertThat(Report.plain(123_456_789.5)).isEqualTo("123456790");
        assertThat(Report.plain(1e12)).isEqualTo("1000000000000");
    }

    @Test
    void what_was_not_measured_is_not_printed() {
        assertThatThrownBy(() -> Report.plain(0.0 / 0)).isInstanceOf(BrokenMeasurementException.class)
                .hasMessageContaining("nothing was measured");
    }

    @Test
    void a_setting_is_three_words_even_if_its_value_is_several_or_none() {
        StringWriter out = new StringWriter();
        Report report = new Report("bench", new PrintWriter(out), new PrintWriter(new StringWriter()));

        report.settings(Map.of("comment", "two words", "nothing", ""));

        assertThat(out.toString().lines()).containsExactly("comment two_words -", "journal_mode none -", "nothing - -",
                "synchronous none -");
    }

    @Test
    void a_percentile_is_one_of_the_values() {
        Samples samples = new Samples();
        for (int i = 1; i <= 1000; i++) {
            samples.add(i);
        }

        assertThat(samples.median()).isEqualTo(500);
        assertThat(samples.percentile(99)).isEqualTo(990);
        assertThat(samples.percentile(100)).isEqualTo(1000);
        assertThat(new Samples().median()).isNaN();
        assertThat(Samples.median(3, 1, 2)).isEqualTo(2);
    }
}
