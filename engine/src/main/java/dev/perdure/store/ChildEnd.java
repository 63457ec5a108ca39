// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a child has ended, on its way to its parent.
 *
 * @param parent the life of the parent that has asked for it
 * @param at where
 * @param status how it ended: finished, and not continued
 * @param value its result, or its failure in a form of this class's own
 */
public record ChildEnd(UUID parent, Position at, RunStatus status, Payload value) {

    private static final String FAILURE = "perdure.failure";

    /**
     * What a finished run has to tell.
     *
     * @param status how it ended
     * @param problem how it was terminated, if it was
     * @param last its last unit, or null if it has none
     * @return its result or its failure
     */
    public static Payload value(RunStatus status, String problem, @Nullable Unit last) {
        return value(status, problem, last == null || last.commands().isEmpty() ? null : last.commands().getLast());
    }

    /**
     * What a finished run has to tell.
     *
     * @param status how it ended
     * @param problem how it was terminated, if it was
     * @param last what it said last, or null
     * @return its result or its failure
     */
    public static Payload value(RunStatus status, String problem, @Nullable Command last) {
        return switch (status == RunStatus.TERMINATED ? null : last) {
            case Command.RunCompleted completed -> completed.result();
            case Command.RunFailed failed -> encode(failed.failure());
            case Command.RunCancelled cancelled -> encode(cancelled.failure());
            case null, default -> terminated(problem);
        };
    }

    /**
     * What a run has to tell that was stopped without asking its code.
     *
     * @param problem how
     * @return its failure
     */
    public static Payload terminated(String problem) {
        return encode(Failure.terminated(problem));
    }

    private static Payload encode(Failure failure) {
        return new Payload(FAILURE, UnitFormat.encode(failure));
    }

    /**
     * Reads what a child has told.
     *
     * @param chain in whose inbox the message is
     * @param message of kind {@code CHILD_ENDED}
     * @return what {@link Parent#told} was made of
     */
    public static ChildEnd of(UUID chain, NewMessage message) {
        Asker parent = Asker.of(chain, message);
        return new ChildEnd(parent.incarnation(), parent.at(), RunStatus.valueOf(message.name()), message.value());
    }

    /**
     * The answer to the code that has started it.
     *
     * @param workflow the name of the child's workflow
     * @return a completion or a failure
     */
    public Arrival.Answer answer(String workflow) {
        return status == RunStatus.COMPLETED ? new Arrival.ChildCompleted(at, workflow, value)
                : new Arrival.ChildFailed(at, workflow, status, UnitFormat.decodeFailure(value.bytes()));
    }
}
