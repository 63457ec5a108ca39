// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.store.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for a run to exist: nobody, once it does. Changed by the run's driver only. */
final class Starter {

    private @Nullable CompletableFuture<Outcome> waiting;

    void waits(CompletableFuture<Outcome> created) {
        waiting = created;
    }

    boolean isWaiting() {
        return waiting != null;
    }

    /** Tells whoever waits what has become of it. */
    void tell(Consumer<CompletableFuture<Outcome>> what) {
        CompletableFuture<Outcome> told = waiting;
        waiting = null;
        if (told != null) {
            what.accept(told);
        }
    }
}
