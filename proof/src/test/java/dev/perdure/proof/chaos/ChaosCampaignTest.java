// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.proof.Played;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A short chaos campaign. The long one is {@code ./perdure prove chaos}. */
class ChaosCampaignTest {

    @Test
    void c2_c8_c9_c11_d9_e4_x5_x36_x43_x44_x47_x48_x51_nothing_is_lost_whatever_befalls_nodes_and_database() {
        Played campaign = Played.of(new ChaosCampaign(), "--seed", "20261127", "--seconds", "30",
                "--lease", "2000", "--gap", "1500");

        assertThat(campaign.exitCode()).as(campaign.words()).isZero();
        assertThat(campaign.counts()).contains("violations 0 count").doesNotContain("kills 0 count")
                .doesNotContain("graceful_closes 0 count").doesNotContain("ticks 0 count")
                .doesNotContain("delegations 0 count").doesNotContain("completed_by_token 0 count")
                .doesNotContain("pauses 0 count").doesNotContain("restarts 0 count");
    }
}
