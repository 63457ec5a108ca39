// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.store.Store;
import dev.perdure.store.tck.BatchingContract;
import dev.perdure.store.tck.BesideJournalContract;
import dev.perdure.store.tck.ClaimingContract;
import dev.perdure.store.tck.DifferentialContract;
import dev.perdure.store.tck.EndingContract;
import dev.perdure.store.tck.InboxContract;
import dev.perdure.store.tck.JournalContract;
import dev.perdure.store.tck.ListingContract;
import dev.perdure.store.tck.ResendingContract;
import dev.perdure.store.tck.StartingContract;
import dev.perdure.store.tck.StoreFixture;
import dev.perdure.store.tck.SuccessionContract;
import dev.perdure.store.tck.SuspensionContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** A database in a directory of its own. */
    private static final class SqliteFixture implements StoreFixture {
        private final Path directory;

        SqliteFixture() throws IOException {
            directory = Files.createTempDirectory("perdure-sqlite");
        }

        @Override
        public Store open() {
            return SqliteStore.open(directory.resolve("store.db"));
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
