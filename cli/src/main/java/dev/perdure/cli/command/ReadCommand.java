// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code perdure read}. */
@Command(name = "read", header = "Print a value that a run has published, as JSON; without NAME all of them.")
public final class ReadCommand extends DatabaseCommand {

    @Parameters(index = "0", paramLabel = "RUN", description = "The id of the run.")
    private String runId;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The name of the value.")
    private @Nullable String name;

    @Override
    protected void run(Client client, Store store) {
        Map<String, Payload> published = new TreeMap<>(store.published(client.handle(runId).incarnation()));
        if (name == null) {
            published.forEach((each, value) -> out().println(each + " = " + value.text()));
            return;
        }
        Payload value = published.get(name);
        if (value == null) {
            throw new InvalidArgumentException("run '" + runId + "' has published nothing under '" + name + "'; "
                    + (published.isEmpty() ? "it has published nothing at all" : "there is " + published.keySet()));
        }
        out().println(value.text());
    }
}
