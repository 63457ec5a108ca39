// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.FilterOptions;
import dev.perdure.cli.terminal.Json;
import dev.perdure.cli.terminal.Text;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunPage;
import dev.perdure.engine.RunView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code perdure list}. */
@Command(name = "list", header = "List runs, newest first.", footer = {
    "",
    "  perdure list --workflow checkout --status STUCK,FAILED",
    "  perdure list --prefix order-47 --attribute customer=c-12 --limit 100"})
public final class ListCommand extends DatabaseCommand {

    @Mixin
    private FilterOptions filters;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50",
            description = "How many at most, from 1 to 10,000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--after", paramLabel = "UUID", description = "Go on after this page: what the page before named.")
    private @Nullable UUID after;

    @Option(names = "--json", description = "Print {\"runs\": [...], \"next\": ...} instead of a table.")
    private boolean json;

    @Override
    protected void run(Client client, Store store) {
        RunPage page = client.list(filters.filter(), Optional.ofNullable(after), limit);
        if (json) {
            ObjectNode document = Json.list("runs", page.runs(), Json::of);
            out().println(Json.text(document.put("next", page.next().map(UUID::toString).orElse(null))));
            return;
        }
        if (page.runs().isEmpty()) {
            out().println("no runs" + (store.count(RunFilter.all()) == 0 ? "; the database is empty"
                    : " that fit"));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RUN", "WORKFLOW", "STATUS", "CREATED", "CHANGED", ""));
        for (RunView run : page.runs()) {
            rows.add(List.of(run.runId(), run.workflow(), run.status().name(), Text.time(run.createdAt()),
                    Text.time(run.changedAt()), Text.remark(run)));
        }
        Text.table(out(), rows);
        page.next().ifPresent(next -> out().println("\nThere may be more: repeat the command with --after " + next));
    }
}
