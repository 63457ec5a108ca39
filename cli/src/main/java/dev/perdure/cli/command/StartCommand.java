// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.Payload;
import dev.perdure.StartOptions;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "What the workflow may read of its starter; "
            + "repeatable.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "What to list and filter by; repeatable.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--policy", paramLabel = "POLICY", defaultValue = "USE_EXISTING",
            description = "When the id is taken: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private StartOptions.Policy policy;

    @Option(names = "--start-within", paramLabel = "SPAN", description = "Cancel it if it has not begun by then.")
    private @Nullable Duration startWithin;

    @Option(names = "--finish-within", paramLabel = "SPAN", description = "Cancel it if it has not ended by then.")
    private @Nullable Duration finishWithin;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "The queue to wait in, see perdure queue.")
    private @Nullable String queue;

    @Option(names = "--key", paramLabel = "KEY", description = "Whose run it is, for limits per key.")
    private @Nullable String key;

    @Option(names = "--priority", paramLabel = "N", defaultValue = "0",
            description = "Higher ones come first in the queue (default: ${DEFAULT-VALUE}).")
    private int priority;

    @Override
    protected void run(Client client, Store store) {
        StartOptions options = (id == null ? StartOptions.none() : StartOptions.id(id)).policy(policy);
        options = startWithin == null ? options : options.startWithin(startWithin);
        options = finishWithin == null ? options : options.finishWithin(finishWithin);
        options = queue == null ? options : options.queue(queue);
        options = key == null ? options : options.key(key);
        options = options.priority(priority);
        if (delay != null) {
            options = options.delay(delay);
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            options = options.header(header.getKey(), header.getValue());
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            options = options.attribute(attribute.getKey(), attribute.getValue());
        }
        Payload payload = input == null ? Payload.NONE : Json.payload(input);
        RunHandle<Payload> run = client.start(workflow, options, payload);
        out().println(run.created() ? "started " + run.runId()
                : "joined " + run.runId() + ", which exists already and is " + run.describe().status());
    }
}
