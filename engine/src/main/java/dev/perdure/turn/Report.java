// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Why a run is stuck, for people: where, what the journal has, what the code does, and what to do about it.
 *
 * @param code a short, stable word for the kind of trouble
 * @param text several sentences
 */
public record Report(String code, String text) {

    private static final String DIVERGED = "diverged";

    static Report saysOtherwise(String where, String journal, String code) {
        return new Report(DIVERGED, "The code does not fit the journal. At " + where + " the journal has " + journal
                + ", but the code " + code + "." + codeLine() + " Bring back the code that this run began with, or "
                + "branch with ctx.version(…) where it changed; then redrive the run.");
    }

    static Report missing(String where, long expected, long found) {
        return new Report("journal_gap", "The journal has a gap at " + where + ": entry " + expected + " should "
                + "come, but "
                + found + " does. Restore the database from a backup, then redrive the run.");
    }

    static Report versionOutOfRange(String changeId, int version, int min, int max) {
        return new Report("version_out_of_range", "This run is on version " + version + " of change '" + changeId
                + "', but the code knows only " + min + " to " + max + "." + codeLine()
                + " Deploy code that still knows that version, then redrive the run.");
    }

    static Report unreadable(String what, Throwable cause) {
        return new Report("unreadable_payload", what + " cannot be read: " + cause.getMessage()
                + " Mend the type or the codec so that it reads what was written, then redrive the run.");
    }

    static Report sideEffectThrew(String name, Throwable thrown) {
        return new Report("side_effect_threw", "The side effect '" + name + "' threw " + thrown
                + ", which is not remembered, so the run cannot go on from it." + codeLine()
                + " Catch it inside the side effect, or use ctx.step(…), whose failures are remembered; then redrive "
                + "the run.");
    }

    /**
     * A run whose journal has grown to its limit.
     *
     * @param entries how many entries it has
     * @param limit how many it may have
     * @return the report
     */
    public static Report journalTooLong(long entries, long limit) {
        return new Report("journal_limit", "The journal has " + entries + " entries, the limit is " + limit
                + ". Use ctx.continueAsNew(…) in loops without end; to let this run go on, raise "
                + "Engine.builder().journalLimit(…) and redrive it.");
    }

    /**
     * A run whose code waits where that keeps a thread from all others.
     *
     * @param stack of the waiting fiber
     * @return the report
     */
    public static Report holdsCarrier(StackTraceElement[] stack) {
        return new Report("holds_carrier", "The code waits inside a class initializer, native code or, up to JDK 23, "
                + "a synchronized block, which keeps a thread that all runs of the process need."
                + at(Arrays.stream(stack)) + " Wait outside of it, use java.util.concurrent.locks.ReentrantLock for "
                + "synchronized, or JDK 24 or newer; then redrive the run.");
    }

    private static String codeLine() {
        return StackWalker.getInstance().walk(frames -> at(frames.map(StackWalker.StackFrame::toStackTraceElement)));
    }

    private static String at(Stream<StackTraceElement> stack) {
        return stack.filter(line -> isUsers(line.getClassName())).findFirst()
                .map(line -> " The code is at " + line + ".").orElse("");
    }

    private static boolean isUsers(String type) {
        return !type.startsWith("dev.perdure.turn.") && !type.startsWith("dev.perdure.fiber.")
                && !type.equals("dev.perdure.Saga") && !type.startsWith("dev.perdure.Promise")
                && !type.startsWith("java.") && !type.startsWith("jdk.");
    }
}
