// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code perdure explain}. */
@Command(name = "explain", header = "Say in a sentence why a run does not move, or that it does.")
public final class ExplainCommand extends DatabaseCommand {

    @Parameters(paramLabel = "RUN", description = "The id of the run.")
    private String runId;

    @Override
    protected void run(Client client, Store store) {
        out().println(client.handle(runId).explain());
    }
}
