// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.tck.BatchingContract;
import dev.perdure.store.tck.BesideJournalContract;
import dev.perdure.store.tck.ClaimingContract;
import dev.perdure.store.tck.CorrespondenceContract;
import dev.perdure.store.tck.DifferentialContract;
import dev.perdure.store.tck.EndingContract;
import dev.perdure.store.tck.FamiliesContract;
import dev.perdure.store.tck.InboxContract;
import dev.perdure.store.tck.JournalContract;
import dev.perdure.store.tck.LimitsContract;
import dev.perdure.store.tck.ListingContract;
import dev.perdure.store.tck.NodesContract;
import dev.perdure.store.tck.QueuesContract;
import dev.perdure.store.tck.ResendingContract;
import dev.perdure.store.tck.StartingContract;
import dev.perdure.store.tck.StoreFixture;
import dev.perdure.store.tck.SuccessionContract;
import dev.perdure.store.tck.SuspensionContract;
import dev.perdure.store.tck.TransactionContract;
import org.junit.jupiter.api.Nested;

/** The contract of a store, kept by the PostgreSQL store. */
class PostgresStoreContractTest {

    @Nested
    class Starting extends StartingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Journal extends JournalContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Claiming extends ClaimingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Limits extends LimitsContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Queues extends QueuesContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Inbox extends InboxContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Suspension extends SuspensionContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Succession extends SuccessionContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Listing extends ListingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class BesideJournal extends BesideJournalContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Ending extends EndingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Correspondence extends CorrespondenceContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Families extends FamiliesContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Resending extends ResendingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Batching extends BatchingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Nodes extends NodesContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }

    @Nested
    class Transactions extends TransactionContract {
        @Override
        protected SqlFixture sqlFixture() {
            return new PostgresFixture(Server.connections(), PostgresOptions.defaults());
        }
    }
}
