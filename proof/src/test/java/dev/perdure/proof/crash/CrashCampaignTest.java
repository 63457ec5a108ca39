// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A short crash campaign, and that it would notice. The long one is {@code ./perdure prove crash}. */
class CrashCampaignTest {

    private final StringWriter counts = new StringWriter();
    private final StringWriter words = new StringWriter();

    @ParameterizedTest
    @CsvSource({"sqlite, 3", "postgres, 2"})
    void x9_x46_the_next_life_makes_good_what_a_kill_left_wherever_it_fell(String store, String points) {
        assertThat(campaign("--store", store, "--seed", "20261121", "--points", points)).as(words.toString()).isZero();

        assertThat(counts.toString()).contains("seed 20261121 count").contains("points_left 0 count")
                .contains("violations 0 count");
    }

    @ParameterizedTest
    @CsvSource({"sqlite, 4", "postgres, 3"})
    void b3_c11_x46_a_transaction_happens_once_though_a_kill_falls_before_or_after_its_commit(String store,
            String points) {
        assertThat(campaign("--store", store, "--seed", "7", "--calls", "commit", "--points", points))
                .as(words.toString()).isZero();

        assertThat(counts.toString()).contains("points_left 0 count").contains("violations 0 count");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sqlite   | effects-early | StepScheduled    | at most once, but 2 times",
        "sqlite   | signal-early  | units=[], heard= | instead of \"COMPLETED",
        "sqlite   | entry-early   | StepCompleted    | never happened",
        "sqlite   | rows-early    | commit[          | exactly once, but 2 times",
        "postgres | signal-early  | units=[], heard= | instead of \"COMPLETED",
        "postgres | rows-early    | commit[          | exactly once, but 2 times"})
    void x9_x46_an_engine_that_is_broken_on_purpose_is_found_out(String store, String fault, String calls,
            String report) {
        int exitCode = campaign("--store", store, "--seed", "11", "--broken", fault, "--calls", calls, "--until-found");

        assertThat(exitCode).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(words.toString()).contains(report);
    }

    private int campaign(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        return new CommandLine(new CrashCampaign()).setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(counts)).setErr(new PrintWriter(words))
                .execute(arguments.toArray(String[]::new));
    }
}
