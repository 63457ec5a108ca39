// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Payload;
import dev.perdure.StartOptions;
import dev.perdure.journal.Command;
import java.util.List;

/**
 * A run that the code has started: what whoever starts it has to know.
 *
 * @param started what the journal says of it
 * @param isActivity whether it has no journal, and nobody needs it once its end is heard
 * @param options how it is started, and what becomes of it when this run ends
 * @param input its input
 * @param signals the values of the signals that go along
 */
public record Child(Command.ChildStarted started, boolean isActivity, StartOptions options, Payload input,
        List<Payload> signals) {

    /**
     * Whether there may have been a run of its id before.
     *
     * @return false if the id was made up
     */
    public boolean hasChosenId() {
        return !started.runId().equals(started.child().toString());
    }
}
