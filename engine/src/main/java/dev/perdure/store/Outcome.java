// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one write.
 *
 * @param kind accepted, or why not
 * @param run the run concerned as it is after the write, for every kind but {@code NOT_FOUND} and {@code REFUSED},
 *     and except that it may be null for an accepted {@link Write.Advance} or {@link Write.Release}, and is null for a
 *     {@link Write.Emit}
 * @param joiners the chains that have joined a run which has ended with this {@link Write.Advance}, and have been told:
 *     neither its parent nor its children
 */
public record Outcome(Kind kind, @Nullable RunRow run, Set<UUID> joiners) {

    /**
     * An outcome of which nobody else was told.
     *
     * @param kind see above
     * @param run see above
     */
    public Outcome(Kind kind, @Nullable RunRow run) {
        this(kind, run, Set.of());
    }

    /** Accepted, or why not. */
    public enum Kind {
        /** It is done. */
        DONE,
        /** The name is taken; {@link Outcome#run} has it, unless it is the name of a fact. */
        EXISTS,
        /** The message was sent before. */
        DUPLICATE,
        /** There is no such run. */
        NOT_FOUND,
        /** The run has finished. */
        FINISHED,
        /** The run is not stuck. */
        NOT_STUCK,
        /** The node has ended, does not own the run, or does not know what is in its journal. */
        REFUSED
    }

    /**
     * Whether the change was made.
     *
     * @return true for {@code DONE}
     */
    public boolean isDone() {
        return kind == Kind.DONE;
    }
}
