// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;

/**
 * A message on its way.
 *
 * @param id the sender's id; a chain accepts each id once
 * @param kind what it is
 * @param name the signal's name; for the others the reason
 * @param value the signal's value; otherwise {@link Payload#NONE}
 * @param sender who sent it, for people
 * @param sentAt milliseconds since 1970
 */
public record NewMessage(String id, Kind kind, String name, Payload value, String sender, long sentAt) {

    /** What a message is. */
    public enum Kind {
        /** A value for the code. */
        SIGNAL,
        /** A request to stop. */
        CANCEL,
        /** The order to stop. */
        TERMINATE
    }

    /**
     * The order to stop, as {@link RunRow#problem} keeps it for a run that was terminated.
     *
     * @return for example {@code terminated by ops: out of stock}
     */
    public String sentence() {
        return "terminated by " + sender + (name.isEmpty() ? "" : ": " + name);
    }
}
