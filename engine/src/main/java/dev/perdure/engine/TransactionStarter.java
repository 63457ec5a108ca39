// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.store.Outcome;
import dev.perdure.store.SqlStore;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.util.List;

/** Writes within a transaction of the caller's. Knows nothing of it but the connection. */
final class TransactionStarter extends WritingStarter {

    private final StoreClient client;
    private final SqlStore store;
    private final Connection connection;

    TransactionStarter(StoreClient client, SqlStore store, Connection connection) {
        super(client.payloads(), client.world());
        this.client = client;
        this.store = store;
        this.connection = connection;
    }

    @Override
    Outcome begin(Write.Start start) {
        client.checkOpen();
        return store.start(connection, start);
    }

    @Override
    List<Outcome> beginAll(List<Write.Start> starts) {
        return starts.stream().map(this::begin).toList();
    }

    @Override
    Outcome send(Write.Send send) {
        client.checkOpen();
        return store.send(connection, send);
    }

    @Override
    Outcome emit(Write.Emit emit) {
        client.checkOpen();
        return store.emit(connection, emit);
    }

    @Override
    void checkKnown(String workflow) {
        client.checkKnown(workflow);
    }

    @Override
    StoreClient client() {
        return client;
    }
}
