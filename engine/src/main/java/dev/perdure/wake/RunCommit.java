// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.commit.Commit;
import dev.perdure.store.Outcome;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;

/**
 * What a run has come to, on its way to being durable.
 *
 * @param keeper hears of its fate, as mail
 * @param write what to write
 * @param upTo the last entry it makes durable
 */
record RunCommit(RunKeeper keeper, Write.Advance write, long upTo) implements Commit {

    @Override
    public boolean isPatient() {
        // Whoever waits for a start wants to hear at once that the disk is full; nothing depends on it yet.
        return write.creation() == null;
    }

    @Override
    public void done(Outcome outcome) {
        keeper.postLanded(this, outcome);
    }

    @Override
    public void failed(StoreException cause) {
        keeper.postRefused(cause);
    }
}
