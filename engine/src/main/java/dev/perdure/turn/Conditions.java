// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that fibers wait for. Asked again whenever no fiber can move, because any of them may have changed a
 * variable.
 */
final class Conditions {

    /**
     * One condition; what it throws is kept for the fiber that waits, since it may be asked on another one's thread.
     */
    private final class Awaited {
        final Strand strand;
        final BooleanSupplier condition;
        @Nullable RuntimeException thrown;
        @Nullable Error error;

        Awaited(Strand strand, BooleanSupplier condition) {
            this.strand = strand;
            this.condition = condition;
        }

        boolean isOver() {
            if (thrown != null || error != null) {
                return true;
            }
            try {
                return run.forbidding("a condition", condition::getAsBoolean);
            } catch (RuntimeException failure) {
                thrown = failure;
            } catch (Error failure) {
                error = failure;
            }
            return true;
        }

        void rethrow() {
            if (thrown != null) {
                throw thrown;
            }
            if (error != null) {
                throw error;
            }
        }
    }

    private final LiveRun run;
    private final List<Awaited> waiting = new ArrayList<>(0);

    Conditions(LiveRun run) {
        this.run = run;
    }

    /** Parks the strand until the condition holds or the time limit, if there is one, has passed. */
    void await(Strand strand, BooleanSupplier condition, @Nullable OpenTimer limit) {
        Awaited awaited = new Awaited(strand, condition);
        waiting.add(awaited);
        try {
            strand.await(() -> limit != null && limit.hasFired() || awaited.isOver(), "condition", "",
                    limit == null ? Long.MAX_VALUE : limit.due());
        } finally {
            waiting.remove(awaited);
        }
        awaited.rethrow();
    }

    /** Wakes the strands whose conditions hold now. */
    boolean wakeSome() {
        boolean any = false;
        for (Awaited awaited : waiting) {
            if (awaited.isOver()) {
                awaited.strand.wake();
                any = true;
            }
        }
        return any;
    }
}
