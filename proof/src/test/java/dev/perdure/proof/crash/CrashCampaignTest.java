// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.proof.Played;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A short crash campaign, and that it would notice. The long one is {@code ./perdure prove crash}. */
class CrashCampaignTest {

    @ParameterizedTest
    @CsvSource({"sqlite, 3", "postgres, 2"})
    void x9_x46_the_next_life_makes_good_what_a_kill_left_wherever_it_fell(String store, String points) {
        Played campaign = Played.of(new CrashCampaign(), "--store", store, "--seed", "20261121", "--points",
                points);

        assertThat(campaign.exitCode()).as(campaign.words()).isZero();
        assertThat(campaign.counts()).contains("seed 20261121 count").contains("points_left 0 count")
                .contains("violations 0 count");
    }

    @ParameterizedTest
    @CsvSource({"sqlite, 4", "postgres, 3"})
    void b3_c11_x46_a_transaction_happens_once_though_a_kill_falls_before_or_after_its_commit(String store,
            String points) {
        Played campaign = Played.of(new CrashCampaign(), "--store", store, "--seed", "7", "--calls",
                "commit", "--points", points);

        assertThat(campaign.exitCode()).as(campaign.words()).isZero();
        assertThat(campaign.counts()).contains("points_left 0 count").contains("violations 0 count");
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
        Played campaign = Played.of(new CrashCampaign(), "--store", store, "--seed", "11", "--broken",
                fault, "--calls", calls, "--until-found");

        assertThat(campaign.exitCode()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(campaign.words()).contains(report);
    }
}
