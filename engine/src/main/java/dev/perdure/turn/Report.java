// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import org.jspecify.annotations.Nullable;

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

    private static String codeLine() {
        StackWalker.@Nullable StackFrame line = StackWalker.getInstance().walk(frames -> frames
                .filter(frame -> isUsers(frame.getClassName())).findFirst().orElse(null));
        return line == null ? "" : " The code is at " + line.toStackTraceElement() + ".";
    }

    private static boolean isUsers(String type) {
        return !type.startsWith("dev.perdure.turn.") && !type.startsWith("dev.perdure.fiber.")
                && !type.equals("dev.perdure.Saga") && !type.startsWith("dev.perdure.Promise")
                && !type.startsWith("java.") && !type.startsWith("jdk.");
    }
}
