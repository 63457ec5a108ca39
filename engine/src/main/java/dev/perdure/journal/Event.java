// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

/** One fact in a journal: a {@link Command} the code decided, or an {@link Arrival} the world delivered. */
public sealed interface Event permits Command, Arrival {

    /**
     * The stable name of this kind of event.
     *
     * @return for example {@code timer_fired}
     */
    default String wireName() {
        return UnitFormat.wireName(this);
    }

    /**
     * What the event is about, for people: its position and name.
     *
     * @return one line without the kind
     */
    String subject();
}
