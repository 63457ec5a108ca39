// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import dev.perdure.store.Store;
import java.util.UUID;

/** Where the stores of one test come from. Made anew for each test. */
public interface StoreFixture extends AutoCloseable {

    /**
     * Opens the store.
     *
     * @return an empty one
     */
    Store open();

    /**
     * Closes a store and opens it again, as when the process is started anew. Its nodes have not left.
     *
     * @param store what {@link #open} or this method returned before
     * @return a store with the same content; the same object if there is nothing to close
     */
    Store reopen(Store store);

    /**
     * Ends a node before another joins, as if it had died. Nothing to do where only one node can be at a time, because
     * joining does it.
     *
     * @param store the store
     * @param node a node that has joined it
     */
    default void end(Store store, UUID node) {
    }

    /** Deletes what the test has left behind; the store has been closed. */
    @Override
    void close();
}
