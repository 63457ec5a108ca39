// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.store.Store;
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
import dev.perdure.store.tck.QueuesContract;
import dev.perdure.store.tck.ResendingContract;
import dev.perdure.store.tck.StartingContract;
import dev.perdure.store.tck.StoreFixture;
import dev.perdure.store.tck.SuccessionContract;
import dev.perdure.store.tck.SuspensionContract;
import dev.perdure.store.tck.TransactionContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;

/** The contract of a store, kept by the SQLite store. */
class SqliteStoreContractTest {

    @Nested
    class Starting extends StartingContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Journal extends JournalContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Claiming extends ClaimingContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Limits extends LimitsContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Queues extends QueuesContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Inbox extends InboxContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Suspension extends SuspensionContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Succession extends SuccessionContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Listing extends ListingContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class BesideJournal extends BesideJournalContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Ending extends EndingContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Correspondence extends CorrespondenceContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Families extends FamiliesContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Resending extends ResendingContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Batching extends BatchingContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    @Nested
    class Differential extends DifferentialContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture();
        }
    }

    /** The same with a log that is cut, and rows that are full, all the time. */
    @Nested
    class DifferentialWithAShortLog extends DifferentialContract {
        @Override
        protected StoreFixture fixture() throws IOException {
            return new SqliteFixture(new Log.Limits(100, 300));
        }
    }

    @Nested
    class Transactions extends TransactionContract {
        @Override
        protected SqlFixture sqlFixture() throws IOException {
            return new SqliteFixture();
        }
    }

    /** A database in a directory of its own. */
    private static final class SqliteFixture implements TransactionContract.SqlFixture {
        private final Path directory;
        private final Log.Limits limits;

        SqliteFixture() throws IOException {
            this(Log.LIMITS);
        }

        SqliteFixture(Log.Limits limits) throws IOException {
            this.directory = Files.createTempDirectory("perdure-sqlite");
            this.limits = limits;
        }

        @Override
        public Store open() {
            return SqliteStore.open(directory.resolve("store.db"), 5_000, limits);
        }

        @Override
        public Connection connect() throws SQLException {
            return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
        }

        @Override
        public Store reopen(Store store) {
            store.close();
            return open();
        }

        @Override
        public void close() {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(directory);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
