// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.InvalidArgumentException;
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
     * The same as a message to the activity.
     *
     * @param id made up
     * @param sender for people
     * @param now milliseconds since 1970
     * @return of kind {@code VERDICT}
     */
    public NewMessage message(String id, String sender, long now) {
        boolean good = end instanceof Command.RunCompleted;
        return new NewMessage(id, NewMessage.Kind.VERDICT, attempt + (good ? " +" : " -"),
                ChildEnd.value(good ? RunStatus.COMPLETED : RunStatus.FAILED, "", end), sender, now);
    }

    /**
     * Reads what {@link #message} has made.
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
