// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Event;
import dev.perdure.journal.Unit;
import java.time.Instant;
import java.util.List;

/** A journal for people: a line an entry, arrivals at the margin, what the code said to them indented below. */
public final class JournalText {

    private static final int LONGEST_VALUE = 120;

    private JournalText() {
    }

    /**
     * Prints a journal.
     *
     * @param units in order
     * @return lines, each with a line feed
     */
    public static String of(List<Unit> units) {
        StringBuilder text = new StringBuilder();
        for (Unit unit : units) {
            line(text, unit.seq(), Instant.ofEpochMilli(unit.at()).toString(), unit.arrival());
            long seq = unit.seq();
            for (Command command : unit.commands()) {
                seq++;
                line(text, seq, "", command);
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, long seq, String at, Event event) {
        String kind = at.isEmpty() ? "  " + event.wireName() : event.wireName();
        text.append(String.format("%5d  %-24s  %-22s  %s", seq, at, kind, details(event)).stripTrailing()).append('\n');
    }

    /**
     * What one event says, without its kind.
     *
     * @param event the event
     * @return one line
     */
    public static String details(Event event) {
        String more = switch (event) {
            case Arrival.StepCompleted e -> value(e.result()) + attempts(e.attempts());
            case Arrival.StepFailed e -> failure(e.failure()) + attempts(e.attempts());
            case Arrival.SignalReceived e -> value(e.value());
            case Arrival.ChildCompleted e -> value(e.result());
            case Arrival.ChildFailed e -> e.status() + " " + failure(e.failure());
            case Command.ChildStarted e -> "run '" + e.runId() + "'";
            case Command.SignalSent e -> "to run '" + e.runId() + "'";
            case Arrival.SignalRefused e -> e.status() == null ? "there is no such run" : "it is " + e.status();
            case Command.TimerSet e -> "until " + Instant.ofEpochMilli(e.due());
            case Command.SignalAwaited e -> e.due() == Long.MAX_VALUE ? "" : "until " + Instant.ofEpochMilli(e.due());
            case Arrival.FactLearned e -> value(e.value());
            case Command.FactAwaited e -> e.due() == Long.MAX_VALUE ? "" : "until " + Instant.ofEpochMilli(e.due());
            case Command.SideEffectRecorded e -> value(e.value());
            case Command.VersionMarked e -> "= " + e.version();
            case Command.RunCompleted e -> value(e.result());
            case Command.RunFailed e -> failure(e.failure());
            case Command.RunCancelled e -> failure(e.failure());
            case Command.RunContinued e -> value(e.input());
            default -> "";
        };
        return (event.subject() + " " + more).strip();
    }

    private static String value(Payload payload) {
        return "-> " + cut(payload.text());
    }

    private static String failure(Failure failure) {
        return "failed: " + cut(failure.summary());
    }

    private static String attempts(int attempts) {
        return attempts == 1 ? "" : " (" + attempts + " attempts)";
    }

    private static String cut(String text) {
        String line = text.replace('\n', ' ');
        return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "…";
    }
}
