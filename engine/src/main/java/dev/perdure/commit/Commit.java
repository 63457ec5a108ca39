// SPDX-License-Identifier: Apache-2.0
package dev.perdure.commit;

import dev.perdure.store.Outcome;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;

/**
 * A write on its way to being durable, and who wants to know. Called back on the thread that writes, which may be
 * the one that handed it in: be quick, never block.
 */
public interface Commit {

    /**
     * What to write.
     *
     * @return the same each time
     */
    Write write();

    /**
     * Whether it waits out a store that is away. A run's own commits do; a caller's are given back as an error at once.
     *
     * @return true to be sent again until it lands
     */
    boolean isPatient();

    /**
     * The store has answered, and whatever it accepted is durable.
     *
     * @param outcome its answer
     */
    void done(Outcome outcome);

    /**
     * It was not written and will not be: its content was refused, it is not patient, or the committer has closed.
     *
     * @param cause what the store said
     */
    void failed(StoreException cause);
}
