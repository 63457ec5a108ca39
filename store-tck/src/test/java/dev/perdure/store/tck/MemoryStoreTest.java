// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import org.junit.jupiter.api.Nested;

/** The contract of a store, kept by the memory store. */
class MemoryStoreTest {

    @Nested
    class Starting extends StartingContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Journal extends JournalContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Claiming extends ClaimingContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Limits extends LimitsContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Queues extends QueuesContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Inbox extends InboxContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Suspension extends SuspensionContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Succession extends SuccessionContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Listing extends ListingContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class BesideJournal extends BesideJournalContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Ending extends EndingContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Correspondence extends CorrespondenceContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Families extends FamiliesContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Resending extends ResendingContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Batching extends BatchingContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        protected StoreFixture fixture() {
            return new MemoryFixture();
        }
    }

    /** The memory store lives as long as its object: there is nothing to open again. */
    private static final class MemoryFixture implements StoreFixture {
        @Override
        public Store open() {
            return new MemoryStore();
        }

        @Override
        public Store reopen(Store store) {
            store.close();
            return store;
        }

        @Override
        public void close() {
        }
    }
}
