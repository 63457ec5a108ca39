// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.FilterOptions;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code perdure count}. */
@Command(name = "count", header = "Count runs: prints one number.", footer = {
    "",
    "  perdure count --status STUCK"})
public final class CountCommand extends DatabaseCommand {

    @Mixin
    private FilterOptions filters;

    @Override
    protected void run(Client client, Store store) {
        out().println(client.count(filters.filter()));
    }
}
