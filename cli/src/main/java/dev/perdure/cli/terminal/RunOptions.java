// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import dev.perdure.StartOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a run is started, now or by a schedule. */
public final class RunOptions {

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "What the workflow may read of its starter; "
            + "repeatable.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "What to list and filter by; repeatable.")
    private Map<String, String> attributes = new LinkedHashMap<>();

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

    /**
     * Adds what was said.
     *
     * @param options what is known of the run already
     * @return the same and all given options
     */
    public StartOptions addTo(StartOptions options) {
        StartOptions all = options.priority(priority);
        all = startWithin == null ? all : all.startWithin(startWithin);
        all = finishWithin == null ? all : all.finishWithin(finishWithin);
        all = queue == null ? all : all.queue(queue);
        all = key == null ? all : all.key(key);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            all = all.header(header.getKey(), header.getValue());
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            all = all.attribute(attribute.getKey(), attribute.getValue());
        }
        return all;
    }
}
