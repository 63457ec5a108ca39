// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.proof.Played;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import picocli.CommandLine;

/** The power is cut between all syncs of one life, and a store that leaves out syncs is found out. Wants cc. */
@EnabledOnOs(OS.LINUX)
class PowerCutCampaignTest {

    @Test
    void x46_h2_what_was_synced_is_enough_to_go_on_from_wherever_the_power_is_cut() {
        Played campaign = Played.of(new PowerCutCampaign(), "--seed", "20261121");

        assertThat(campaign.exitCode()).as(campaign.words()).isZero();
        assertThat(campaign.counts()).contains("bytes_left 0 count").contains("violations 0 count");
    }

    @Test
    void a_dropped_sync_is_found() {
        Played campaign = Played.of(new PowerCutCampaign(), "--seed", "3", "--drop-syncs", "2", "--until-found");

        assertThat(campaign.exitCode()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(campaign.words()).contains("again with another idempotency key");
    }
}
