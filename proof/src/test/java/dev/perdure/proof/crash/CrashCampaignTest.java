// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A short crash campaign, and that it would notice. The long one is {@code ./perdure prove crash}. */
class CrashCampaignTest {

    private final StringWriter counts = new StringWriter();
    private final StringWriter words = new StringWriter();

    @Test
    void x9_x46_the_next_life_makes_good_what_a_kill_left_wherever_it_fell() {
        assertThat(campaign("--seed", "20261121", "--points", "5")).as(words.toString()).isZero();

        assertThat(counts.toString()).contains("seed 20261121 count").contains("points_left 0 count")
                .contains("violations 0 count");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "effects-early | StepScheduled    | at most once, but 2 times",
        "signal-early  | units=[], heard= | waiting for signal",
        "entry-early   | StepCompleted    | never happened"})
    void x9_x46_an_engine_that_is_broken_on_purpose_is_found_out(String fault, String calls, String report) {
        int exitCode = campaign("--seed", "11", "--broken", fault, "--calls", calls, "--until-found");

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
