// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.Payload;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perdure signal}. */
@Command(name = "signal", header = "Send a message to a run.", description = {
    "",
    "The message is durable when the command returns, also while no node is up."}, footer = {
        "",
        "  perdure signal order-4711 packed",
        "  perdure signal order-4711 approval '{\"by\": \"Ada\", \"approved\": true}'"})
public final class SignalCommand extends DatabaseCommand {

    @Parameters(index = "0", paramLabel = "RUN", description = "The id of the run.")
    private String runId;

    @Parameters(index = "1", paramLabel = "NAME", description = "The name of the signal.")
    private String name;

    @Parameters(index = "2", arity = "0..1", paramLabel = "JSON", defaultValue = "true",
            description = "The message: JSON, @FILE or - for standard input (default: ${DEFAULT-VALUE}).")
    private String value;

    @Option(names = "--message-id", paramLabel = "ID",
            description = "Your own id of the message: a second one with the same id is dropped.")
    private @Nullable String messageId;

    @Override
    protected void run(Client client, Store store) {
        Payload payload = Json.payload(value);
        if (payload.isNone()) {
            throw mistake("a signal cannot be null: send true if there is nothing to say");
        }
        boolean sent = client.signal(runId, name, payload, messageId);
        out().println(sent ? "signalled " + runId
                : "dropped: " + runId + " already had a message with the id '" + messageId + "'");
    }
}
