// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run is started. Immutable; every option returns another value.
 *
 * {@snippet :
 * engine.start(CHECKOUT, StartOptions.id("order-4711").delay(Duration.ofHours(1)).attribute("customer", "c-12"),
 * order); }
 *
 * @param runId the name of the run, or null for a version-7 UUID
 * @param policy what to do when the name is taken
 * @param delay how long to wait before the first turn, or null
 * @param startAt when to take the first turn, or null
 * @param headers handed to the run as they are
 * @param attributes stored beside the run, for listing
 * @param signals sent to the run together with its start, in this order; sent to the existing run, too
 * @param whenParentEnds what becomes of it when the run that has started it ends; means nothing for others
 * @param line where it waits if it cannot begin at once
 * @param limits how long it may wait, and take
 */
public record StartOptions(@Nullable String runId, Policy policy, @Nullable Duration delay, @Nullable Instant startAt,
        Map<String, String> headers, Map<String, String> attributes, List<Message> signals,
        ClosePolicy whenParentEnds, Line line, Limits limits) {

    /** What to do when there is a run of that id already. In every case another workflow's run is an error. */
    public enum Policy {
        /** Join it: the handle is of the existing run, finished or not. */
        USE_EXISTING,
        /** Throw {@link RunExistsException}. */
        FAIL,
        /** Join it if it goes on; give the name a new incarnation if it has finished. */
        RESTART_FINISHED
    }

    /**
     * A signal that goes along.
     *
     * @param name the signal's name
     * @param value its value, not null
     * @param messageId the sender's id of the message, or null for one that is made up each time
     */
    public record Message(String name, Object value, @Nullable String messageId) {
    }

    /**
     * Where a run waits if it cannot begin at once.
     *
     * @param queue the queue's name; empty for the one of its definition, else of the run that starts it, else none
     * @param key whose run it is
     * @param priority higher ones come first
     */
    public record Line(String queue, String key, int priority) {

        private static final Line ANY = new Line("", "", 0);
    }

    /**
     * How long a run may wait, and take, counted from when it is due.
     *
     * @param start until it has begun, or null
     * @param end until it has ended, or null
     */
    public record Limits(@Nullable Duration start, @Nullable Duration end) {

        private static final Limits NONE = new Limits(null, null);
    }

    /**
     * Options without an id: the run gets a version-7 UUID.
     *
     * @return the default options
     */
    public static StartOptions none() {
        return new StartOptions(null, Policy.USE_EXISTING, null, null, Map.of(), Map.of(), List.of(),
                ClosePolicy.CANCEL, Line.ANY, Limits.NONE);
    }

    /**
     * Options with an id.
     *
     * @param runId the name of the run; starting again with it joins the run
     * @return new options
     */
    public static StartOptions id(String runId) {
        return new StartOptions(Names.check("run", runId), Policy.USE_EXISTING, null, null, Map.of(), Map.of(),
                List.of(), ClosePolicy.CANCEL, Line.ANY, Limits.NONE);
    }

    /**
     * What to do when the id is taken.
     *
     * @param whenTaken the policy; {@link Policy#USE_EXISTING} unless set
     * @return new options
     */
    public StartOptions policy(Policy whenTaken) {
        return new StartOptions(runId, whenTaken, delay, startAt, headers, attributes, signals, whenParentEnds, line,
                limits);
    }

    /**
     * Waits before the first turn, durably.
     *
     * @param pause zero or more
     * @return new options
     */
    public StartOptions delay(Duration pause) {
        return new StartOptions(runId, policy, Durations.notNegative("the start delay", pause), null, headers,
                attributes, signals, whenParentEnds, line, limits);
    }

    /**
     * Waits until an instant before the first turn, durably.
     *
     * @param instant past instants mean at once
     * @return new options
     */
    public StartOptions startAt(Instant instant) {
        return new StartOptions(runId, policy, null, instant, headers, attributes, signals, whenParentEnds, line,
                limits);
    }

    /**
     * Adds a header.
     *
     * @param name its name
     * @param value its value
     * @return new options
     */
    public StartOptions header(String name, String value) {
        return new StartOptions(runId, policy, delay, startAt, with(headers, Names.check("header", name), value),
                attributes, signals, whenParentEnds, line, limits);
    }

    /**
     * Adds an attribute to list and filter by.
     *
     * @param name its name
     * @param value its value
     * @return new options
     */
    public StartOptions attribute(String name, String value) {
        return new StartOptions(runId, policy, delay, startAt, headers,
                with(attributes, Names.check("attribute", name), value), signals, whenParentEnds, line, limits);
    }

    /**
     * Sends a signal together with the start: the run exists and has the signal, or neither. Each call of start sends
     * it again; one that may be repeated because its answer was lost had better give a message id.
     *
     * @param name the signal's name
     * @param value its value, not null
     * @return new options
     */
    public StartOptions signal(String name, Object value) {
        return with(new Message(Names.check("signal", name), value, null));
    }

    /**
     * The same, at most once: a run is sent each message id once, however often it is started.
     *
     * @param name the signal's name
     * @param value its value, not null
     * @param messageId your id of the message
     * @return new options
     */
    public StartOptions signal(String name, Object value, String messageId) {
        return with(new Message(Names.check("signal", name), value, messageId));
    }

    private StartOptions with(Message message) {
        List<Message> more = new ArrayList<>(signals);
        more.add(message);
        return new StartOptions(runId, policy, delay, startAt, headers, attributes, List.copyOf(more),
                whenParentEnds, line, limits);
    }

    /**
     * What becomes of a child that is still going on when its parent ends. Runs that were not started by a run have no
     * parent; this means nothing for them.
     *
     * @param close {@link ClosePolicy#CANCEL} unless set
     * @return new options
     */
    public StartOptions whenParentEnds(ClosePolicy close) {
        return new StartOptions(runId, policy, delay, startAt, headers, attributes, signals, close, line, limits);
    }

    /**
     * Puts the run into a {@linkplain Queue queue}. It comes into memory when the queue's limits let it.
     *
     * @param name the queue's name; there need not be a definition
     * @return new options
     */
    public StartOptions queue(String name) {
        return with(new Line(Names.check("queue", name), line.key(), line.priority()));
    }

    /**
     * Whose run it is: a queue may limit how many runs of one key go on at once. Also counts if the queue is not chosen
     * here.
     *
     * @param name for example a tenant; not empty
     * @return new options
     */
    public StartOptions key(String name) {
        return with(new Line(line.queue(), Names.check("queue key", name), line.priority()));
    }

    /**
     * Which of the runs that wait in one queue comes first: each level is worth a minute of waiting, so that a run of
     * priority 10 comes before one of priority 0 that was due less than ten minutes before it. Means nothing without a
     * queue.
     *
     * @param level 0 unless set; negative ones come later
     * @return new options
     */
    public StartOptions priority(int level) {
        return with(new Line(line.queue(), line.key(), level));
    }

    private StartOptions with(Line place) {
        return new StartOptions(runId, policy, delay, startAt, headers, attributes, signals, whenParentEnds, place,
                limits);
    }

    /**
     * Gives up a run that has not begun in time, because no node has its code or a place for it: it ends as
     * {@code CANCELLED}, and says why.
     *
     * @param longest more than zero; counted from when the run is due
     * @return new options
     */
    public StartOptions startWithin(Duration longest) {
        return with(new Limits(Durations.positive("startWithin", longest), limits.end()));
    }

    /**
     * Cancels a run that has not ended in time, however often it was continued: as {@code client.cancel} would, so that
     * a workflow cleans up; an attempt of an activity is interrupted, and whatever it still comes to is ignored. Costs
     * nothing meanwhile.
     *
     * @param longest more than zero; counted from when the run is due
     * @return new options
     */
    public StartOptions finishWithin(Duration longest) {
        return with(new Limits(limits.start(), Durations.positive("finishWithin", longest)));
    }

    private StartOptions with(Limits other) {
        return new StartOptions(runId, policy, delay, startAt, headers, attributes, signals, whenParentEnds, line,
                other);
    }

    /**
     * Completes these options with what is said by the definition of what is to be started.
     *
     * @param definition a workflow or an activity
     * @return with the definition's queue and limits, where none were chosen
     * @throws InvalidArgumentException if signals go along with an activity
     */
    public StartOptions fitting(Definition<?, ?> definition) {
        if (definition instanceof Activity && !signals.isEmpty()) {
            throw new InvalidArgumentException("activity '" + definition.name() + "' is started with "
                    + signals.size() + " signals, but activities hear none. Put the value into its input, or make it a "
                    + "workflow");
        }
        if (!(definition instanceof Activity<?, ?> activity)) {
            return this;
        }
        StartOptions queued = line.queue().isEmpty() && activity.queue() != null ? queue(activity.queue()) : this;
        return queued.with(new Limits(limits.start() == null ? activity.startWithin() : limits.start(),
                limits.end() == null ? activity.finishWithin() : limits.end()));
    }

    /**
     * When the first turn is due.
     *
     * @param now milliseconds since 1970
     * @return the same or later
     */
    public long dueAt(long now) {
        Duration left = delay != null ? delay
                : startAt != null ? Duration.between(Instant.ofEpochMilli(now), startAt) : Duration.ZERO;
        return left.isNegative() ? now : now + Durations.ceilMillis(Durations.notNegative("the delay", left));
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return Collections.unmodifiableMap(more);
    }
}
