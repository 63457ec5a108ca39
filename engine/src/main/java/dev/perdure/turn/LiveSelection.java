// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.ContextMisuseException;
import dev.perdure.Promise;
import dev.perdure.Selectable;
import dev.perdure.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a select has found. */
record LiveSelection(List<Selectable<?>> branches, int index, @Nullable Object taken) implements Selection {

    /** Waits until one of the branches can be taken, and takes the one named first among those that can. */
    static Selection of(Strand strand, List<Selectable<?>> branches) {
        branches.forEach(branch -> enrol(branch, strand));
        try {
            strand.await(() -> firstReady(strand, branches) >= 0, "select", branches.size() + " branches",
                    due(branches));
            int winner = firstReady(strand, branches);
            Object taken = branches.get(winner) instanceof Choice choice ? choice.take(strand) : null;
            return new LiveSelection(branches, winner, taken);
        } finally {
            branches.forEach(branch -> leave(branch, strand));
        }
    }

    private static int firstReady(Strand strand, List<Selectable<?>> branches) {
        for (int i = 0; i < branches.size(); i++) {
            Selectable<?> branch = branches.get(i);
            if (branch instanceof Choice choice ? choice.isReadyFor(strand) : branch.isReady()) {
                return i;
            }
        }
        return -1;
    }

    private static long due(List<Selectable<?>> branches) {
        long due = Long.MAX_VALUE;
        for (Selectable<?> branch : branches) {
            if (branch instanceof LivePromise<?> promise) {
                due = Math.min(due, promise.due());
            }
        }
        return due;
    }

    private static void enrol(Selectable<?> branch, Strand strand) {
        if (branch instanceof Choice choice) {
            choice.line().enrol(strand);
        }
    }

    private static void leave(Selectable<?> branch, Strand strand) {
        if (branch instanceof Choice choice) {
            choice.line().leave(strand);
            choice.lineMoved();
        }
    }

    @Override
    public boolean is(Selectable<?> branch) {
        return branches.get(index) == branch;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T value(Selectable<T> winner) {
        if (!is(winner)) {
            throw new ContextMisuseException("branch " + branches.indexOf(winner) + " of the select has not won, "
                    + "branch "
                    + index + " has. Ask is(branch) first");
        }
        return winner instanceof Promise<T> promise ? promise.get() : (T) taken;
    }

    @Override
    public List<Promise<?>> pending() {
        List<Promise<?>> open = new ArrayList<>();
        for (Selectable<?> branch : branches) {
            if (branch instanceof Promise<?> promise && !promise.isReady()) {
                open.add(promise);
            }
        }
        return open;
    }
}
