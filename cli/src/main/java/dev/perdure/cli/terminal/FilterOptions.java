// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import dev.perdure.RunStatus;
import dev.perdure.store.RunFilter;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose runs. All given conditions must hold. */
public final class FilterOptions {

    @Option(names = "--status", split = ",", paramLabel = "STATUS",
            description = "In any of these states: ${COMPLETION-CANDIDATES}.")
    private List<RunStatus> statuses = List.of();

    @Option(names = "--workflow", paramLabel = "NAME", description = "Of this workflow.")
    private @Nullable String workflow;

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Whose id begins so.")
    private @Nullable String prefix;

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "With this attribute; may be repeated.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    /**
     * What was chosen.
     *
     * @return a filter with all given conditions
     */
    public RunFilter filter() {
        RunFilter filter = RunFilter.all();
        if (!statuses.isEmpty()) {
            EnumSet<RunStatus> all = EnumSet.copyOf(statuses);
            filter = filter.status(statuses.get(0), all.toArray(RunStatus[]::new));
        }
        if (workflow != null) {
            filter = filter.workflow(workflow);
        }
        if (prefix != null) {
            filter = filter.idPrefix(prefix);
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            filter = filter.attribute(attribute.getKey(), attribute.getValue());
        }
        return filter;
    }
}
