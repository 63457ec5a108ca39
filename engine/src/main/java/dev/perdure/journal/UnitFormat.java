// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a unit is written: one octet for the form, the time, then each event as its kind's number and a part of its own.
 *
 * <p>Numbers and names of kinds never change and are never used again for something else. A newer version may append
 * fields to an event: an older one passes over them. What a version does not know at all it refuses, so that the run
 * becomes stuck there and is left to a newer node.
 */
public final class UnitFormat {

    private static final int FORM = 1;

    private UnitFormat() {
    }

    /** Every kind of event: its number in the journal is fixed here for ever. */
    private enum Kind {
        RUN_STARTED(1, Arrival.RunStarted.class),
        STEP_COMPLETED(2, Arrival.StepCompleted.class),
        STEP_FAILED(3, Arrival.StepFailed.class),
        STEP_OUTCOME_UNKNOWN(4, Arrival.StepOutcomeUnknown.class),
        STEP_CANCELLED(5, Arrival.StepCancelled.class),
        TIMER_FIRED(6, Arrival.TimerFired.class),
        SIGNAL_RECEIVED(7, Arrival.SignalReceived.class),
        CANCEL_REQUESTED(8, Arrival.CancelRequested.class),
        CHILD_COMPLETED(9, Arrival.ChildCompleted.class),
        CHILD_FAILED(10, Arrival.ChildFailed.class),
        SIGNAL_DELIVERED(20, Arrival.SignalDelivered.class),
        SIGNAL_REFUSED(21, Arrival.SignalRefused.class),
        FACT_LEARNED(22, Arrival.FactLearned.class),
        STEP_SCHEDULED(64, Command.StepScheduled.class),
        TIMER_SET(65, Command.TimerSet.class),
        TIMER_CANCELLED(66, Command.TimerCancelled.class),
        SIGNAL_AWAITED(67, Command.SignalAwaited.class),
        SIDE_EFFECT_RECORDED(68, Command.SideEffectRecorded.class),
        VALUE_PUBLISHED(69, Command.ValuePublished.class),
        VERSION_MARKED(70, Command.VersionMarked.class),
        RUN_COMPLETED(71, Command.RunCompleted.class),
        RUN_FAILED(72, Command.RunFailed.class),
        RUN_CANCELLED(73, Command.RunCancelled.class),
        RUN_CONTINUED(74, Command.RunContinued.class),
        CHILD_STARTED(75, Command.ChildStarted.class),
        CHILD_CANCELLED(76, Command.ChildCancelled.class),
        SIGNAL_SENT(84, Command.SignalSent.class),
        FACT_EMITTED(85, Command.FactEmitted.class),
        FACT_AWAITED(86, Command.FactAwaited.class);

        private static final Kind[] BY_NUMBER = new Kind[128];

        static {
            for (Kind kind : values()) {
                BY_NUMBER[kind.number] = kind;
            }
        }

        final int number;
        final Class<? extends Event> type;
        final String wireName = name().toLowerCase(Locale.ROOT);

        Kind(int number, Class<? extends Event> type) {
            this.number = number;
            this.type = type;
        }
    }

    private static final ClassValue<Kind> KINDS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            for (Kind kind : Kind.values()) {
                if (kind.type == type) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(type + " has no number in the journal. Give it one in UnitFormat.Kind");
        }
    };

    static String wireName(Event event) {
        return KINDS.get(event.getClass()).wireName;
    }

    /**
     * Writes a unit, without its number, which the store keeps beside it.
     *
     * @param unit the unit
     * @return its bytes
     */
    public static byte[] encode(Unit unit) {
        Bytes out = new Bytes();
        out.octet(FORM);
        out.number(unit.at());
        write(out, unit.arrival());
        for (Command command : unit.commands()) {
            write(out, command);
        }
        return out.toArray();
    }

    /**
     * Reads a unit.
     *
     * @param seq the number of its first entry
     * @param written what {@link #encode} returned
     * @return the unit
     * @throws UnreadableUnitException if the bytes are damaged or of a newer version
     */
    public static Unit decode(long seq, byte[] written) {
        return decode(seq, written, 0, written.length);
    }

    /**
     * Reads a unit that stands among other bytes.
     *
     * @param seq the number of its first entry
     * @param written has what {@link #encode} returned
     * @param from where that begins
     * @param to where that ends
     * @return the unit
     * @throws UnreadableUnitException if the bytes are damaged or of a newer version
     */
    public static Unit decode(long seq, byte[] written, int from, int to) {
        try {
            Bytes in = new Bytes(written, from, to);
            int form = in.octet();
            if (form != FORM) {
                throw new IllegalArgumentException("form " + form + " is unknown here, this version reads form "
                        + FORM);
            }
            long at = in.number();
            if (!(read(in) instanceof Arrival arrival)) {
                throw new IllegalArgumentException("the unit does not begin with an arrival");
            }
            if (!in.hasMore()) {
                return new Unit(seq, at, arrival, List.of());
            }
            List<Command> commands = new ArrayList<>(2);
            while (in.hasMore()) {
                if (!(read(in) instanceof Command command)) {
                    throw new IllegalArgumentException("the unit has a second arrival");
                }
                commands.add(command);
            }
            return new Unit(seq, at, arrival, commands);
        } catch (IllegalArgumentException damaged) {
            throw new UnreadableUnitException(seq, damaged);
        }
    }

    private static void write(Bytes out, Event event) {
        out.octet(KINDS.get(event.getClass()).number);
        int mark = out.begin();
        switch (event) {
            case Arrival.RunStarted e -> out.number(e.seed());
            case Arrival.StepCompleted e -> {
                answer(out, e);
                out.payload(e.result());
                out.number(e.attempts());
            }
            case Arrival.StepFailed e -> {
                answer(out, e);
                failure(out, e.failure());
                out.number(e.attempts());
            }
            case Arrival.StepOutcomeUnknown e -> answer(out, e);
            case Arrival.StepCancelled e -> answer(out, e);
            case Arrival.ChildCompleted e -> {
                answer(out, e);
                out.payload(e.result());
            }
            case Arrival.ChildFailed e -> {
                answer(out, e);
                out.text(e.status().name());
                failure(out, e.failure());
            }
            case Arrival.SignalDelivered e -> answer(out, e);
            case Arrival.SignalRefused e -> {
                answer(out, e);
                out.text(e.status() == null ? "" : e.status().name());
            }
            case Arrival.FactLearned e -> {
                answer(out, e);
                out.payload(e.value());
            }
            case Arrival.TimerFired e -> out.place(e.at());
            case Arrival.SignalReceived e -> {
                out.text(e.name());
                out.payload(e.value());
                out.text(e.messageId());
            }
            case Arrival.CancelRequested e -> {
                out.text(e.reason());
                out.text(e.by());
            }
            case Command command -> decision(out, command);
        }
        out.end(mark);
    }

    // Not another write: an overload would be chosen for a command that still needs its kind and length.
    private static void decision(Bytes out, Command command) {
        switch (command) {
            case Command.StepScheduled e -> named(out, e.at(), e.name());
            case Command.TimerSet e -> {
                named(out, e.at(), e.name());
                out.number(e.due());
            }
            case Command.TimerCancelled e -> out.place(e.timer());
            case Command.SignalAwaited e -> {
                named(out, e.at(), e.name());
                out.number(e.due());
            }
            case Command.SideEffectRecorded e -> {
                named(out, e.at(), e.name());
                out.payload(e.value());
            }
            case Command.ValuePublished e -> named(out, e.at(), e.name());
            case Command.ChildStarted e -> {
                named(out, e.at(), e.name());
                out.text(e.runId());
                out.uuid(e.child());
            }
            case Command.ChildCancelled e -> out.place(e.child());
            case Command.SignalSent e -> {
                named(out, e.at(), e.name());
                out.text(e.runId());
            }
            case Command.FactEmitted e -> named(out, e.at(), e.name());
            case Command.FactAwaited e -> {
                named(out, e.at(), e.name());
                out.number(e.due());
            }
            case Command.VersionMarked e -> {
                out.text(e.changeId());
                out.number(e.version());
            }
            case Command.RunCompleted e -> out.payload(e.result());
            case Command.RunFailed e -> failure(out, e.failure());
            case Command.RunCancelled e -> failure(out, e.failure());
            case Command.RunContinued e -> {
                out.uuid(e.next());
                out.payload(e.input());
            }
        }
    }

    private static Event read(Bytes all) {
        int number = all.octet();
        Kind kind = number < Kind.BY_NUMBER.length ? Kind.BY_NUMBER[number] : null;
        if (kind == null) {
            throw new IllegalArgumentException("there is an event of kind " + number
                    + ", which this version does not know");
        }
        Bytes in = all.part();
        return switch (kind) {
            case RUN_STARTED -> new Arrival.RunStarted(in.number());
            case STEP_COMPLETED -> new Arrival.StepCompleted(in.place(), in.text(), in.payload(), (int) in.number());
            case STEP_FAILED -> new Arrival.StepFailed(in.place(), in.text(), failure(in), (int) in.number());
            case STEP_OUTCOME_UNKNOWN -> new Arrival.StepOutcomeUnknown(in.place(), in.text());
            case STEP_CANCELLED -> new Arrival.StepCancelled(in.place(), in.text());
            case TIMER_FIRED -> new Arrival.TimerFired(in.place());
            case SIGNAL_RECEIVED -> new Arrival.SignalReceived(in.text(), in.payload(), in.text());
            case CANCEL_REQUESTED -> new Arrival.CancelRequested(in.text(), in.text());
            case CHILD_COMPLETED -> new Arrival.ChildCompleted(in.place(), in.text(), in.payload());
            case CHILD_FAILED -> new Arrival.ChildFailed(in.place(), in.text(), RunStatus.valueOf(in.text()),
                    failure(in));
            case SIGNAL_DELIVERED -> new Arrival.SignalDelivered(in.place(), in.text());
            case SIGNAL_REFUSED -> new Arrival.SignalRefused(in.place(), in.text(), status(in.text()));
            case FACT_LEARNED -> new Arrival.FactLearned(in.place(), in.text(), in.payload());
            case STEP_SCHEDULED -> new Command.StepScheduled(in.place(), in.text());
            case TIMER_SET -> new Command.TimerSet(in.place(), in.text(), in.number());
            case TIMER_CANCELLED -> new Command.TimerCancelled(in.place());
            case SIGNAL_AWAITED -> new Command.SignalAwaited(in.place(), in.text(), in.number());
            case SIDE_EFFECT_RECORDED -> new Command.SideEffectRecorded(in.place(), in.text(), in.payload());
            case VALUE_PUBLISHED -> new Command.ValuePublished(in.place(), in.text());
            case VERSION_MARKED -> new Command.VersionMarked(in.text(), (int) in.number());
            case RUN_COMPLETED -> new Command.RunCompleted(in.payload());
            case RUN_FAILED -> new Command.RunFailed(failure(in));
            case RUN_CANCELLED -> new Command.RunCancelled(failure(in));
            case RUN_CONTINUED -> new Command.RunContinued(in.uuid(), in.payload());
            case CHILD_STARTED -> new Command.ChildStarted(in.place(), in.text(), in.text(), in.uuid());
            case CHILD_CANCELLED -> new Command.ChildCancelled(in.place());
            case SIGNAL_SENT -> new Command.SignalSent(in.place(), in.text(), in.text());
            case FACT_EMITTED -> new Command.FactEmitted(in.place(), in.text());
            case FACT_AWAITED -> new Command.FactAwaited(in.place(), in.text(), in.number());
        };
    }

    private static @Nullable RunStatus status(String name) {
        return name.isEmpty() ? null : RunStatus.valueOf(name);
    }

    private static void answer(Bytes out, Arrival.Answer event) {
        named(out, event.at(), event.name());
    }

    private static void named(Bytes out, Position at, String name) {
        out.place(at);
        out.text(name);
    }

    /**
     * Writes a failure, for rows beside the journal.
     *
     * @param failure the failure
     * @return its bytes
     */
    public static byte[] encode(Failure failure) {
        Bytes out = new Bytes();
        failure(out, failure);
        return out.toArray();
    }

    /**
     * Reads a failure.
     *
     * @param written what {@link #encode(Failure)} returned
     * @return the failure
     */
    public static Failure decodeFailure(byte[] written) {
        return failure(new Bytes(written));
    }

    private static void failure(Bytes out, @Nullable Failure failure) {
        int mark = out.begin();
        if (failure != null) {
            out.text(failure.type());
            out.number(failure.supertypes().size());
            failure.supertypes().forEach(out::text);
            out.octet(failure.message() == null ? 0 : 1);
            out.text(failure.message() == null ? "" : failure.message());
            out.text(failure.trace());
            failure(out, failure.cause());
            out.payload(failure.details());
            out.number(failure.retryAfter() == null ? 0 : failure.retryAfter().toMillis() + 1);
        }
        out.end(mark);
    }

    private static @Nullable Failure failureOrNull(Bytes all) {
        Bytes in = all.part();
        if (!in.hasMore()) {
            return null;
        }
        String type = in.text();
        int count = in.count();
        List<String> supertypes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            supertypes.add(in.text());
        }
        boolean hasMessage = in.octet() == 1;
        String message = in.text();
        String trace = in.text();
        Failure cause = failureOrNull(in);
        Payload details = in.payload();
        long retryAfter = in.number();
        return new Failure(type, List.copyOf(supertypes), hasMessage ? message : null, trace, cause, details,
                retryAfter == 0 ? null : Duration.ofMillis(retryAfter - 1));
    }

    private static Failure failure(Bytes in) {
        Failure failure = failureOrNull(in);
        if (failure == null) {
            throw new IllegalArgumentException("a failure is empty");
        }
        return failure;
    }
}
