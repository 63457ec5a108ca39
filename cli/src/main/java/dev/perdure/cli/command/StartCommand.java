// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.Payload;
import dev.perdure.StartOptions;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.cli.terminal.RunOptions;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Store;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perdure start}. */
@Command(name = "start", header = "Start a run.", description = {
    "",
    "The run is durable when the command returns, and moves as soon as a node that has the "
    + "workflow's code takes it. Starting again under the same id joins the run that has it."}, footer = {
        "",
        "  perdure start checkout --id order-4711 --input '{\"id\": \"order-4711\", \"cents\": 4990}'",
        "  perdure start nightly-report --delay 2h --attribute region=north"})
public final class StartCommand extends DatabaseCommand {

    @Parameters(paramLabel = "WORKFLOW", description = "The name of the workflow.")
    private String workflow;

    @Option(names = "--id", paramLabel = "RUN", description = "The id of the run. Without it, it gets a UUID.")
    private @Nullable String id;

    @Option(names = "--input", paramLabel = "JSON",
            description = "Its input: JSON, @FILE or - for standard input. Without it, null.")
    private @Nullable String input;

    @Option(names = "--delay", paramLabel = "SPAN", description = "Wait this long before the first turn, such as "
            + "90s, 5m, 2h, 30d.")
    private @Nullable Duration delay;

    @Option(names = "--policy", paramLabel = "POLICY", defaultValue = "USE_EXISTING",
            description = "When the id is taken: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private StartOptions.Policy policy;

    @Mixin
    private RunOptions how;

    @Override
    protected void run(Client client, Store store) {
        StartOptions options = (id == null ? StartOptions.none() : StartOptions.id(id)).policy(policy);
        options = how.addTo(delay == null ? options : options.delay(delay));
        Payload payload = input == null ? Payload.NONE : Json.payload(input);
        RunHandle<Payload> run = client.start(workflow, options, payload);
        out().println(run.created() ? "started " + run.runId()
                : "joined " + run.runId() + ", which exists already and is " + run.describe().status());
    }
}
