// SPDX-License-Identifier: Apache-2.0
package dev.perdure.schedule;

import dev.perdure.ChildFailedException;
import dev.perdure.ChildRun;
import dev.perdure.ClosePolicy;
import dev.perdure.CodecException;
import dev.perdure.Payload;
import dev.perdure.PerdureException;
import dev.perdure.Schedule;
import dev.perdure.Selectable;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StartOptions;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.schedule.ScheduleState.Counts;
import dev.perdure.schedule.Words.Reader;
import dev.perdure.schedule.Words.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The code of every schedule's run.
 *
 * <p>It is workflow code like any other and under the same rule: journals that were written by an older build must
 * replay. Whoever changes what it asks, or in which order, asks {@link WorkflowContext#version} first. It asks the
 * calendar through a side effect, because time zone data and cron readers change.
 *
 * <p>Invariant between two rounds: if nothing runs then nothing waits, unless the schedule is paused.
 */
public final class ScheduleRun {

    /** Its definition. */
    public static final Workflow<Payload, Payload> WORKFLOW = Workflow.builtIn("schedule");

    /** What the ids of schedules' runs begin with; the schedule's name follows. */
    public static final String ID_PREFIX = WORKFLOW.name() + ":";

    /** The name under which the run publishes its {@link ScheduleState}. */
    public static final String PUBLISHED = "state";

    /** How many ticks wait at most, and how many runs are followed. */
    public static final int MOST_WAITING = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ScheduleRun.class);

    /** After so many rounds it continues as new when nothing runs; after so many in any case. */
    private static final int ROUNDS = 100;
    private static final int MOST_ROUNDS = 500;
    private static final Duration BEFORE_NEXT_TRY = Duration.ofMinutes(1);

    private final WorkflowContext ctx;
    private Plan plan;
    private long settled;
    private String pausedWhy;
    private final Deque<Long> waiting;
    private final Deque<Long> backfill;
    private final Map<String, ChildRun<Payload>> running = new LinkedHashMap<>();
    private final Set<String> askedToStop = new HashSet<>();
    private Counts counts;
    private String problem;

    /** The tick it waits for; {@link ScheduleState#NEVER} if there is none, null before it has looked. */
    private @Nullable Long next;
    private @Nullable Timer timer;
    private Payload published = Payload.NONE;

    private ScheduleRun(WorkflowContext ctx, ScheduleState state) {
        this.ctx = ctx;
        this.plan = state.plan();
        this.settled = state.settled();
        this.pausedWhy = state.pausedWhy();
        this.waiting = new ArrayDeque<>(state.waiting());
        this.backfill = new ArrayDeque<>(state.backfill());
        this.counts = state.counts();
        this.problem = state.problem();
        // They are there already, so this joins them.
        state.running().forEach(runId -> running.put(runId, child(runId, "")));
    }

    /**
     * Runs a schedule.
     *
     * @param ctx of its run
     * @param input a {@link ScheduleState}
     * @return never
     */
    public static Payload run(WorkflowContext ctx, Payload input) {
        return new ScheduleRun(ctx, ScheduleState.decode(input)).keep();
    }

    private Payload keep() {
        Signals<Payload> orders = ctx.signals(Order.SIGNAL, Payload.class);
        for (int round = 0;; round++) {
            forgetEnded();
            if (round >= MOST_ROUNDS || round >= ROUNDS && running.isEmpty()) {
                return ctx.continueAsNew(state().encode());
            }
            if (!startWaiting() && !tick()) {
                awaitSomething(orders);
            }
        }
    }

    private ScheduleState state() {
        return new ScheduleState(plan, settled, next == null ? ScheduleState.NEVER : next, pausedWhy,
                List.copyOf(waiting), List.copyOf(backfill), List.copyOf(running.keySet()), counts, problem);
    }

    private Schedule schedule() {
        return plan.schedule();
    }

    private boolean isPaused() {
        return !pausedWhy.isEmpty();
    }

    // ---- waiting ----

    private void awaitSomething(Signals<Payload> orders) {
        Payload now = state().encode();
        if (!now.equals(published)) {
            ctx.publish(PUBLISHED, now);
            published = now;
        }
        List<Selectable<?>> branches = new ArrayList<>(running.size() + 2);
        branches.add(orders);
        branches.addAll(running.values());
        if (timer != null) {
            branches.add(timer);
        }
        Selection first = ctx.select(branches.toArray(Selectable<?>[]::new));
        if (first.is(orders)) {
            hear(first.value(orders));
        } else if (timer != null && first.is(timer)) {
            timer = null;
        }
    }

    private void hear(Payload said) {
        try {
            follow(Order.decode(said));
        } catch (CodecException unknown) {
            // From a newer build, or from somebody who has signalled by hand: no reason to stop.
            problem = unknown.getMessage();
        }
    }

    private void follow(Order order) {
        switch (order) {
            case Order.Replace replace -> {
                if (!replace.plan().schedule().rhythm().equals(schedule().rhythm())) {
                    settled = ctx.now().toEpochMilli();
                }
                plan = replace.plan();
                lookAgain();
            }
            case Order.Pause pause -> {
                pausedWhy = pause.reason();
                lookAgain();
            }
            case Order.Resume resume -> {
                if (isPaused()) {
                    settled = ctx.now().toEpochMilli();
                    pausedWhy = "";
                }
            }
            case Order.Trigger trigger -> start(trigger.runId(), "");
            case Order.Backfill ticks -> ticks.ticks().forEach(tick -> {
                if (schedule().overlap() == Schedule.Overlap.ALLOW) {
                    start(tick);
                } else if (backfill.size() < MOST_WAITING) {
                    backfill.add(tick);
                }
            });
        }
    }

    // ---- ticks ----

    /** Deals with a tick that is due; otherwise sees to it that there is a timer for the next one. */
    private boolean tick() {
        if (isPaused() || timer != null) {
            return false;
        }
        if (next == null) {
            look();
        }
        if (next == null || next == ScheduleState.NEVER) {
            return false;
        }
        long tick = next;
        Duration left = Duration.between(ctx.now(), schedule().due(Instant.ofEpochMilli(tick)));
        if (left.isPositive()) {
            timer = ctx.timer(left);
            return false;
        }
        next = null;
        if (tick > latestMissed()) {
            settled = tick;
            reached(tick);
        }
        return true;
    }

    /** Ticks up to this time are not caught up with any more. */
    private long latestMissed() {
        return ctx.now().minus(schedule().catchUp()).minus(schedule().jitter()).toEpochMilli();
    }

    /** Asks the calendar for the next tick, and what was missed before it. */
    private void look() {
        long from = settled;
        long missedUntil = latestMissed();
        Schedule schedule = schedule();
        Reader found = new Reader(ctx.sideEffect("calendar", Payload.class, any -> find(schedule, from, missedUntil)));
        counts = counts.miss(found.number());
        next = found.number();
        String trouble = found.text();
        settled = Math.max(settled, missedUntil);
        if (!trouble.isEmpty()) {
            problem = trouble;
            timer = ctx.timer(BEFORE_NEXT_TRY);
            next = null;
            if (!ctx.isReplaying()) {
                LOG.warn("schedule '{}' does not know its next tick and looks again in {}: {}", schedule.name(),
                        BEFORE_NEXT_TRY, trouble);
            }
        }
    }

    private static Payload find(Schedule schedule, long from, long missedUntil) {
        try {
            long missed = missedUntil <= from ? 0 : schedule.next(Instant.ofEpochMilli(from), MOST_WAITING).stream()
                    .filter(tick -> tick.toEpochMilli() <= missedUntil).count();
            List<Instant> next = schedule.next(Instant.ofEpochMilli(Math.max(from, missedUntil)), 1);
            return new Writer().number(missed).number(next.isEmpty() ? ScheduleState.NEVER
                    : next.getFirst().toEpochMilli()).text("").payload();
        } catch (PerdureException unknown) {
            return new Writer().number(0).number(ScheduleState.NEVER).text(unknown.getMessage()).payload();
        }
    }

    /** What was found out of the next tick does not hold any more. */
    private void lookAgain() {
        next = null;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    // ---- runs ----

    private void reached(long tick) {
        if (running.isEmpty()) {
            start(tick);
            return;
        }
        switch (schedule().overlap()) {
            case ALLOW -> start(tick);
            case SKIP -> counts = counts.skip(1);
            case QUEUE_ONE -> queue(tick, 1);
            case QUEUE_ALL -> queue(tick, MOST_WAITING);
            case CANCEL_RUNNING -> {
                counts = counts.skip(waiting.size());
                waiting.clear();
                waiting.add(tick);
                List.copyOf(running.keySet()).forEach(this::askToStop);
            }
        }
    }

    private void queue(long tick, int most) {
        if (waiting.size() < most) {
            waiting.add(tick);
        } else {
            counts = counts.skip(1);
        }
    }

    private boolean startWaiting() {
        boolean canStart = running.isEmpty();
        if (canStart && !isPaused() && !waiting.isEmpty()) {
            start(waiting.removeFirst());
        } else if (canStart && !backfill.isEmpty()) {
            start(backfill.removeFirst());
        } else {
            return false;
        }
        return true;
    }

    private void start(long tick) {
        Instant time = Instant.ofEpochMilli(tick);
        start(schedule().runId(time), time.toString());
    }

    private void start(String runId, String tick) {
        counts = counts.start();
        running.put(runId, child(runId, tick));
        if (running.size() > MOST_WAITING) {
            running.remove(running.keySet().iterator().next());
        }
    }

    /** The run of an id, which is made unless it is there. */
    private ChildRun<Payload> child(String runId, String tick) {
        StartOptions said = schedule().startOptions();
        StartOptions options = new StartOptions(runId, said.policy(), null, null, said.headers(), said.attributes(),
                List.of(), ClosePolicy.ABANDON, said.line(), said.limits())
                .header(Schedule.NAME_HEADER, schedule().name()).attribute(Schedule.NAME_HEADER, schedule().name());
        return ctx.start(Workflow.named(plan.workflow(), Payload.class, Payload.class),
                tick.isEmpty() ? options : options.header(Schedule.TICK_HEADER, tick), plan.input());
    }

    /** Its promise ends with the request, so it is joined by its id, to hear when it has stopped. */
    private void askToStop(String runId) {
        if (askedToStop.add(runId)) {
            running.get(runId).cancel();
            running.put(runId, child(runId, ""));
        }
    }

    private void forgetEnded() {
        for (Iterator<Map.Entry<String, ChildRun<Payload>>> each = running.entrySet().iterator(); each.hasNext();) {
            Map.Entry<String, ChildRun<Payload>> child = each.next();
            if (child.getValue().isReady()) {
                each.remove();
                askedToStop.remove(child.getKey());
                problem = problemOf(child.getValue());
            }
        }
    }

    private static String problemOf(ChildRun<Payload> ended) {
        try {
            ended.get();
            return "";
        } catch (ChildFailedException failed) {
            return "run '" + failed.runId() + "' ended as " + failed.status() + ": " + failed.failure().summary();
        }
    }
}
