// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.Locale;

/** Which store is measured. */
public enum StoreKind {
    /** Nothing survives: shows what the engine itself costs. */
    MEMORY {
        @Override
        public Store open(Path file) {
            return new MemoryStore();
        }
    },
    /** One file, as an application has it. */
    SQLITE {
        @Override
        public Store open(Path file) {
            return SqliteStore.open(file);
        }
    };

    /**
     * Opens a store.
     *
     * @param file made if it is missing; ignored in memory
     * @return as every application gets it: no setting is changed for the sake of a figure
     */
    public abstract Store open(Path file);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
