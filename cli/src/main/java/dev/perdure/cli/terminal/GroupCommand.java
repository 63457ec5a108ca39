// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command whose work is done by the commands within: by itself it says which there are. */
@Command(sortOptions = false, usageHelpWidth = 100, mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public abstract class GroupCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** For subclasses. */
    protected GroupCommand() {
    }

    @Override
    public final void run() {
        CommandLine line = spec.commandLine();
        line.usage(line.getOut());
    }
}
