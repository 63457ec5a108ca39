// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.commit.Commit;
import dev.perdure.store.Outcome;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a run has come to, on its way to being durable. Its keeper hears of its fate, as mail.
 *
 * @param write what to write
 * @param upTo the last entry it makes durable
 * @param mailbox of the keeper
 * @param whenLanded it is durable, or the store has refused it
 * @param whenRefused it could not be written
 */
record RunCommit(Write.Advance write, long upTo, Mailbox mailbox, BiConsumer<RunCommit, Outcome> whenLanded,
        Consumer<StoreException> whenRefused) implements Commit {

    @Override
    public boolean isPatient() {
        // Whoever waits for a start wants to hear at once that the disk is full; nothing depends on it yet.
        return write.creation() == null;
    }

    @Override
    public void done(Outcome outcome) {
        mailbox.post(() -> whenLanded.accept(this, outcome));
    }

    @Override
    public void failed(StoreException cause) {
        mailbox.post(() -> whenRefused.accept(cause));
    }
}
