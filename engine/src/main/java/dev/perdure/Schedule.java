// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * When runs are started, and how. What is started is said where the schedule is put into the store. Immutable; every
 * option returns another value.
 *
 * {@snippet :
 * engine.schedules().put(Schedule.cron("nightly", "30 2 * * *", ZoneId.of("Europe/Berlin"))
 *         .overlap(Schedule.Overlap.QUEUE_ONE), REPORT, "all shops"); }
 *
 * @param name of the schedule; its runs have ids that begin with it
 * @param rhythm when it ticks
 * @param overlap what a tick does while a run of an earlier one goes on
 * @param catchUp how late a tick may be, because nobody ran, and still start its run
 * @param jitter by how much ticks are spread: each is late by a time that its name and instant decide
 * @param startOptions how each run is started; it gets the headers {@link #NAME_HEADER} and {@link #TICK_HEADER} and
 *     the attribute {@link #NAME_HEADER}, too
 */
public record Schedule(String name, Rhythm rhythm, Overlap overlap, Duration catchUp, Duration jitter,
        StartOptions startOptions) {

    /** The header and the attribute of a run that says which schedule has started it. */
    public static final String NAME_HEADER = "schedule";

    /** The header of a run that says for which tick it was started; see {@link #tickOf}. */
    public static final String TICK_HEADER = "tick";

    private static final int LONGEST_NAME = 120;
    private static final Duration SHORTEST_CATCH_UP = Duration.ofSeconds(10);
    private static final Duration CATCH_UP = Duration.ofHours(1);

    /** What a tick does while a run that the schedule has started goes on. */
    public enum Overlap {
        /** It starts nothing. */
        SKIP,
        /** Its run waits until nothing runs; one waits at a time, further ticks start nothing. */
        QUEUE_ONE,
        /** Its run waits until nothing runs, behind those that wait already; a thousand at most. */
        QUEUE_ALL,
        /** What runs is asked to stop. When it has, the run of the latest tick is started. */
        CANCEL_RUNNING,
        /** It starts its run beside the others. */
        ALLOW
    }

    /** Checks what no engine should have to. */
    public Schedule {
        Names.check("schedule", name);
        if (name.length() > LONGEST_NAME) {
            throw new InvalidArgumentException("the schedule name '" + name.substring(0, 40) + "…' has "
                    + name.length() + " characters, at most " + LONGEST_NAME + " are allowed, because the ids of runs "
                    + "begin with it. Shorten it");
        }
        if (Durations.notNegative("catchUp", catchUp).compareTo(SHORTEST_CATCH_UP) < 0) {
            throw new InvalidArgumentException("catchUp of schedule '" + name + "' is " + catchUp + ", but must be "
                    + SHORTEST_CATCH_UP + " or more: on a busy machine every tick is a little late");
        }
        jitter = Durations.notNegative("jitter", jitter);
        if (startOptions.runId() != null || startOptions.delay() != null || startOptions.startAt() != null
                || startOptions.policy() != StartOptions.Policy.USE_EXISTING || !startOptions.signals().isEmpty()) {
            throw new InvalidArgumentException("the start options of schedule '" + name + "' have an id, a policy, a "
                    + "delay or signals, but a schedule gives its runs their ids and times. Leave these out, and begin "
                    + "with StartOptions.none()");
        }
    }

    /**
     * A schedule with the default options: {@link Overlap#SKIP}, an hour to catch up, no jitter.
     *
     * @param name stable, without {@code /}
     * @param rhythm when it ticks
     * @return a schedule that is in no store yet
     */
    public static Schedule of(String name, Rhythm rhythm) {
        return new Schedule(name, rhythm, Overlap.SKIP, CATCH_UP, Duration.ZERO, StartOptions.none());
    }

    /**
     * A schedule by a wall clock.
     *
     * @param name stable, without {@code /}
     * @param expression minute, hour, day of month, month, day of week; or six fields with seconds first
     * @param zone whose wall clock
     * @return see {@link #of}
     */
    public static Schedule cron(String name, String expression, ZoneId zone) {
        return of(name, new Rhythm.Cron(expression, zone));
    }

    /**
     * A schedule at an interval.
     *
     * @param name stable, without {@code /}
     * @param interval one second or more
     * @return see {@link #of}; ticks are multiples of the interval since 1970-01-01T00:00:00Z
     */
    public static Schedule every(String name, Duration interval) {
        return of(name, new Rhythm.Interval(interval, Duration.ZERO));
    }

    /**
     * What a tick does while a run of an earlier one goes on.
     *
     * @param policy {@link Overlap#SKIP} unless set
     * @return another schedule
     */
    public Schedule overlap(Overlap policy) {
        return new Schedule(name, rhythm, policy, catchUp, jitter, startOptions);
    }

    /**
     * How late a tick may be and still start its run. Ticks that are later, because nobody ran, are missed.
     *
     * @param window ten seconds or more; an hour unless set
     * @return another schedule
     */
    public Schedule catchUp(Duration window) {
        return new Schedule(name, rhythm, overlap, window, jitter, startOptions);
    }

    /**
     * Spreads the starts of many schedules that tick at one moment. A tick keeps its id and its time.
     *
     * @param longest zero or more; each tick is late by less than that
     * @return another schedule
     */
    public Schedule jitter(Duration longest) {
        return new Schedule(name, rhythm, overlap, catchUp, longest, startOptions);
    }

    /**
     * How each run is started: its queue, key and priority, its limits, headers and attributes.
     *
     * @param options without an id, a policy, a delay and signals; {@link StartOptions#none()} unless set
     * @return another schedule
     * @throws InvalidArgumentException if the options have any of these
     */
    public Schedule startOptions(StartOptions options) {
        return new Schedule(name, rhythm, overlap, catchUp, jitter, options);
    }

    // ---- ticks ----

    /**
     * The next ticks, without jitter.
     *
     * @param after only later ones
     * @param count how many at most
     * @return in order; fewer if there are no more
     * @throws InvalidArgumentException for a cron expression that cannot be read, or if nothing here reads any
     */
    public List<Instant> next(Instant after, int count) {
        return rhythm.next(after, count);
    }

    /**
     * The id of the run of a tick: the same whoever starts it, so that there is one.
     *
     * @param tick its time
     * @return such as {@code nightly:2026-11-22T01:30:00Z}
     */
    public String runId(Instant tick) {
        return name + ":" + tick;
    }

    /**
     * When the run of a tick is started.
     *
     * @param tick its time
     * @return that, or later by less than {@link #jitter}
     */
    public Instant due(Instant tick) {
        return jitter.isZero() ? tick : tick.plusMillis(Math.floorMod(
                mix(name.hashCode() * 0x9E3779B97F4A7C15L + tick.toEpochMilli()), Durations.ceilMillis(jitter)));
    }

    /** The finisher of SplitMix64 (Steele, Lea, Flood 2014): neighbours in time are far apart after it. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /**
     * For which tick a run was started.
     *
     * @param run its {@link WorkflowContext#info}
     * @return empty for a run that was triggered, or that no schedule has started
     */
    public static Optional<Instant> tickOf(RunInfo run) {
        return Optional.ofNullable(run.headers().get(TICK_HEADER)).map(Instant::parse);
    }
}
