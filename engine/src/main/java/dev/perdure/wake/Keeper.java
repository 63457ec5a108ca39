// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.journal.Wait;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one run in memory: one with a journal, or an activity, which has none. Everything here happens in the order of
 * its mail, one thing at a time; mail may come from any thread.
 */
abstract sealed class Keeper permits RunKeeper, ActivityKeeper {

    final Dispatcher dispatcher;
    final Mailbox mailbox;
    final Place place;
    final Starter starter = new Starter();
    /** Its owner as long as it is here; the process may be another node by now. */
    final UUID node;
    /** As the store has it: replaced whenever a commit is durable. */
    RunRow row;
    volatile boolean gone;

    Keeper(Dispatcher dispatcher, RunRow row) {
        this.dispatcher = dispatcher;
        this.row = row;
        this.node = row.owner();
        this.mailbox = new Mailbox(dispatcher.world(), this::flush, this::fail);
        this.place = new Place(dispatcher, row.workflow());
    }

    // ---- mail, from any thread ----

    /** With what has been read of the run, if anything. */
    final void postLoad(Store.@Nullable Loaded read) {
        mailbox.post(() -> load(read == null ? dispatcher.read(row) : read));
    }

    /** There may be something in the inbox. */
    final void postInbox() {
        mailbox.postOnce(this::hearInbox);
    }

    /** Leaves memory at once. Who waits for a run that is not on its way to the store is told, everybody else later. */
    final void postLeave(Consumer<CompletableFuture<Outcome>> why) {
        mailbox.post(() -> {
            leave();
            if (!isCommitting()) {
                starter.tell(why);
            }
        });
    }

    /** Tells what the run waits for, once it has come to a wait. */
    abstract void postWaits(CompletableFuture<List<Wait>> told);

    /** Lets go of the run if it is warm and has not moved since then, on the monotonic clock. */
    abstract void postEviction(long since);

    // ---- what kinds of runs do in their own way, driven by the mail ----

    abstract void load(Store.Loaded loaded);

    abstract void hearInbox();

    /** The mail is empty: commits what there is, or goes on from what is durable. */
    abstract void flush();

    /** Stops what is under way, whose outcome does not matter any more. */
    abstract void abandon();

    /** Whether something was left that the next one who has this run will hear. */
    abstract boolean hasMore();

    /** Whether a commit is on its way. */
    abstract boolean isCommitting();

    // ---- leaving memory ----

    /** Takes the run out of memory; what is not durable is forgotten. */
    void leave() {
        if (gone) {
            return;
        }
        gone = true;
        abandon();
        mailbox.forgetOutside();
        place.giveBack();
        dispatcher.left(this, hasMore() || !mailbox.isEmpty());
    }

    /** Leaves memory; who waits for the run to exist is told why it does not, any other run comes back. */
    final void leaveAndTell(Consumer<CompletableFuture<Outcome>> why) {
        leave();
        if (!starter.isWaiting()) {
            dispatcher.comeBackLater(row);
        }
        starter.tell(why);
    }

    /** The store says that the run is not this node's, or, for a new one, that the name is taken. */
    final void notMine(Outcome outcome) {
        if (!starter.isWaiting()) {
            Standing.warnOfLoss(row, outcome);
        }
        leaveAndTell(waiting -> waiting.complete(outcome));
    }

    /** The store says that it has not made the run, and does not say why. */
    final void notMade(RuntimeException cause) {
        leaveAndTell(waiting -> waiting.completeExceptionally(cause));
        // It may exist after all, owned by this node: then it must not be forgotten.
        dispatcher.comeBackLater(row);
    }

    /** Tells who waits for the run to exist that it does. */
    final void isMade() {
        dispatcher.observer().runStarted(row.workflow(), row.runId());
        starter.tell(waiting -> waiting.complete(new Outcome(Outcome.Kind.DONE, row)));
    }

    /** A defect, or the store does not answer while reading: the run leaves memory as it is there, and comes back. */
    private void fail(Throwable failure) {
        Standing.warnOfFailure(row, failure);
        leaveAndTell(waiting -> waiting.completeExceptionally(failure));
    }

    // ---- for the dispatcher, from other threads ----

    final RunRow row() {
        return row;
    }

    /** Whether nothing is on its way: no mail, no commit. */
    boolean isIdle() {
        return mailbox.isIdle() && !isCommitting();
    }
}
