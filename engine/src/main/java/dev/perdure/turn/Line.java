// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import java.util.ArrayList;
import java.util.List;

/** Strands in the order in which they began to wait for the same thing. First come, first served. */
final class Line {

    private List<Strand> waiting = List.of();

    void enrol(Strand strand) {
        if (waiting.isEmpty()) {
            waiting = new ArrayList<>(2);
        }
        waiting.add(strand);
    }

    void leave(Strand strand) {
        waiting.remove(strand);
    }

    /** How many stand before this strand; all of them if it does not stand in line. */
    int before(Strand strand) {
        int place = waiting.indexOf(strand);
        return place < 0 ? waiting.size() : place;
    }

    int size() {
        return waiting.size();
    }

    /** Wakes the first ones: as many as there is something for. */
    void wake(int count) {
        for (int i = 0; i < Math.min(count, waiting.size()); i++) {
            waiting.get(i).wake();
        }
    }

    void wakeAll() {
        wake(waiting.size());
    }
}
