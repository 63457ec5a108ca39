// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.journal.Position;
import org.jspecify.annotations.Nullable;

/** A wake-up that was set and has not fired: a sleep, a timer, the time-out of a wait. */
final class OpenTimer implements Comparable<OpenTimer> {

    private final Position at;
    private final long due;
    private final Strand strand;
    private @Nullable LiveTimer timer;
    private boolean fired;
    private boolean closed;

    OpenTimer(Strand strand, Position at, long due) {
        this.strand = strand;
        this.at = at;
        this.due = due;
    }

    /** Lets a promise hear of it instead of the strand that set it. */
    void tells(LiveTimer promise) {
        timer = promise;
    }

    Position at() {
        return at;
    }

    long due() {
        return due;
    }

    boolean hasFired() {
        return fired;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    void fire(long now) {
        fired = true;
        closed = true;
        if (timer != null) {
            timer.fired(now);
        } else {
            strand.wake();
        }
    }

    @Override
    public int compareTo(OpenTimer other) {
        return Long.compare(due, other.due);
    }
}
