// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import dev.perdure.store.Store;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the journals are, for every process of the demo. It is all that the shop knows of stores.
 *
 * @param address the path of a SQLite file, or what JDBC needs to connect to a PostgreSQL
 */
public record Database(String address) {

    /**
     * How long a node on PostgreSQL may be silent before the others take its orders over. Less than the 5 seconds that
     * are usual, because who looks at a demo does not want to wait; more than a small machine needs to start a process.
     */
    public static final Duration LEASE = Duration.ofSeconds(2);

    private static final String POSTGRES = "jdbc:postgresql:";

    /**
     * Opens it; what is missing is made.
     *
     * @return to be closed
     * @throws dev.perdure.store.StoreException if that does not work
     */
    public Store open() {
        return address.startsWith(POSTGRES)
                ? PostgresStore.open(address, PostgresOptions.defaults().lease(LEASE))
                : SqliteStore.open(Path.of(address));
    }
}
