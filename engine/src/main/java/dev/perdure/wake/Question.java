// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.Payload;
import dev.perdure.RunStuckException;
import dev.perdure.store.RunRow;
import dev.perdure.turn.LiveRun;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to know of a run.
 *
 * @param run which
 * @param name the query's name
 * @param argument what goes along
 * @param answer completes with the answer, or with null if the code declares no such query
 */
record Question(RunRow run, String name, Payload argument, CompletableFuture<@Nullable Payload> answer) {

    /**
     * Lets a run in memory answer. The answer is given once everything that the code has heard is durable.
     *
     * @param undurable what is not durable yet, or null
     * @param ifLost asks elsewhere if that is lost
     */
    void ask(LiveRun live, @Nullable Draft undurable, Consumer<Question> ifLost) {
        try {
            Payload said = live.answer(name, argument);
            if (undurable == null) {
                answer.complete(said);
            } else {
                undurable.whenKnown(durable -> {
                    if (durable) {
                        answer.complete(said);
                    } else {
                        ifLost.accept(this);
                    }
                });
            }
        } catch (RuntimeException | Error failure) {
            answer.completeExceptionally(failure);
        }
    }

    /** Lets the code answer after a replay of the durable journal, without the run's being owned. */
    void askReplayed(Dispatcher dispatcher) {
        LiveRun replayed = null;
        try {
            replayed = new LiveRun(dispatcher.plan(dispatcher.store().launch(run.incarnation()).orElseThrow()));
            replayed.replay(new JournalReader(dispatcher.store(), run.incarnation()));
            if (replayed.stuck() != null) {
                throw new RunStuckException(run.runId(), replayed.stuck().text());
            }
            ask(replayed, null, dispatcher::askReplayed);
        } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
        } finally {
            if (replayed != null) {
                dispatcher.unwind(replayed);
            }
        }
    }
}
