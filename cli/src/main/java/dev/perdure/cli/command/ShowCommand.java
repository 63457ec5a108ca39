// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.command;

import dev.perdure.Payload;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.cli.terminal.Text;
import dev.perdure.engine.Client;
import dev.perdure.engine.JournalText;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunView;
import dev.perdure.journal.Event;
import dev.perdure.journal.Unit;
import dev.perdure.store.NewRun;
import dev.perdure.store.Store;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code perdure show}. */
@Command(name = "show", header = "Show everything about one run but its journal, and why it does not move.")
public final class ShowCommand extends DatabaseCommand {

    @Parameters(paramLabel = "RUN", description = "The id of the run.")
    private String runId;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    protected void run(Client client, Store store) {
        RunHandle<Payload> handle = client.handle(runId);
        RunView run = handle.describe();
        Optional<NewRun> launch = store.launch(run.incarnation());
        Map<String, Payload> published = new TreeMap<>(store.published(run.incarnation()));
        long entries = store.lastUnit(run.incarnation()).map(Unit::lastSeq).orElse(0L);
        if (json) {
            ObjectNode document = Json.of(run).put("explanation", handle.explain()).put("journalEntries", entries);
            launch.ifPresent(start -> {
                document.set("input", Json.of(start.input()));
                ObjectNode headers = document.putObject("headers");
                start.headers().forEach(headers::put);
                ObjectNode attributes = document.putObject("attributes");
                start.attributes().forEach(attributes::put);
            });
            ObjectNode values = document.putObject("published");
            published.forEach((name, value) -> values.set(name, Json.of(value)));
            out().println(Json.text(document));
            return;
        }
        print(run, launch, entries);
        published.forEach((name, value) -> Text.field(out(), "published", name + " = " + value.text()));
        Text.field(out(), run.status().isFinished() ? "ended with" : "last entry", last(store, run));
        out().println();
        out().println(handle.explain());
    }

    private void print(RunView run, Optional<NewRun> launch, long entries) {
        Text.field(out(), "run", run.runId());
        Text.field(out(), "workflow", run.workflow());
        Text.field(out(), "status", run.status().name());
        Text.field(out(), "created", Text.time(run.createdAt()));
        Text.field(out(), "changed", Text.time(run.changedAt()));
        run.wakeAt().filter(wake -> !run.status().isFinished())
                .ifPresent(wake -> Text.field(out(), "wakes up", Text.time(wake)));
        run.owner().ifPresent(owner -> Text.field(out(), "on node", owner.toString()));
        Text.field(out(), "incarnation", run.incarnation().toString());
        if (run.recoveries() > 0) {
            Text.field(out(), "recoveries", run.recoveries() + " since it last moved");
        }
        launch.ifPresent(start -> {
            Text.field(out(), "input", start.input().text());
            start.headers().forEach((name, value) -> Text.field(out(), "header", name + " = " + value));
            start.attributes().forEach((name, value) -> Text.field(out(), "attribute", name + " = " + value));
        });
        Text.field(out(), "journal", entries == 1 ? "1 entry" : entries + " entries");
    }

    /** The last entry of the journal: for a finished run, its result or failure. */
    private static String last(Store store, RunView run) {
        return store.lastUnit(run.incarnation()).map(unit -> {
            Event last = unit.commands().isEmpty() ? unit.arrival() : unit.commands().getLast();
            return (last.wireName() + " " + JournalText.details(last)).strip();
        }).orElse("nothing yet");
    }
}
