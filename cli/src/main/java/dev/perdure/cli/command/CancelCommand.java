// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perdure cancel}. */
@Command(name = "cancel", header = "Ask a run to stop.", description = {
    "",
    "Its code cleans up and compensates first, so it may take a while until it is CANCELLED. To stop "
    + "it without asking: perdure terminate."})
public final class CancelCommand extends DatabaseCommand {

    @Parameters(paramLabel = "RUN", description = "The id of the run.")
    private String runId;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "asked for at the command line",
            description = "Why, for people (default: ${DEFAULT-VALUE}).")
    private String reason;

    @Override
    protected void run(Client client, Store store) {
        client.cancel(runId, reason);
        out().println("asked " + runId + " to stop");
    }
}
