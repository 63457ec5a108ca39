// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import dev.perdure.store.Asker;
import dev.perdure.store.Fact;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Write;
import dev.perdure.turn.Exchange;
import dev.perdure.turn.LiveRun;
import java.util.List;

/**
 * What a run says to others by name, and what comes back. Everything here happens in the order of the run's mail.
 *
 * <p>A signal is delivered by the very write that makes its command durable, and the same write tells the sender, by a
 * message to its own inbox, what has become of it. So whoever replays the run finds both or neither. A fact becomes
 * known by the write that makes its command durable, and by such a write a run begins to wait for one; what it waits
 * for comes to its inbox.
 */
final class Correspondence {

    private final RunKeeper keeper;
    private final Dispatcher dispatcher;

    Correspondence(RunKeeper keeper, Dispatcher dispatcher) {
        this.keeper = keeper;
        this.dispatcher = dispatcher;
    }

    /** Puts what a turn has said to others into the draft of its commit. */
    void note(LiveRun live, NewRun launch, Draft draft) {
        Exchange exchange = live.exchange();
        List<Exchange.Sending> sent = exchange.takeSent();
        List<Exchange.Emitting> emitted = exchange.takeEmitted();
        List<Command.FactAwaited> awaited = exchange.takeAwaited();
        sent.forEach(each -> draft.signal(signalled(live, launch, each)));
        emitted.forEach(each -> draft.emit(new Fact(each.emitted().name(), each.value(), by(launch), live.now())));
        awaited.forEach(each -> draft.listen(new Write.Listening(asker(launch, each.at()), each.name())));
        exchange.takeGivenUp().forEach(draft::giveUp);
        if (sent.isEmpty() && emitted.isEmpty() && awaited.isEmpty()) {
            return;
        }
        draft.whenKnown(durable -> {
            if (durable) {
                // The answer may be there already; and others may have something to hear.
                dispatcher.readInbox(keeper);
                emitted.forEach(each -> dispatcher.emitted(each.emitted().name()));
                dispatcher.lookAround();
            }
        });
    }

    private static String by(NewRun launch) {
        return "run '" + launch.runId() + "'";
    }

    private static Asker asker(NewRun launch, Position at) {
        return new Asker(launch.incarnation(), launch.chain(), at);
    }

    private static Write.Signalled signalled(LiveRun live, NewRun launch, Exchange.Sending sending) {
        Asker sender = asker(launch, sending.sent().at());
        return new Write.Signalled(sending.sent().runId(), sender.signal(sending.sent().name(), sending.value(),
                by(launch), live.now()), sender);
    }

    /** An answer to what one life of the run has asked; another one has no use for it. */
    boolean hear(LiveRun live, NewMessage message) {
        Asker asker = Asker.of(keeper.row().chain(), message);
        String name = live.exchange().nameAt(asker.at());
        if (!asker.incarnation().equals(keeper.row().incarnation()) || name == null) {
            return true;
        }
        return keeper.hear(asker.answer(name, message));
    }
}
