// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.RunStatus;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to list, count or act on. Immutable; every condition returns another filter, all conditions must hold.
 *
 * @param statuses any of these; empty for all
 * @param workflow the name of the workflow, or null for all
 * @param idPrefix what the run id begins with; empty for all
 * @param createdFrom created at or after, in milliseconds since 1970
 * @param createdTo created before, in milliseconds since 1970
 * @param attributes all of these
 */
public record RunFilter(Set<RunStatus> statuses, @Nullable String workflow, String idPrefix, long createdFrom,
        long createdTo, Map<String, String> attributes) {

    /**
     * Every run.
     *
     * @return a filter without conditions
     */
    public static RunFilter all() {
        return new RunFilter(Set.of(), null, "", Long.MIN_VALUE, Long.MAX_VALUE, Map.of());
    }

    /**
     * Runs in any of these states.
     *
     * @param first one
     * @param more others
     * @return a new filter
     */
    public RunFilter status(RunStatus first, RunStatus... more) {
        Set<RunStatus> any = Set.copyOf(EnumSet.of(first, more));
        return new RunFilter(any, workflow, idPrefix, createdFrom, createdTo, attributes);
    }

    /**
     * Runs of one workflow.
     *
     * @param name its name
     * @return a new filter
     */
    public RunFilter workflow(String name) {
        return new RunFilter(statuses, name, idPrefix, createdFrom, createdTo, attributes);
    }

    /**
     * Runs whose id begins so.
     *
     * @param prefix the beginning, compared character by character
     * @return a new filter
     */
    public RunFilter idPrefix(String prefix) {
        return new RunFilter(statuses, workflow, prefix, createdFrom, createdTo, attributes);
    }

    /**
     * Runs created in a span of time.
     *
     * @param from included, in milliseconds since 1970
     * @param to excluded, in milliseconds since 1970
     * @return a new filter
     */
    public RunFilter created(long from, long to) {
        return new RunFilter(statuses, workflow, idPrefix, from, to, attributes);
    }

    /**
     * Runs with an attribute.
     *
     * @param name its name
     * @param value its value
     * @return a new filter
     */
    public RunFilter attribute(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return new RunFilter(statuses, workflow, idPrefix, createdFrom, createdTo, Map.copyOf(more));
    }
}
