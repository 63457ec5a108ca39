// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.journal.Wait;
import dev.perdure.store.Message;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
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

    /** Who waits for a run to exist: nobody, once it does. Changed by the run's driver only. */
    static final class Starter {

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

    final Dispatcher dispatcher;
    final Mailbox mailbox;
    final Place place;
    final Starter starter = new Starter();
    /** Its owner as long as it is here; the process may be another node by now. */
    final UUID node;
    /** As the store has it: replaced whenever a commit is durable. */
    RunRow row;
    volatile boolean gone;
    /** How often the run has heard messages for good. Written by the driver. */
    private volatile int hearings;
    /** There may be something in the inbox, and it was not read because of a commit under way. */
    private volatile boolean putOff;

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
        mailbox.post(() -> {
            Store.Loaded loaded = read == null ? dispatcher.read(row) : read;
            if (loaded == null) {
                Standing.warnOfEnd(row);
                leave();
            } else {
                load(loaded);
            }
        });
    }

    /** What is in the inbox, and how often something had been heard for good before that was read. */
    final void postMessages(List<Message> messages, int before) {
        mailbox.post(() -> {
            if (gone || before != hearings) {
                hearInbox();
            } else {
                hear(messages);
            }
        });
    }

    /** The inbox cannot be read. */
    final void postFailure(RuntimeException unreadable) {
        mailbox.post(() -> {
            throw unreadable;
        });
    }

    /** What could not be done before may be possible now. */
    final void postGoOn() {
        mailbox.post(() -> { });
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

    /** Whether the run waits for a fact. */
    boolean awaits(String fact) {
        return false;
    }

    // ---- what kinds of runs do in their own way, driven by the mail ----

    abstract void load(Store.Loaded loaded);

    /** What is in the inbox, and has not been heard for good; it may be on its way to that. */
    abstract void hear(List<Message> messages);

    /** Reads the inbox at once; it is the next one's if this run has left. */
    final void hearInbox() {
        if (gone) {
            dispatcher.look(row.queue());
        } else {
            hear(dispatcher.store().inbox(row.chain()));
        }
    }

    /** A commit has landed: what was read of the inbox before is out of date if it has heard any of that. */
    final void readOn(Write.Advance landed) {
        if (!landed.heard().isEmpty()) {
            hearings++;
        }
        if (putOff) {
            putOff = false;
            dispatcher.readInbox(this);
        }
    }

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

    final int hearings() {
        return hearings;
    }

    /** Whether the inbox had better be read later: what is on its way to be heard for good is still there. */
    final boolean putsOffReading() {
        if (!isCommitting()) {
            return false;
        }
        putOff = true;
        // The commit may have landed just now, and have found nothing put off.
        return isCommitting();
    }

    /** Whether nothing is on its way: no mail, no commit. */
    boolean isIdle() {
        return mailbox.isIdle() && !isCommitting();
    }
}
