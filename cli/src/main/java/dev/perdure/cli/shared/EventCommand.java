// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.shared;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.GroupCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.cli.terminal.Text;
import dev.perdure.engine.Client;
import dev.perdure.store.Fact;
import dev.perdure.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code perdure event}, whose work is done by the commands within. */
@Command(name = "event", header = "See and emit events, which any run may await.",
        subcommands = {EventCommand.ListAll.class, EventCommand.Show.class, EventCommand.Emit.class},
        footer = {
            "",
            "  perdure event list --after order-4710",
            "  perdure event show order-4711-shipped",
            "  perdure event emit rates-2026-11-22 '{\"EUR\": 1, \"USD\": 1.15}'"})
public final class EventCommand extends GroupCommand {

    private static String time(Fact event) {
        return Text.time(Instant.ofEpochMilli(event.at()));
    }

    private static ObjectNode json(Fact event) {
        ObjectNode json = Json.object().put("name", event.name()).put("emittedBy", event.by())
                .put("emittedAt", Instant.ofEpochMilli(event.at()).toString());
        json.set("value", Json.of(event.value()));
        return json;
    }

    /** {@code perdure event list}. */
    @Command(name = "list", header = "List events in the order of their names.")
    static final class ListAll extends DatabaseCommand {

        @Option(names = "--after", paramLabel = "NAME", defaultValue = "", description = "Begin after this name.")
        private String after;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "100",
                description = "How many at most (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--json", description = "Print a JSON object.")
        private boolean json;

        @Override
        protected void run(Client client, Store store) {
            if (limit < 1) {
                throw mistake("--limit is " + limit + ", but must be 1 or more");
            }
            List<Fact> some = store.facts(after, limit);
            if (json) {
                out().println(Json.text(Json.list("events", some, EventCommand::json)));
                return;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NAME", "EMITTED AT", "BY", "VALUE"));
            some.forEach(event -> rows.add(List.of(event.name(), time(event), event.by(),
                    Text.cut(event.value().text()))));
            Text.table(out(), rows);
            if (some.size() == limit) {
                out().println("There may be more: perdure event list --after " + some.getLast().name());
            }
        }
    }

    /** {@code perdure event show}. */
    @Command(name = "show", header = "Show an event, and who has emitted it.")
    static final class Show extends DatabaseCommand {

        @Parameters(paramLabel = "NAME", description = "The name of the event.")
        private String name;

        @Option(names = "--json", description = "Print a JSON object.")
        private boolean json;

        @Override
        protected void run(Client client, Store store) {
            Fact event = store.fact(name).orElseThrow(() -> new InvalidArgumentException(
                    "no event '" + name + "' has been emitted. See perdure event list"));
            if (json) {
                out().println(Json.text(json(event)));
                return;
            }
            Text.field(out(), "event", event.name());
            Text.field(out(), "emitted", time(event) + " by " + event.by());
            Text.field(out(), "value", event.value().text());
        }
    }

    /** {@code perdure event emit}. */
    @Command(name = "emit", header = "Emit an event: the first of a name stays for ever.")
    static final class Emit extends DatabaseCommand {

        @Parameters(index = "0", paramLabel = "NAME", description = "The name of the event.")
        private String name;

        @Parameters(index = "1", arity = "0..1", paramLabel = "JSON", defaultValue = "true",
                description = "What there is to know of it: JSON, @FILE or - for standard input "
                    + "(default: ${DEFAULT-VALUE}).")
        private String value;

        @Override
        protected void run(Client client, Store store) {
            Payload payload = Json.payload(value);
            if (payload.isNone()) {
                throw mistake("an event cannot be null: emit true if there is nothing to say");
            }
            out().println(client.emitEvent(name, payload) ? "emitted " + name
                    : "dropped: " + name + " was emitted before, see perdure event show " + name);
        }
    }
}
