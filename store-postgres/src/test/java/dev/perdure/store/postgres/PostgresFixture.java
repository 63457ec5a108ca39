// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.Store;
import dev.perdure.store.tck.TransactionContract;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A schema of its own. */
final class PostgresFixture implements TransactionContract.SqlFixture {

    private final DataSource connections;
    private final PostgresOptions options;

    /**
     * @param connections where stores get theirs
     * @param options all but the schema
     */
    PostgresFixture(DataSource connections, PostgresOptions options) {
        this.connections = connections;
        this.options = options.schema(Server.newSchema());
    }

    @Override
    public Store open() {
        return PostgresStore.open(connections, options);
    }

    @Override
    public Connection connect() throws SQLException {
        return connections.getConnection();
    }

    @Override
    public Store reopen(Store store) {
        store.close();
        return open();
    }

    @Override
    public void close() {
        Server.drop(options.schema());
    }
}
