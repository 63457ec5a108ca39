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
    private int number;
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

    /** How many were set before it: the same in every life of the run. */
    void isNumber(int before) {
        number = before;
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

    /** By when they are due; of those due at one moment the one that was set first. */
    @Override
    public int compareTo(OpenTimer other) {
        int byTime = Long.compare(due, other.due);
        return byTime != 0 ? byTime : Integer.compare(number, other.number);
    }
}
