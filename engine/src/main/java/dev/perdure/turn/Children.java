// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.journal.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The runs that a run has started and that have not told yet how they ended. Asked by the driver between turns. */
public final class Children {

    private final Map<Position, LiveChild<?>> open = new LinkedHashMap<>(0);
    private List<Child> started = List.of();
    private List<Child> cancelled = List.of();

    Children() {
    }

    /** What was said in a replayed turn has long been done. */
    void add(LiveChild<?> child, boolean replayed) {
        open.put(child.child().started().at(), child);
        if (!replayed) {
            started = started.isEmpty() ? new ArrayList<>(1) : started;
            started.add(child.child());
        }
    }

    void cancel(LiveChild<?> child, boolean replayed) {
        open.remove(child.child().started().at());
        if (!replayed) {
            cancelled = cancelled.isEmpty() ? new ArrayList<>(1) : cancelled;
            cancelled.add(child.child());
        }
    }

    @Nullable LiveChild<?> remove(Position at) {
        return open.remove(at);
    }

    /**
     * What was started.
     *
     * @param at the position of its start
     * @return null if nothing is open there
     */
    public @Nullable Child at(Position at) {
        LiveChild<?> child = open.get(at);
        return child == null ? null : child.child();
    }

    @Nullable String nameAt(Position at) {
        Child child = at(at);
        return child == null ? null : child.started().name();
    }

    boolean isOpen(Position at) {
        return open.containsKey(at);
    }

    /**
     * Those that are open.
     *
     * @return in the order in which they were started
     */
    public List<Child> open() {
        return open.values().stream().map(LiveChild::child).toList();
    }

    /**
     * Those started since the last call.
     *
     * @return in the order in which they were started
     */
    public List<Child> takeStarted() {
        List<Child> taken = started;
        started = List.of();
        return taken;
    }

    /**
     * Those that the code has asked to stop since the last call.
     *
     * @return each once
     */
    public List<Child> takeCancelled() {
        List<Child> taken = cancelled;
        cancelled = List.of();
        return taken;
    }
}
