// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A life of a run that has asked something of others, and where: there it is answered, by a message to its own inbox.
 *
 * @param incarnation who has asked; another life does not hear of it
 * @param chain where its messages go
 * @param at where
 */
public record Asker(UUID incarnation, UUID chain, Position at) {

    private static final String DELIVERED = "DELIVERED";
    private static final String NOBODY = "NOBODY";

    /**
     * A signal that it sends to another run.
     *
     * @param name the signal's name
     * @param value its value
     * @param sender who sends it, for people
     * @param now milliseconds since 1970
     * @return of kind {@code SIGNAL}, with an id that was made up
     */
    public NewMessage signal(String name, Payload value, String sender, long now) {
        return new NewMessage(id("signal"), NewMessage.Kind.SIGNAL, name, value, sender, now);
    }

    /**
     * What it is told of a signal that it has sent.
     *
     * @param found the other run's status, or null if there is none of the id
     * @param now milliseconds since 1970
     * @return of kind {@code SIGNALLED}
     */
    public NewMessage signalled(@Nullable RunStatus found, long now) {
        String verdict = found == null ? NOBODY : found.isFinished() ? found.name() : DELIVERED;
        return new NewMessage(id("signalled"), NewMessage.Kind.SIGNALLED, verdict, Payload.NONE, place(), now);
    }

    /**
     * What it is told when a fact that it awaits is known.
     *
     * @param fact the fact
     * @return of kind {@code LEARNED}
     */
    public NewMessage learned(Fact fact) {
        return new NewMessage(id("learned"), NewMessage.Kind.LEARNED, fact.name(), fact.value(), place(), fact.at());
    }

    /** Of what it is told: another one for each life of a run, in whose inbox all of them are. */
    String id(String what) {
        return NewMessage.MADE_UP + what + "/" + incarnation + "/" + at.index() + "/" + at.fiber();
    }

    /** The sender of what it is told: {@link #of} reads it. */
    String place() {
        return incarnation + " " + at.index() + " " + at.fiber();
    }

    /**
     * Reads who has asked.
     *
     * @param chain in whose inbox the message is
     * @param message of kind {@code SIGNALLED}, {@code LEARNED} or {@code CHILD_ENDED}
     * @return what the message was made of
     */
    public static Asker of(UUID chain, NewMessage message) {
        String[] parts = message.sender().split(" ", 3);
        return new Asker(UUID.fromString(parts[0]), chain, new Position(parts[2], Integer.parseInt(parts[1])));
    }

    /**
     * The answer to the code that has asked.
     *
     * @param name the name that it has asked with
     * @param message what was told
     * @return for the position
     */
    public Arrival.Answer answer(String name, NewMessage message) {
        if (message.kind() == NewMessage.Kind.LEARNED) {
            return new Arrival.FactLearned(at, name, message.value());
        }
        return switch (message.name()) {
            case DELIVERED -> new Arrival.SignalDelivered(at, name);
            case NOBODY -> new Arrival.SignalRefused(at, name, null);
            default -> new Arrival.SignalRefused(at, name, RunStatus.valueOf(message.name()));
        };
    }
}
