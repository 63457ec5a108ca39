// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.journal.Wait;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps one run in memory: one with a journal, or an activity, which has none. Mail may come from any thread. */
sealed interface Keeper permits RunKeeper, ActivityKeeper {

    /** As the store has it. */
    RunRow row();

    /** With what has been read of the run, if anything. */
    void postLoad(Store.@Nullable Loaded read);

    /** There may be something in the inbox. */
    void postInbox();

    /** Tells what the run waits for, once it has come to a wait. */
    void postWaits(CompletableFuture<List<Wait>> told);

    /** Lets go of the run if it is warm and has not moved since then, on the monotonic clock. */
    void postEviction(long since);

    /** Leaves memory at once. Who waits for a run that is not on its way to the store is told, everybody else later. */
    void postLeave(Consumer<CompletableFuture<Outcome>> why);

    /** Whether nothing is on its way: no mail, no commit. */
    boolean isIdle();
}
