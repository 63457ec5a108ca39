// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.engine.Client;
import dev.perdure.engine.JournalText;
import dev.perdure.journal.Unit;
import dev.perdure.store.Store;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perdure journal}. */
@Command(name = "journal", header = "Print what has happened in a run, in order.", description = {
    "",
    "What the run heard from the world, and indented below each what its code decided then. An entry "
    + "is a line."})
public final class JournalCommand extends DatabaseCommand {

    @Parameters(paramLabel = "RUN", description = "The id of the run. After continue-as-new: of its present "
            + "incarnation.")
    private String runId;

    @Option(names = "--json", description = "Print a JSON array, an object for each entry, with whole values and "
            + "traces.")
    private boolean json;

    @Override
    protected void run(Client client, Store store) {
        List<Unit> journal = client.handle(runId).journal();
        if (json) {
            out().println(Json.text(Json.of(journal)));
        } else {
            out().print(journal.isEmpty() ? "empty: the run has not taken its first turn yet\n"
                    : JournalText.of(journal));
        }
    }
}
