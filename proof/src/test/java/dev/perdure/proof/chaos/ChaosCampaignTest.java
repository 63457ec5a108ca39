// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A short chaos campaign. The long one is {@code ./perdure prove chaos}. */
class ChaosCampaignTest {

    private final StringWriter counts = new StringWriter();
    private final StringWriter words = new StringWriter();

    @Test
    void c2_c8_c9_c11_d9_e4_x5_x36_x43_x44_x47_x48_x51_nothing_is_lost_whatever_befalls_nodes_and_database() {
        assertThat(campaign("--seed", "20261127", "--seconds", "30", "--lease", "2000", "--gap", "1500"))
                .as(words.toString()).isZero();

        assertThat(counts.toString()).contains("violations 0 count").doesNotContain("kills 0 count")
                .doesNotContain("graceful_closes 0 count").doesNotContain("ticks 0 count")
                .doesNotContain("delegations 0 count").doesNotContain("completed_by_token 0 count")
                .doesNotContain("pauses 0 count").doesNotContain("restarts 0 count");
    }

    private int campaign(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        return new CommandLine(new ChaosCampaign()).setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(counts)).setErr(new PrintWriter(words))
                .execute(arguments.toArray(String[]::new));
    }
}
