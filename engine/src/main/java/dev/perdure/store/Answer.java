// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.journal.Position;
import java.util.UUID;

/**
 * What a step in a transaction has come to, on its way to the journal: a message that the transaction itself sends to
 * its run. One question has one message id, so that a chain accepts one answer to it, however many attempts there were,
 * and by whatever lives of the run.
 *
 * @param incarnation who asked
 * @param at where
 * @param step the step's name: another one in its place would be another question
 * @param attempts how many were made
 */
public record Answer(UUID incarnation, Position at, String step, int attempts) {

    /**
     * Its message's id.
     *
     * @return the same for every attempt
     */
    public String messageId() {
        return NewMessage.MADE_UP + incarnation + "/" + at.index() + "/" + at.fiber() + "/" + step;
    }

    /**
     * The message.
     *
     * @param result what the code is to be answered
     * @param now milliseconds since 1970
     * @return of kind {@code ANSWER}
     */
    public NewMessage message(Payload result, long now) {
        return new NewMessage(messageId(), NewMessage.Kind.ANSWER, step, result,
                incarnation + " " + attempts + " " + at.index() + " " + at.fiber(), now);
    }

    /**
     * Reads it back.
     *
     * @param message of kind {@code ANSWER}
     * @return what {@link #message} was made of
     */
    public static Answer of(NewMessage message) {
        String[] parts = message.sender().split(" ", 4);
        return new Answer(UUID.fromString(parts[0]), new Position(parts[3], Integer.parseInt(parts[2])),
                message.name(), Integer.parseInt(parts[1]));
    }
}
