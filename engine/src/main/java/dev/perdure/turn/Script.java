// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.journal.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of one turn: collected when the turn is new, compared one by one when it is replayed. */
final class Script {

    private List<Command> said = List.of();
    private @Nullable List<Command> expected;
    private int next;

    /** A turn that nobody has taken before. */
    void beginNew() {
        said = List.of();
        expected = null;
    }

    /** A turn from the journal. */
    void beginReplay(List<Command> journaled) {
        expected = journaled;
        next = 0;
    }

    boolean isReplay() {
        return expected != null;
    }

    /** The journal's next command in a replayed turn, or null if there is none left. */
    @Nullable Command peek() {
        return expected != null && next < expected.size() ? expected.get(next) : null;
    }

    /**
     * The code says a command.
     *
     * @return the command as the journal has it (its deadlines and values hold), or null if it has another one or none
     */
    @Nullable Command say(Command command) {
        if (expected == null) {
            if (said.isEmpty()) {
                said = new ArrayList<>(4);
            }
            said.add(command);
            return command;
        }
        Command journaled = peek();
        if (journaled == null || !journaled.agreesWith(command)) {
            return null;
        }
        next++;
        return journaled;
    }

    /** What was said in a new turn. */
    List<Command> said() {
        return said;
    }
}
