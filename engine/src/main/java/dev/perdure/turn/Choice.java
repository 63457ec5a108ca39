// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import org.jspecify.annotations.Nullable;

/** What a select can wait for, seen from inside. */
interface Choice {

    /** Whether this strand could take it now, given who stands in line before it. */
    boolean isReadyFor(Strand strand);

    /** Takes it for the winner; what it yields, unless it is a promise, which is asked later. */
    @Nullable Object take(Strand strand);

    /** Who waits for it. */
    Line line();

    /** Somebody has left the line without taking; those behind may be served now. */
    default void lineMoved() {
    }
}
