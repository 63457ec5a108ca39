// SPDX-License-Identifier: Apache-2.0
package dev.perdure.schedule;

import dev.perdure.Payload;
import dev.perdure.schedule.Words.Reader;
import dev.perdure.schedule.Words.Writer;
import java.util.List;

/** What the run of a schedule is told, by a signal. */
public sealed interface Order {

    /** The name of the signal. */
    String SIGNAL = "order";

    /**
     * Goes by another plan from now on.
     *
     * @param plan of a schedule of the same name
     */
    record Replace(Plan plan) implements Order {
    }

    /**
     * Starts nothing any more.
     *
     * @param reason why, for people
     */
    record Pause(String reason) implements Order {
    }

    /** Goes on with the next tick. */
    record Resume() implements Order {
    }

    /**
     * Starts a run now.
     *
     * @param runId its id
     */
    record Trigger(String runId) implements Order {
    }

    /**
     * Starts the runs of ticks that are past.
     *
     * @param ticks in milliseconds since 1970
     */
    record Backfill(List<Long> ticks) implements Order {
    }

    /**
     * Writes it down.
     *
     * @return for {@link #decode}
     */
    default Payload encode() {
        Writer out = new Writer();
        switch (this) {
            case Replace replace -> out.number(0).plan(replace.plan());
            case Pause pause -> out.number(1).text(pause.reason());
            case Resume resume -> out.number(2);
            case Trigger trigger -> out.number(3).text(trigger.runId());
            case Backfill backfill -> out.number(4).numbers(backfill.ticks());
        }
        return out.payload();
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @param payload the value of a signal
     * @return the order
     * @throws dev.perdure.CodecException if it is none
     */
    static Order decode(Payload payload) {
        Reader in = new Reader(payload);
        int kind = (int) in.number();
        return switch (kind) {
            case 0 -> new Replace(in.plan());
            case 1 -> new Pause(in.text());
            case 2 -> new Resume();
            case 3 -> new Trigger(in.text());
            case 4 -> new Backfill(in.numbers());
            default -> throw in.unreadable("an order of kind " + kind);
        };
    }
}
