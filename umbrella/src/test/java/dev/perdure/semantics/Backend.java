// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import dev.perdure.store.postgres.TestServer;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/** Where runs live in this suite: every test of it runs on each. */
enum Backend {
    MEMORY {
        @Override
        Store open(Path directory) {
            return new MemoryStore();
        }
    },
    SQLITE {
        @Override
        Store open(Path directory) {
            return SqliteStore.open(directory.resolve("runs.db"));
        }
    },
    POSTGRES {
        @Override
        Store open(Path directory) {
            return TestServer.open();
        }

        @Override
        void end(Store store, UUID node) {
            TestServer.end(store, node);
        }

        @Override
        void close(Store store) {
            TestServer.close(store);
        }
    };

    abstract Store open(Path directory);

    /** Ends a node, as its lease would. Where a store has one engine at a time, the start of the next one does that. */
    void end(Store store, UUID node) {
    }

    void close(Store store) {
        store.close();
    }

    /**
     * Whether there is time for a play in a life. On the server each costs a schema and many commits, so there the life
     * that asks most of a store has to do; {@code -Dperdure.backend=postgres} plays them all.
     */
    boolean affords(Life life) {
        return this != POSTGRES || life == Life.CRASHED || chosen().allMatch(POSTGRES::equals);
    }

    /** Those named by the system property {@code perdure.backend}, or all: where time is short, one has to do. */
    static Stream<Backend> chosen() {
        String only = System.getProperty("perdure.backend");
        return only == null ? Stream.of(values()) : Stream.of(valueOf(only.toUpperCase(Locale.ROOT)));
    }
}
