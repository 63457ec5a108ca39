// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.shared;

import dev.perdure.Queue;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.GroupCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.cli.terminal.Spans;
import dev.perdure.cli.terminal.Text;
import dev.perdure.engine.Client;
import dev.perdure.store.QueueView;
import dev.perdure.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.node.ObjectNode;

/** {@code perdure queue}, whose work is done by the commands within. */
@Command(name = "queue", header = "See how much waits, and set limits.",
        subcommands = {QueueCommand.ListAll.class, QueueCommand.Set.class},
        footer = {
            "",
            "  perdure queue list",
            "  perdure queue set mail --limit 5 --limit-per-key 1 --rate 100/1s",
            "  perdure queue set mail --limit 0         holds all its runs back"})
public final class QueueCommand extends GroupCommand {

    private static String limit(int value) {
        return value == Queue.UNLIMITED ? "-" : Integer.toString(value);
    }

    private static String rate(Queue queue) {
        return queue.rate() == Queue.UNLIMITED ? "-" : queue.rate() + " in " + queue.per();
    }

    /** {@code perdure queue list}. */
    @Command(name = "list", header = "List all queues.")
    static final class ListAll extends DatabaseCommand {

        @Option(names = "--json", description = "Print a JSON object.")
        private boolean json;

        @Override
        protected void run(Client client, Store store) {
            List<QueueView> all = client.queues();
            if (json) {
                out().println(Json.text(Json.list("queues", all, ListAll::json)));
                return;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NAME", "WAITING", "RUNNING", "OLDEST", "LIMIT", "PER KEY", "PER NODE", "RATE"));
            for (QueueView view : all) {
                Queue queue = view.queue();
                rows.add(List.of(queue.name(), Long.toString(view.waiting()), Long.toString(view.running()),
                        view.oldest() == Long.MAX_VALUE ? "-" : Text.time(Instant.ofEpochMilli(view.oldest())),
                        limit(queue.limit()), limit(queue.limitPerKey()), limit(queue.limitPerNode()), rate(queue)));
            }
            Text.table(out(), rows);
        }

        private static ObjectNode json(QueueView view) {
            Queue queue = view.queue();
            ObjectNode json = Json.object().put("name", queue.name()).put("waiting", view.waiting())
                    .put("running", view.running()).put("oldest",
                            view.oldest() == Long.MAX_VALUE ? null : Instant.ofEpochMilli(view.oldest()).toString());
            put(json, "limit", queue.limit());
            put(json, "limitPerKey", queue.limitPerKey());
            put(json, "limitPerNode", queue.limitPerNode());
            put(json, "rate", queue.rate());
            return json.put("per", queue.rate() == Queue.UNLIMITED ? null : queue.per().toString());
        }

        private static void put(ObjectNode json, String name, int limit) {
            if (limit == Queue.UNLIMITED) {
                json.putNull(name);
            } else {
                json.put(name, limit);
            }
        }
    }

    /** {@code perdure queue set}. */
    @Command(name = "set", header = "Set the limits of a queue: those that are not given are none.")
    static final class Set extends DatabaseCommand {

        @Parameters(paramLabel = "NAME", description = "The name of the queue.")
        private String name;

        @Option(names = "--limit", paramLabel = "N", description = "How many runs may go on at once; 0 for none.")
        private @Nullable Integer limit;

        @Option(names = "--limit-per-key", paramLabel = "N", description = "The same for those of one key.")
        private @Nullable Integer perKey;

        @Option(names = "--limit-per-node", paramLabel = "N", description = "The same for each node.")
        private @Nullable Integer perNode;

        @Option(names = "--rate", paramLabel = "N/SPAN", description = "How many may begin in a time, such as 100/1s.")
        private @Nullable String rate;

        @Override
        protected void run(Client client, Store store) {
            Queue queue = Queue.named(name);
            queue = limit == null ? queue : queue.limit(limit);
            queue = perKey == null ? queue : queue.limitPerKey(perKey);
            queue = perNode == null ? queue : queue.limitPerNode(perNode);
            queue = rate == null ? queue : rated(queue, rate);
            client.setQueue(queue);
            out().println("set " + name + ": limit " + limit(queue.limit()) + ", per key " + limit(queue.limitPerKey())
                    + ", per node " + limit(queue.limitPerNode()) + ", rate " + rate(queue));
        }

        private Queue rated(Queue queue, String text) {
            int slash = text.indexOf('/');
            try {
                Duration per = Spans.parse(text.substring(slash + 1));
                return queue.rate(Integer.parseInt(text.substring(0, Math.max(0, slash))), per);
            } catch (NumberFormatException | TypeConversionException none) {
                throw mistake("'" + text + "' is not a rate: write 100/1s, or 5/2m");
            }
        }
    }
}
