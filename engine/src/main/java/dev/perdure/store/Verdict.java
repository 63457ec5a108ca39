// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Command;
import dev.perdure.journal.UnitFormat;
import java.util.UUID;

/**
 * What somebody outside says an attempt of an activity has come to.
 *
 * @param attempt which attempt; what is said of another one counts for nothing
 * @param end a {@link Command.RunCompleted} or a {@link Command.RunFailed}
 */
public record Verdict(int attempt, Command end) {

    /**
     * Who may say it: the text that an activity hands out.
     *
     * @param activity its incarnation
     * @param attempt which attempt, from 1
     */
    public record Token(UUID activity, int attempt) {

        /**
         * Reads a token.
         *
         * @param text what {@link #toString} wrote
         * @return the token
         * @throws InvalidArgumentException if it is none
         */
        public static Token parse(String text) {
            int dot = text.lastIndexOf('.');
            try {
                return new Token(UUID.fromString(text.substring(0, Math.max(0, dot))),
                        Integer.parseInt(text.substring(dot + 1)));
            } catch (IllegalArgumentException none) {
                throw new InvalidArgumentException("'" + text + "' is no token of an activity. Give the text that "
                        + "ctx.completeLater() has returned, as it is");
            }
        }

        @Override
        public String toString() {
            return activity + "." + attempt;
        }
    }

    /**
     * What a message of kind {@code VERDICT} is named.
     *
     * @return which attempt, and whether it did well
     */
    public String name() {
        return attempt + (isGood() ? " +" : " -");
    }

    /**
     * What a message of kind {@code VERDICT} carries.
     *
     * @return the result or, encoded, the failure
     */
    public Payload value() {
        return ChildEnd.value(isGood() ? RunStatus.COMPLETED : RunStatus.FAILED, "", end);
    }

    private boolean isGood() {
        return end instanceof Command.RunCompleted;
    }

    /**
     * Reads a verdict.
     *
     * @param message of kind {@code VERDICT}
     * @return the verdict
     */
    public static Verdict of(NewMessage message) {
        String[] parts = message.name().split(" ");
        return new Verdict(Integer.parseInt(parts[0]), parts[1].equals("+") ? new Command.RunCompleted(message.value())
                : new Command.RunFailed(UnitFormat.decodeFailure(message.value().bytes())));
    }
}
