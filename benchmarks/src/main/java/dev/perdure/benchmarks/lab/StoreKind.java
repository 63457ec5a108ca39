// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.Locale;

/** Which store is measured. */
public enum StoreKind {
    /** Nothing survives: shows what the engine itself costs. */
    MEMORY {
        @Override
        Store open(String nowhere) {
            return new MemoryStore();
        }
    },
    /** One file, as an application has it. */
    SQLITE {
        @Override
        Store open(String file) {
            return SqliteStore.open(Path.of(file));
        }
    },
    /** A schema of its own on a server, through the store's own pool of connections. */
    POSTGRES {
        @Override
        Store open(String schema) {
            return PostgresStore.open(Postgres.urlOf(schema),
                    PostgresOptions.defaults().schema(Postgres.schemaOf(schema)));
        }
    };

    /** See {@link Address#open}. */
    abstract Store open(String where);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
