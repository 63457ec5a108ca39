// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof;

import dev.perdure.proof.chaos.ChaosCampaign;
import dev.perdure.proof.crash.CrashCampaign;
import dev.perdure.proof.crash.PowerCutCampaign;
import dev.perdure.proof.fuzz.Fuzz;
import dev.perdure.proof.list.ListProofs;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The door to all campaigns: {@code ./perdure prove NAME}. Without a name it lists them.
 *
 * <p>Exit codes: 0, nothing was violated; 1, something was, or the campaign broke; 2, it was asked wrongly.
 */
@Command(name = "./perdure prove",
        description = "Looks for faults and prints lines 'name value unit', which proof/README.md explains.",
        subcommands = {CrashCampaign.class, PowerCutCampaign.class, ChaosCampaign.class, ListProofs.class, Fuzz.class})
public final class Prove implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Says all this.")
    private boolean help;

    private Prove() {
    }

    /**
     * Runs one campaign and ends the process.
     *
     * @param arguments the name of the campaign and its options
     */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Prove()).setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpWidth(110);
    }

    /** Whoever gives no name wants to know the names. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
