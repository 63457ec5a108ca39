// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.store.NewRun;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The database goes away between two questions that a store asks in order to answer one. */
class PartlyServedTest {

    /** Enough for the store to remember how far it took runs, and to ask for those behind first. */
    private static final int TAKEN = 50;
    private static final int LEFT = 10;

    private final String schema = Server.newSchema();
    /** How many more connections there are to be had. */
    private int connections = Integer.MAX_VALUE;
    private final PostgresStore store = PostgresStore.open(source(),
            PostgresOptions.defaults().schema(schema).notifications(false));
    private final UUID node = UUID.randomUUID();
    private final long now = System.currentTimeMillis();

    private DataSource source() {
        return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("getConnection") && connections-- <= 0) {
                        throw new SQLTransientConnectionException("the database is away", "08001");
                    }
                    try {
                        return method.invoke(Server.connections(), arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    @AfterEach
    void drop() {
        store.close();
        Server.drop(schema);
    }

    private Store.Served serve(int most) {
        return store.serve("mail", new Store.Claim(node, Set.of("deliver"), now, most));
    }

    @ParameterizedTest(name = "a limit of {0}, {1} connections")
    @CsvSource({"0, 1", "1000, 2"})
    void c8_what_was_taken_is_told_although_the_rest_cannot_be_asked_for(int limit, int enough) throws SQLException {
        store.join(node, now);
        if (limit > 0) {
            store.write(List.of(new Write.Define(Queue.named("mail").limit(limit), false)));
        }
        store.write(IntStream.range(0, TAKEN + LEFT).mapToObj(this::letter).toList());
        assertThat(serve(TAKEN).runs()).hasSize(TAKEN);

        connections = enough;
        Store.Served served = serve(TAKEN);

        assertThat(connections).as("somebody asked in vain").isNegative();
        assertThat(served.runs()).hasSize(LEFT);
        assertThat(served.again()).as("ask again at once").isEqualTo(now);
        connections = 0;
        assertThatThrownBy(() -> serve(TAKEN)).isInstanceOf(StoreException.class);
        connections = Integer.MAX_VALUE;
        assertThat(serve(TAKEN).runs()).isEmpty();
    }

    private Write letter(int number) {
        UUID incarnation = UUID.randomUUID();
        return new Write.Start(new NewRun("letter-" + number, incarnation, incarnation, "deliver", Payload.NONE,
                Map.of(), Map.of(), now, now, null, null, new Ticket("mail", "", 0)), false, List.of());
    }
}
