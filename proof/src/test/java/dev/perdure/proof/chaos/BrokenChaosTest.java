// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.proof.Played;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * That a chaos campaign would notice what is wrong. Which moments a campaign meets is left to chance, and to the
 * machine: one seed after the other is tried, and the fault is overlooked if none of them has shown it.
 */
class BrokenChaosTest {

    private static final int SEEDS = 8;

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "no-fence;    PAUSE_IN_BATCH; one writer at a time",
        "no-wait;     PAUSE_IN_BATCH; VIOLATION",
        "inbox-early; KILL;           has not ended: waiting for|its answer is in neither journal nor inbox",
        "rows-early;  KILL,CUT;       a transaction of run",
        "queue-unlocked; KILL;        a limit was exceeded"})
    void an_engine_that_is_broken_on_purpose_is_found_out(String fault, String faults, String report) {
        Pattern finding = Pattern.compile(report);
        Played campaign = play(1, fault, faults);
        for (int seed = 2; seed <= SEEDS && !finding.matcher(campaign.words()).find(); seed++) {
            campaign = play(seed, fault, faults);
        }

        assertThat(campaign.words()).containsPattern(finding);
        assertThat(campaign.exitCode()).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    }

    private static Played play(int seed, String fault, String faults) {
        return Played.of(new ChaosCampaign(), "--seed", String.valueOf(seed), "--seconds", "15", "--lease", "2000",
                "--gap", "1000", "--customers", "60", "--patience", "8", "--broken", fault, "--only", faults);
    }
}
