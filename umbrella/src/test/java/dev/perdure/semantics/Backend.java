// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.Locale;
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
    };

    abstract Store open(Path directory);

    /** Those named by the system property {@code perdure.backend}, or all: where time is short, one has to do. */
    static Stream<Backend> chosen() {
        String only = System.getProperty("perdure.backend");
        return only == null ? Stream.of(values()) : Stream.of(valueOf(only.toUpperCase(Locale.ROOT)));
    }
}
