// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perdure terminate}. */
@Command(name = "terminate", header = "Stop a run without asking it.", description = {
    "",
    "Its code neither cleans up nor compensates. Try perdure cancel first."})
public final class TerminateCommand extends DatabaseCommand {

    @Parameters(paramLabel = "RUN", description = "The id of the run.")
    private String runId;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "asked for at the command line",
            description = "Why, for people (default: ${DEFAULT-VALUE}).")
    private String reason;

    @Override
    protected void run(Client client, Store store) {
        client.terminate(runId, reason);
        out().println("terminated " + runId);
    }
}
