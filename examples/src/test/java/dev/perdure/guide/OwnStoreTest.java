// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import dev.perdure.store.tck.JournalContract;
import dev.perdure.store.tck.StartingContract;
import dev.perdure.store.tck.StoreFixture;
import org.junit.jupiter.api.Nested;

// snippet:contract
class OwnStoreTest {

    @Nested
    class Starting extends StartingContract {
        @Override
        protected StoreFixture fixture() {
            return new Fixture();
        }
    }

    @Nested
    class Journal extends JournalContract {
        @Override
        protected StoreFixture fixture() {
            return new Fixture();
        }
    }

    // ... and so on for each contract of the kit

    private static final class Fixture implements StoreFixture {

        @Override
        public Store open() {
            return new MemoryStore();       // here your own, empty
        }

        @Override
        public Store reopen(Store store) {
            return store;                   // with files: close it, and open it again
        }

        @Override
        public void close() {
            // delete what open() has made
        }
    }
}
// end
