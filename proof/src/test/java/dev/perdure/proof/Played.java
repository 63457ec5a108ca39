// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A campaign that was run to its end, with the options of its command.
 *
 * @param exitCode 0 if it has found nothing
 * @param counts what it has printed for programs
 * @param words what it has printed for people
 */
public record Played(int exitCode, String counts, String words) {

    /**
     * Runs a campaign.
     *
     * @param command what {@code ./perdure prove} would run
     * @param options as they would be written there
     * @return when it has ended
     */
    public static Played of(Campaign command, String... options) {
        StringWriter counts = new StringWriter();
        StringWriter words = new StringWriter();
        int exitCode = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(counts)).setErr(new PrintWriter(words)).execute(options);
        return new Played(exitCode, counts.toString(), words.toString());
    }
}
