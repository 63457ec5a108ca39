// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import java.util.List;

/**
 * One turn in the journal: what was heard and everything that was said to it. Invariant: durable as a whole or not at
 * all.
 *
 * @param seq the number of its first entry, from 1; entries of a journal are numbered without gaps
 * @param at when the arrival was heard, in milliseconds since 1970; never before the unit before it
 * @param arrival the first entry
 * @param commands the entries after it, perhaps none
 */
public record Unit(long seq, long at, Arrival arrival, List<Command> commands) {

    /**
     * How many entries the unit has.
     *
     * @return at least 1
     */
    public int size() {
        return 1 + commands.size();
    }

    /**
     * The number of its last entry.
     *
     * @return at least {@link #seq}
     */
    public long lastSeq() {
        return seq + commands.size();
    }
}
