// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;

/**
 * A message on its way.
 *
 * @param id the sender's id, or one made up for it; a chain accepts each id once
 * @param kind what it is
 * @param name the signal's name, or the step's; for the others the reason
 * @param value the signal's value, or the step's result; otherwise {@link Payload#NONE}
 * @param sender who sent it, for people; of an answer, what {@link Answer} has to know
 * @param sentAt milliseconds since 1970
 */
public record NewMessage(String id, Kind kind, String name, Payload value, String sender, long sentAt) {

    /** How an id begins that was made up; no sender may choose such a one. */
    public static final String MADE_UP = "~";

    /** What a message is. */
    public enum Kind {
        /** A value for the code. */
        SIGNAL,
        /** A request to stop. */
        CANCEL,
        /** The order to stop. */
        TERMINATE,
        /** What a transaction has come to: see {@link Answer}. */
        ANSWER,
        /** How a child has ended: see {@link ChildEnd}. */
        CHILD_ENDED,
        /** What has become of a signal that the run has sent: see {@link Asker}. */
        SIGNALLED,
        /** A fact that the run awaits is known: see {@link Asker}. */
        LEARNED,
        /** What an activity has come to, by the word of somebody outside: see {@link Verdict}. */
        VERDICT
    }

    /**
     * Whether the sender has chosen the id, so that somebody else may choose the same.
     *
     * @return false for one that was made up
     */
    public boolean hasChosenId() {
        return !id.startsWith(MADE_UP);
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
