// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import picocli.CommandLine;

/** The power is cut between all syncs of one life, and a store that leaves out syncs is found out. Wants cc. */
@EnabledOnOs(OS.LINUX)
class PowerCutCampaignTest {

    private final StringWriter counts = new StringWriter();
    private final StringWriter words = new StringWriter();

    @Test
    void x46_h2_what_was_synced_is_enough_to_go_on_from_wherever_the_power_is_cut() {
        assertThat(campaign("--seed", "20261121")).as(words.toString()).isZero();

        assertThat(counts.toString()).contains("bytes_left 0 count").contains("violations 0 count");
    }

    @Test
    void a_dropped_sync_is_found() {
        int exitCode = campaign("--seed", "3", "--drop-syncs", "2", "--until-found");

        assertThat(exitCode).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(words.toString()).contains("again with another idempotency key");
    }

    private int campaign(String... options) {
        return new CommandLine(new PowerCutCampaign()).setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(counts)).setErr(new PrintWriter(words)).execute(options);
    }
}
