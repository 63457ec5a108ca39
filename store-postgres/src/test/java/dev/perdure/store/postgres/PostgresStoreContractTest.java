// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.Store;
import dev.perdure.store.tck.BatchingContract;
import dev.perdure.store.tck.BesideJournalContract;
import dev.perdure.store.tck.ClaimingContract;
import dev.perdure.store.tck.DifferentialContract;
import dev.perdure.store.tck.EndingContract;
import dev.perdure.store.tck.InboxContract;
import dev.perdure.store.tck.JournalContract;
import dev.perdure.store.tck.ListingContract;
import dev.perdure.store.tck.NodesContract;
import dev.perdure.store.tck.ResendingContract;
import dev.perdure.store.tck.StartingContract;
import dev.perdure.store.tck.StoreFixture;
import dev.perdure.store.tck.SuccessionContract;
import dev.perdure.store.tck.SuspensionContract;
import dev.perdure.store.tck.TransactionContract;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

/** The contract of a store, kept by the PostgreSQL store. */
class PostgresStoreContractTest {

    @Nested
    class Starting extends StartingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Journal extends JournalContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Claiming extends ClaimingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Inbox extends InboxContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Suspension extends SuspensionContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Succession extends SuccessionContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Listing extends ListingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class BesideJournal extends BesideJournalContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Ending extends EndingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Resending extends ResendingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Batching extends BatchingContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Nodes extends NodesContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        protected StoreFixture fixture() {
            return new PostgresFixture();
        }
    }

    @Nested
    class Transactions extends TransactionContract {
        @Override
        protected SqlFixture sqlFixture() {
            return new PostgresFixture();
        }
    }

    /** A schema of its own. */
    private static final class PostgresFixture implements TransactionContract.SqlFixture {

        private final String schema = Server.newSchema();

        @Override
        public Store open() {
            return PostgresStore.open(Server.connections(), PostgresOptions.defaults().schema(schema));
        }

        @Override
        public Connection connect() throws SQLException {
            return Server.connections().getConnection();
        }

        @Override
        public Store reopen(Store store) {
            store.close();
            return open();
        }

        @Override
        public void close() {
            Server.drop(schema);
        }
    }
}
