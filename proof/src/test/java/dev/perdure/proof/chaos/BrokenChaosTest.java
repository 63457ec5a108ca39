// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.proof.Played;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** That a chaos campaign would notice what is wrong. */
class BrokenChaosTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "no-fence;    PAUSE_IN_BATCH; 12; one writer at a time",
        "no-wait;     PAUSE_IN_BATCH; 30; VIOLATION",
        "inbox-early; KILL;           25; has not ended: waiting for|its answer is in neither journal nor inbox",
        "rows-early;  KILL,CUT;       20; a transaction of run",
        "queue-unlocked; KILL;        20; a limit was exceeded"})
    void an_engine_that_is_broken_on_purpose_is_found_out(String fault, String faults, String seconds,
            String report) {
        Played campaign = Played.of(new ChaosCampaign(), "--seed", "1", "--seconds", seconds, "--lease",
                "2000", "--gap", "1000", "--customers", "60", "--patience", "8", "--broken", fault, "--only", faults);

        assertThat(campaign.exitCode()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(campaign.words()).containsPattern(report);
    }
}
