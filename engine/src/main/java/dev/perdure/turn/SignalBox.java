// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Payload;
import dev.perdure.journal.Arrival;
import java.util.ArrayDeque;
import java.util.Collection;

/** The signals of one name that the run has heard and nobody has received, and who waits for one. */
final class SignalBox {

    private final String name;
    private final ArrayDeque<Arrival.SignalReceived> unread = new ArrayDeque<>();
    private final Line line = new Line();

    SignalBox(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void put(Arrival.SignalReceived signal) {
        unread.add(signal);
        wake();
    }

    Payload take() {
        return unread.remove().value();
    }

    int unread() {
        return unread.size();
    }

    Collection<Arrival.SignalReceived> all() {
        return unread;
    }

    Line line() {
        return line;
    }

    /** A strand has left the line, with or without a signal: those behind it have moved up. */
    void leave(Strand strand) {
        line.leave(strand);
        wake();
    }

    void wake() {
        line.wake(unread.size());
    }
}
