// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Durations;
import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A time by which a run must have begun, or ended, together with those that continue it.
 *
 * @param kind which of the two
 * @param due milliseconds since 1970
 * @param span how long that was, in milliseconds, for people
 */
public record Limit(Kind kind, long due, long span) {

    /** What a limit is about. */
    public enum Kind {
        /** It must have begun. */
        START,
        /** It must have ended. */
        END
    }

    /**
     * A limit that is exceeded, or would be.
     *
     * @param chain of which run
     * @param limit the limit
     */
    public record Of(UUID chain, Limit limit) {
    }

    private static final String ID = NewMessage.MADE_UP + "limit/";

    /**
     * What options say.
     *
     * @param options how a run is started
     * @param now milliseconds since 1970
     * @return counted from when the run is due
     */
    public static List<Limit> of(StartOptions options, long now) {
        List<Limit> limits = new ArrayList<>(0);
        add(limits, Kind.START, options.limits().start(), options.dueAt(now));
        add(limits, Kind.END, options.limits().end(), options.dueAt(now));
        return limits;
    }

    private static void add(List<Limit> limits, Kind kind, @Nullable Duration within, long from) {
        if (within != null) {
            long span = Durations.ceilMillis(within);
            limits.add(new Limit(kind, from + span, span));
        }
    }

    /**
     * Why a run that has exceeded it ends.
     *
     * @return for people
     */
    public String reason() {
        return (kind == Kind.START ? "it was not started within " : "it had not ended within ")
                + Duration.ofMillis(span);
    }

    /**
     * What a run that has begun is told.
     *
     * @param chain its chain
     * @param now milliseconds since 1970
     * @return of kind {@code CANCEL}; the same each time
     */
    public NewMessage message(UUID chain, long now) {
        return new NewMessage(ID + chain, NewMessage.Kind.CANCEL, reason(), Payload.NONE, "its limit", now);
    }

    /**
     * Whether a request to stop is a limit's.
     *
     * @param message of kind {@code CANCEL}
     * @return false for somebody's
     */
    public static boolean isSender(NewMessage message) {
        return message.id().startsWith(ID);
    }

    /**
     * The whole journal of a run that has never begun.
     *
     * @param run which
     * @param now milliseconds since 1970
     * @return its only unit
     */
    public Unit ending(RunRow run, long now) {
        return new Unit(1, now, new Arrival.RunStarted(0), List.of(new Command.RunCancelled(Failure.cancelled(
                "run '" + run.runId() + "' was cancelled: " + reason()))));
    }

    /**
     * Where such a run stands then.
     *
     * @param now milliseconds since 1970
     * @return cancelled
     */
    public static RunState cancelled(long now) {
        return new RunState(RunStatus.CANCELLED, Long.MAX_VALUE, "", "", 0, true, now);
    }
}
