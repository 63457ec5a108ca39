// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.Payload;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Store;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perdure result}. */
@Command(name = "result", header = "Wait for a run's result and print it as JSON.", description = {
    "",
    "If the run failed, was cancelled, was terminated or is stuck, says so and exits with 1."})
public final class ResultCommand extends DatabaseCommand {

    @Parameters(paramLabel = "RUN", description = "The id of the run.")
    private String runId;

    @Option(names = "--timeout", paramLabel = "SPAN",
            description = "Give up after this long, such as 90s or 5m; 0s looks once. Without it: wait for ever.")
    private @Nullable Duration timeout;

    @Override
    protected void run(Client client, Store store) {
        RunHandle<Payload> run = client.handle(runId);
        Payload result = timeout == null ? run.result() : run.result(timeout);
        out().println(result == null ? "null" : result.text());
    }
}
