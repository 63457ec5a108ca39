// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as the journal remembers it: text only, so that it reads the same live, on replay, on another
 * machine and years later. Its type names are never loaded as classes.
 *
 * @param type the class name of what was thrown
 * @param supertypes the class names of its superclasses and interfaces, nearest first
 * @param message its message, or null
 * @param trace its stack trace as text, cut after {@value #LONGEST_TRACE} characters
 * @param cause what caused it, or null
 * @param details what the thrower attached with {@link Failed}, or {@link Payload#NONE}
 * @param retryAfter how long the thrower asked to wait before the next attempt, or null
 */
public record Failure(String type, List<String> supertypes, @Nullable String message, String trace,
        @Nullable Failure cause, Payload details, @Nullable Duration retryAfter) {

    /** The most characters of a stack trace that are kept. */
    public static final int LONGEST_TRACE = 8_000;

    private static final int DEEPEST_CAUSE = 8;

    /**
     * Describes an exception.
     *
     * @param thrown what was thrown
     * @param payloads writes the details that a {@link Failed} carries
     * @return text without a reference to the exception
     */
    public static Failure of(Throwable thrown, Payloads payloads) {
        return of(thrown, payloads, 0);
    }

    /**
     * Describes the end of a run that was terminated.
     *
     * @param reason why, and by whom
     * @return of a type that no exception has
     */
    public static Failure terminated(String reason) {
        return new Failure("dev.perdure.Terminated", List.of(), reason, "", null, Payload.NONE, null);
    }

    /**
     * Describes the end of a run that was cancelled before its code could hear of it.
     *
     * @param message why
     * @return as of a {@link CancelledException}
     */
    public static Failure cancelled(String message) {
        return new Failure(CancelledException.class.getName(), supertypes(CancelledException.class), message, "", null,
                Payload.NONE, null);
    }

    private static Failure of(Throwable thrown, Payloads payloads, int depth) {
        Throwable cause = thrown.getCause();
        Failure causeFailure = thrown instanceof FailedException failed ? failed.failure()
                : cause == null || cause == thrown || depth == DEEPEST_CAUSE ? null : of(cause, payloads, depth + 1);
        Payload details = Payload.NONE;
        Duration retryAfter = null;
        String message = message(thrown);
        if (thrown instanceof Failed failed) {
            retryAfter = failed.retryAfter();
            try {
                details = payloads.encode(failed.details());
            } catch (PerdureException unwritable) {
                message = message + " (its details could not be kept: " + unwritable.getMessage() + ")";
            }
        }
        return new Failure(thrown.getClass().getName(), supertypes(thrown.getClass()), message,
                depth == 0 ? trace(thrown) : "", causeFailure, details, retryAfter);
    }

    private static @Nullable String message(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (RuntimeException | Error broken) {
            return "(its message could not be read: getMessage() threw " + broken.getClass().getName() + ")";
        }
    }

    private static List<String> supertypes(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            if (each != type) {
                names.add(each.getName());
            }
            for (Class<?> face : each.getInterfaces()) {
                names.add(face.getName());
            }
        }
        return List.copyOf(names);
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text));
        } catch (RuntimeException | Error broken) {
            text.append("(the rest of the trace could not be read)");
        }
        String all = text.toString();
        return all.length() <= LONGEST_TRACE ? all : all.substring(0, LONGEST_TRACE) + "…";
    }

    /**
     * Whether this failure, or what it extends, has the name of a class.
     *
     * @param type the class to compare names with
     * @return true if an {@code instanceof} would have been true where it was thrown
     */
    public boolean is(Class<?> type) {
        return this.type.equals(type.getName()) || supertypes.contains(type.getName());
    }

    /**
     * The last failure in the chain of causes.
     *
     * @return this one if it has no cause
     */
    public Failure rootCause() {
        return cause == null ? this : cause.rootCause();
    }

    /**
     * One line for people.
     *
     * @return for example {@code com.acme.CardDeclined: insufficient funds}
     */
    public String summary() {
        return message == null ? type : type + ": " + message;
    }
}
