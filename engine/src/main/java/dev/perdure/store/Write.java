// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One change that a store makes as a whole or refuses as a whole. */
public sealed interface Write {

    /**
     * A client starts a run that no node owns yet. Refused with {@code EXISTS} if the name has an incarnation that has not
     * finished, or a finished one and {@code restartFinished} is false. Its messages are put into the inbox; in a refused start
     * they are sent to the existing run instead, if that has not finished.
     *
     * @param run the new run; its owner is null
     * @param restartFinished whether a finished run of the name makes way
     * @param messages go along, in this order
     */
    record Start(NewRun run, boolean restartFinished, List<NewMessage> messages) implements Write {
    }

    /**
     * The owner moves a run: everything one or more turns have brought, as one. Refused with {@code REFUSED} if the node has ended
     * or does not own the run, or if the journal already has other entries at these numbers.
     *
     * @param node the owner
     * @param incarnation the run
     * @param creation if the run is new: its start, decided as in {@link Start} (then the node becomes its owner), or null
     * @param units appended to the journal; their numbers follow the last one without a gap
     * @param heard numbers of inbox messages that these units have heard; they are deleted
     * @param state where the run stands after this, or null if that has not changed
     * @param attempts how far steps have come
     * @param answered positions whose attempts are forgotten
     * @param published values to be readable from now on; {@link Payload#NONE} takes one back
     * @param successor the next incarnation if the run continues as new, or null; same name and chain, and owned by the same node
     */
    record Advance(UUID node, UUID incarnation, @Nullable Start creation, List<Unit> units, List<Long> heard,
            @Nullable RunState state, List<Attempt> attempts, List<Position> answered, Map<String, Payload> published,
            @Nullable Succession successor) implements Write {
    }

    /**
     * The next incarnation of a run that continues as new.
     *
     * @param run the new incarnation: same name and chain
     * @param carried messages its predecessor had heard and nobody had received; heard again before everything in the inbox
     */
    record Succession(NewRun run, List<NewMessage> carried) {
    }

    /**
     * The owner lets go of a suspended run that it will not move for now. Refused with {@code REFUSED} if it is not the owner.
     *
     * @param node the owner
     * @param incarnation the run
     */
    record Release(UUID node, UUID incarnation) implements Write {
    }

    /**
     * Somebody sends a message to a run by its name. Refused with {@code NOT_FOUND} if there is none, {@code FINISHED} if it has
     * finished, {@code DUPLICATE} if the run's chain was ever sent a message with the same id.
     *
     * @param runId the run
     * @param message the message
     */
    record Send(String runId, NewMessage message) implements Write {
    }

    /**
     * Somebody stops a run without asking its code. A run that nobody owns ends at once as {@code TERMINATED}; one that is owned
     * gets a {@code TERMINATE} message. Refused with {@code NOT_FOUND} or {@code FINISHED}.
     *
     * @param runId the run
     * @param message kind {@code TERMINATE}, with reason and sender
     */
    record Terminate(String runId, NewMessage message) implements Write {
    }

    /**
     * Somebody puts a stuck run back: it is queued, its problem forgotten. Refused with {@code NOT_FOUND} or {@code NOT_STUCK}.
     *
     * @param runId the run
     * @param now milliseconds since 1970
     */
    record Redrive(String runId, long now) implements Write {
    }
}
