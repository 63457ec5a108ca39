// SPDX-License-Identifier: Apache-2.0
package dev.perdure.schedule;

import dev.perdure.Payload;
import dev.perdure.schedule.Words.Reader;
import dev.perdure.schedule.Words.Writer;
import java.util.List;

/**
 * Where a schedule stands: what its run publishes, and hands to the incarnation that continues it.
 *
 * @param plan what users have said
 * @param settled up to this time every tick has been dealt with, in milliseconds since 1970
 * @param next the tick it waits for, in milliseconds since 1970; {@link #NEVER} if there is none
 * @param pausedWhy why it is paused; empty if it is not
 * @param waiting ticks whose runs wait until nothing runs, in milliseconds since 1970
 * @param backfill ticks of the past whose runs wait behind these
 * @param running the ids of runs that go on
 * @param counts what has become of ticks
 * @param problem what went wrong last; empty if the last run that ended did well
 */
public record ScheduleState(Plan plan, long settled, long next, String pausedWhy, List<Long> waiting,
        List<Long> backfill, List<String> running, Counts counts, String problem) {

    /** There is no such tick. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * What has become of ticks.
     *
     * @param started runs that were started, triggered ones, too
     * @param skipped ticks that started nothing because of an earlier run
     * @param missed ticks that were later than may be caught up with; those of a long time are counted up to a thousand
     */
    public record Counts(long started, long skipped, long missed) {

        Counts start() {
            return new Counts(started + 1, skipped, missed);
        }

        Counts skip(long ticks) {
            return new Counts(started, skipped + ticks, missed);
        }

        Counts miss(long ticks) {
            return new Counts(started, skipped, missed + ticks);
        }
    }

    /**
     * The state of a new schedule.
     *
     * @param plan what users say
     * @param now milliseconds since 1970; the first tick is later
     * @return has done nothing yet
     */
    public static ScheduleState begin(Plan plan, long now) {
        return new ScheduleState(plan, now, NEVER, "", List.of(), List.of(), List.of(), new Counts(0, 0, 0), "");
    }

    /**
     * What readers may already tell of an order that the run has not heard yet.
     *
     * @param order what it will hear
     * @return this, or with another plan, paused or resumed
     */
    public ScheduleState expecting(Order order) {
        return switch (order) {
            case Order.Replace replace -> new ScheduleState(replace.plan(), settled, next, pausedWhy, waiting, backfill,
                    running, counts, problem);
            case Order.Pause pause -> new ScheduleState(plan, settled, NEVER, pause.reason(), waiting, backfill,
                    running, counts, problem);
            case Order.Resume resume -> new ScheduleState(plan, settled, next, "", waiting, backfill, running, counts,
                    problem);
            case Order.Trigger trigger -> this;
            case Order.Backfill ticks -> this;
        };
    }

    /**
     * Writes it down.
     *
     * @return for {@link #decode}
     */
    public Payload encode() {
        return new Writer().plan(plan).number(settled).number(next).text(pausedWhy).numbers(waiting).numbers(backfill)
                .texts(running).number(counts.started()).number(counts.skipped()).number(counts.missed()).text(problem)
                .payload();
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @param payload the input of the run, or what it has published
     * @return the state
     * @throws dev.perdure.CodecException if it is none
     */
    public static ScheduleState decode(Payload payload) {
        Reader in = new Reader(payload);
        return new ScheduleState(in.plan(), in.number(), in.number(), in.text(), in.numbers(), in.numbers(), in.texts(),
                new Counts(in.number(), in.number(), in.number()), in.text());
    }
}
