// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import dev.perdure.store.Store;

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

    /** Deletes what the test has left behind; the store has been closed. */
    @Override
    void close();
}
