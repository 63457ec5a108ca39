// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What the guide says of rights. */
class RightsTest {

    private final String schema = Server.newSchema();
    private final String user = "worker_" + UUID.randomUUID().toString().replace('-', '_');

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = Server.connections().getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private PostgresStore openAsUser() throws SQLException {
        PGSimpleDataSource limited = new PGSimpleDataSource();
        try (Connection connection = Server.connections().getConnection()) {
            limited.setUrl(connection.getMetaData().getURL());
        }
        limited.setUser(user);
        return PostgresStore.open(limited, PostgresOptions.defaults().schema(schema));
    }

    @AfterEach
    void drop() throws SQLException {
        Server.drop(schema);
        execute("DROP OWNED BY " + user, "DROP ROLE " + user);
    }

    @Test
    void h5_a_node_needs_no_more_than_to_read_and_write_rows() throws Exception {
        execute("CREATE ROLE " + user + " LOGIN", PostgresStore.printDdl(schema),
                "GRANT USAGE ON SCHEMA \"" + schema + "\" TO " + user,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"" + schema + "\" TO " + user);
        try (PostgresStore store = openAsUser()) {
            UUID node = UUID.randomUUID();
            store.join(node, 0);
            UUID incarnation = UUID.randomUUID();
            NewRun run = new NewRun("order-1", incarnation, incarnation, "checkout", Payload.NONE, Map.of(),
                    Map.of("city", "Oslo"), 0, 0, null);
            assertThat(store.write(List.of(new Write.Start(run, false, List.of()))).getFirst().kind())
                    .isEqualTo(Kind.DONE);
            assertThat(store.look(node, 0).alive()).isTrue();
            assertThat(store.claim(new Store.Claim(node, Set.of("checkout"), 0, 10))).hasSize(1);
            assertThat(store.write(List.of(new Write.Advance(node, incarnation, null, List.of(), List.of(),
                    new RunState(RunStatus.COMPLETED, Long.MAX_VALUE, "", "", 0, false, 0), List.of(), List.of(),
                    Map.of(), null))).getFirst().kind()).isEqualTo(Kind.DONE);
            store.end(node);
        }
    }

    @Test
    void h5_who_may_not_make_tables_is_told_so_and_nothing_is_made() throws Exception {
        execute("CREATE ROLE " + user + " LOGIN");
        assertThatThrownBy(this::openAsUser).isInstanceOf(StoreException.class)
                .hasMessageContaining("the user may not do this").hasMessageContaining("rights");
    }
}
