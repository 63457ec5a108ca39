// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.ClosePolicy;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import java.util.UUID;

/**
 * The run that has asked for another one, and where: there its end is told.
 *
 * @param runId the parent's name
 * @param incarnation the life of the parent that has asked; others do not hear of it
 * @param chain where its messages go
 * @param at where it has asked
 * @param close what becomes of the child when that life of the parent ends
 */
public record Parent(String runId, UUID incarnation, UUID chain, Position at, ClosePolicy close) {

    /**
     * What the parent is told.
     *
     * @param child the chain of the child
     * @param status how it has ended
     * @param value its result or, encoded, its failure; see {@link ChildEnd}
     * @param now milliseconds since 1970
     * @return of kind {@code CHILD_ENDED}
     */
    public NewMessage told(UUID child, RunStatus status, Payload value, long now) {
        Asker asker = new Asker(incarnation, chain, at);
        return new NewMessage(asker.id("ended/" + child), NewMessage.Kind.CHILD_ENDED, status.name(), value,
                asker.place(), now);
    }

    /**
     * What a child that goes on is told when this life of its parent has ended.
     *
     * @param now milliseconds since 1970
     * @return of kind {@code CANCEL} or {@code TERMINATE}; nobody calls this if it is abandoned
     */
    public NewMessage closes(long now) {
        return new NewMessage(NewMessage.MADE_UP + "closed/" + incarnation, close == ClosePolicy.TERMINATE
                ? NewMessage.Kind.TERMINATE : NewMessage.Kind.CANCEL, "its parent has ended", Payload.NONE,
                "its parent, run '" + runId + "'", now);
    }
}
