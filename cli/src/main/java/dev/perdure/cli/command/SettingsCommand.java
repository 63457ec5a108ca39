// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import picocli.CommandLine.Command;

/** {@code perdure settings}. */
@Command(name = "settings", header = "Print what the database is and how it is set, a name=value a line.")
public final class SettingsCommand extends DatabaseCommand {

    @Override
    protected void run(Client client, Store store) {
        store.settings().forEach((name, value) -> out().println(name + "=" + value));
    }
}
