// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunExistsException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.commit.Commit;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.Limit;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Parent;
import dev.perdure.store.RunRow;
import dev.perdure.store.StoreException;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import dev.perdure.turn.Child;
import dev.perdure.turn.LiveRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The other runs that a run has to do with: those it has started, and the one that has started it. Everything here
 * happens in the order of the run's mail.
 *
 * <p>A child is made by the very write that makes its command durable, and nobody owns it then: whoever has a place for
 * it takes it. How it ends comes to the inbox, from whatever node. A run that was there before tells nobody but who
 * asks, so it is asked after that write; if this node dies in between, the run's next life asks again.
 */
final class Family {

    private final RunKeeper keeper;
    private final Dispatcher dispatcher;
    private final Mailbox mailbox;
    private final Correspondence correspondence;
    /** How many runs have been asked to tell how they end, and have not said yet that they will. */
    private int asking;

    Family(RunKeeper keeper, Dispatcher dispatcher, Mailbox mailbox) {
        this.keeper = keeper;
        this.dispatcher = dispatcher;
        this.mailbox = mailbox;
        this.correspondence = new Correspondence(keeper, dispatcher);
    }

    // ---- after a turn ----

    /** Puts what a turn has said to other runs into the draft of its commit. */
    void note(LiveRun live, NewRun launch, UUID node) {
        Draft draft = keeper.draft();
        correspondence.note(live, launch, draft);
        List<Child> started = live.children().takeStarted();
        List<Child> cancelled = live.children().takeCancelled();
        if (started.isEmpty() && cancelled.isEmpty()) {
            return;
        }
        List<Write.Start> kept = new ArrayList<>();
        List<Write.Start> others = new ArrayList<>();
        for (Child child : started) {
            Write.Start start = start(live, launch, child);
            boolean keep = !child.hasChosenId() && !start.run().ticket().isQueued()
                    && start.run().startAt() <= live.now() && dispatcher.hasPlaceFor(start.run().workflow());
            draft.start(start, keep);
            (keep ? kept : others).add(start);
        }
        for (Child child : cancelled) {
            draft.tell(new Write.Told(child.started().child(), new NewMessage(
                    NewMessage.MADE_UP + "cancelled/" + launch.incarnation(), NewMessage.Kind.CANCEL,
                    "its parent does not want it any more", Payload.NONE, "its parent, run '" + launch.runId() + "'",
                    live.now())));
        }
        int asked = (int) started.stream().filter(Child::hasChosenId).count();
        asking += asked;
        draft.whenKnown(durable -> {
            if (durable) {
                started.stream().filter(Child::hasChosenId).forEach(child -> join(launch, child));
                cancelled.forEach(child -> dispatcher.call(child.started().child()));
                kept.forEach(each -> dispatcher.keepMade(each, node));
                dispatcher.made(others);
            } else {
                asking -= asked;
                kept.forEach(each -> dispatcher.rested(each.run().workflow()));
            }
        });
    }

    private Write.Start start(LiveRun live, NewRun launch, Child child) {
        Command.ChildStarted started = child.started();
        StartOptions options = child.options();
        Map<String, String> headers = new LinkedHashMap<>(launch.headers());
        headers.putAll(options.headers());
        List<NewMessage> messages = new ArrayList<>(options.signals().size());
        for (int i = 0; i < options.signals().size(); i++) {
            StartOptions.Message signal = options.signals().get(i);
            String id = signal.messageId() != null ? signal.messageId()
                    : NewMessage.MADE_UP + started.child() + "/" + i;
            messages.add(new NewMessage(id, NewMessage.Kind.SIGNAL, signal.name(), child.signals().get(i),
                    "run '" + launch.runId() + "'", live.now()));
        }
        NewRun run = new NewRun(started.runId(), started.child(), started.child(), started.name(), child.input(),
                headers, options.attributes(), live.now(), options.dueAt(live.now()), null, parent(launch, child),
                ticket(launch.ticket(), options.line()));
        return new Write.Start(run, options.policy() == StartOptions.Policy.RESTART_FINISHED, messages,
                Limit.of(options, live.now()));
    }

    /** A queue that is not chosen is the parent's, and with it the key. */
    private static Ticket ticket(Ticket parent, StartOptions.Line line) {
        if (!line.queue().isEmpty()) {
            return new Ticket(line.queue(), line.key(), line.priority());
        }
        return new Ticket(parent.queue(), line.key().isEmpty() ? parent.key() : line.key(),
                line.priority() == 0 ? parent.priority() : line.priority());
    }

    private static Parent parent(NewRun launch, Child child) {
        return new Parent(launch.runId(), launch.incarnation(), launch.chain(), child.started().at(),
                child.options().whenParentEnds());
    }

    // ---- hearing how they end ----

    /** After a replay: asks again whoever may not have been asked. A run is suspended only when all have. */
    void rejoin(LiveRun live, NewRun launch) {
        if (keeper.row().status() == RunStatus.SUSPENDED) {
            return;
        }
        live.children().open().stream().filter(Child::hasChosenId).forEach(child -> {
            asking++;
            join(launch, child);
        });
    }

    /** Whether the run must not be left to itself: nobody would wake it if one that it waits for ended now. */
    boolean isAsking(LiveRun live) {
        return asking > 0 || live.exchange().isSending();
    }

    /** Asks a run that may have been there before to tell how it ends. */
    private void join(NewRun launch, Child child) {
        dispatcher.committer().submit(new Asking(launch, child, new Write.Watch(child.started().runId(),
                parent(launch, child))));
    }

    private final class Asking implements Commit {

        private final NewRun launch;
        private final Child child;
        private final Write.Watch write;

        Asking(NewRun launch, Child child, Write.Watch write) {
            this.launch = launch;
            this.child = child;
            this.write = write;
        }

        @Override
        public Write write() {
            return write;
        }

        @Override
        public boolean isPatient() {
            return true;
        }

        @Override
        public void done(Outcome outcome) {
            mailbox.post(() -> {
                asking--;
                RunRow other = outcome.run();
                if (other != null && !other.chain().equals(child.started().child())) {
                    joined(launch, child, other, outcome.isDone());
                }
            });
        }

        @Override
        public void failed(StoreException cause) {
            if (!dispatcher.isClosing()) {
                mailbox.post(() -> keeper.defect = Standing.refused(cause));
            }
        }
    }

    private void joined(NewRun launch, Child child, RunRow other, boolean willTell) {
        Command.ChildStarted started = child.started();
        if (!other.workflow().equals(started.name())) {
            fail(child, "the id '" + other.runId() + "' belongs to a run of workflow '" + other.workflow() + "', so '"
                    + started.name() + "' cannot be started under it. Choose another id");
        } else if (child.options().policy() == StartOptions.Policy.FAIL) {
            fail(child, "there is already a run '" + other.runId() + "', and the start options say FAIL. Choose "
                    + "another id, or another policy");
        } else if (other.status() == RunStatus.CONTINUED) {
            asking++;
            join(launch, child);
        } else if (!willTell) {
            Payload value = ChildEnd.value(other.status(), other.problem(),
                    dispatcher.store().lastUnit(other.incarnation()).orElse(null));
            keeper.hear(new ChildEnd(keeper.row().incarnation(), started.at(), other.status(), value)
                    .answer(started.name()));
        }
    }

    private void fail(Child child, String why) {
        Failure failure = Failure.of(new RunExistsException(why), dispatcher.settings().payloads());
        keeper.hear(new Arrival.ChildFailed(child.started().at(), child.started().name(), RunStatus.FAILED, failure));
    }

    /** An answer of others. */
    boolean hear(LiveRun live, NewMessage message) {
        return message.kind() == NewMessage.Kind.CHILD_ENDED ? hearEnd(live, message)
                : correspondence.hear(live, message);
    }

    /** A child has ended. It was asked for by one life of the run; another one has no use for it. */
    private boolean hearEnd(LiveRun live, NewMessage message) {
        ChildEnd end = ChildEnd.of(keeper.row().chain(), message);
        Child child = end.parent().equals(keeper.row().incarnation()) ? live.children().at(end.at()) : null;
        if (child == null) {
            return true;
        }
        boolean heard = keeper.hear(end.answer(child.started().name()));
        if (heard && child.isActivity() && !child.hasChosenId()) {
            keeper.draft().forget(child.started().child());
        }
        return heard;
    }

    /** An activity has ended that is here, too: it is told whether this run has heard of it. */
    void hear(LiveRun live, ActivityKeeper activity, ChildEnd end) {
        Child child = live.children().at(end.at());
        boolean heard = false;
        try {
            heard = child == null || keeper.hear(end.answer(child.started().name()));
        } finally {
            if (heard) {
                keeper.draft().forget(activity.row().incarnation());
                keeper.draft().whenKnown(activity::postHeard);
            } else {
                activity.postHeard(false);
            }
        }
    }

    // ---- when the run has ended ----

    /** The store has told parent and children; here they may be woken at once. */
    void released(@Nullable LiveRun live, @Nullable NewRun launch) {
        if (!keeper.row().status().isFinished() || launch == null) {
            return;
        }
        if (launch.parent() != null) {
            dispatcher.call(launch.parent().chain());
        }
        if (live != null) {
            live.children().open().forEach(child -> dispatcher.call(child.started().child()));
        }
    }
}
