// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.engine.Client;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perdure redrive}. */
@Command(name = "redrive", header = "Put stuck runs back after the cause was mended.", description = {
    "",
    "Mend the cause first (perdure explain RUN says what it is), or they get stuck again."}, footer = {
        "",
        "  perdure redrive order-4711",
        "  perdure redrive --all --workflow checkout"})
public final class RedriveCommand extends DatabaseCommand {

    @Parameters(arity = "0..1", paramLabel = "RUN", description = "The id of the run.")
    private @Nullable String runId;

    @Option(names = "--all", description = "All stuck runs.")
    private boolean all;

    @Option(names = "--workflow", paramLabel = "NAME", description = "With --all: only those of this workflow.")
    private @Nullable String workflow;

    @Override
    protected void run(Client client, Store store) {
        if (all == (runId != null)) {
            throw mistake("redrive what? Give the id of one run, or --all");
        }
        if (runId != null) {
            if (workflow != null) {
                throw mistake("--workflow goes with --all, not with the id of one run");
            }
            client.redrive(runId);
            out().println("redriven " + runId);
            return;
        }
        int count = client.redriveAll(workflow == null ? RunFilter.all() : RunFilter.all().workflow(workflow));
        out().println("redriven " + count + (count == 1 ? " run" : " runs"));
    }
}
