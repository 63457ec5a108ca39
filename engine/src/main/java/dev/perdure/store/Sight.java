// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a node sees when it looks up, all at one moment.
 *
 * @param alive whether the node still is one; if not, its runs are others', and what it writes is refused
 * @param time the clock that all nodes go by, in milliseconds since 1970
 * @param history changes when the store may have gone back behind what it had made durable, as when a copy that lagged
 *     takes its place; what a node has in memory is then worth nothing
 * @param pulses the other nodes
 * @param ended nodes that have ended, and whose runs nobody has freed yet
 * @param unheard the chains of those of the node's runs that have unread messages
 * @param waiting as {@link Store#waiting}
 * @param nextWake as {@link Store#nextWake}
 * @param exceeded as {@link Store#exceeded}
 */
public record Sight(boolean alive, long time, String history, Map<UUID, Pulse> pulses, Set<UUID> ended,
        Set<UUID> unheard, Set<String> waiting, long nextWake, List<Limit.Of> exceeded) {

    /**
     * Whether there is a run that could be handed out to a node that can run anything, whatever its queue's limits.
     *
     * @return false for none
     */
    public boolean movable() {
        return !waiting.isEmpty();
    }

    /**
     * A node's sign of life.
     *
     * @param beats another number each time the node looks up
     * @param lease how long it may be silent
     */
    public record Pulse(long beats, Duration lease) {
    }
}
