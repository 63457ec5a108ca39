// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tool at runs on PostgreSQL: what it shows of a file it shows of a schema. */
class PostgresTest {

    private static PostgresServer server;
    private static Map<String, String> environment;

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
        environment = Map.of("PERDURE_DATABASE_URL", server.jdbcUrl());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Tool perdure(String... args) {
        return Tool.run(environment, args);
    }

    @Test
    void a_run_is_started_signalled_and_finished_from_outside_while_the_engine_works() {
        try (PostgresStore store = PostgresStore.open(server.jdbcUrl());
                Engine engine = Shop.start(store, true)) {
            assertThat(perdure("start", "approval", "--id", "order-1", "--input",
                    "{\"id\": \"order-1\", \"cents\": 4990}")).isEqualTo(new Tool(0, "started order-1\n", ""));
            assertThat(perdure("signal", "order-1", "approval", "{\"by\": \"Ada\", \"approved\": true}").out())
                    .isEqualTo("signalled order-1\n");
            assertThat(perdure("result", "order-1", "--timeout", "30s").out()).isEqualTo("\"approved by Ada\"\n");
            assertThat(engine.handle("order-1").describe().status().isFinished()).isTrue();
        }
        assertThat(perdure("list").out()).contains("order-1").contains("COMPLETED");
        assertThat(perdure("settings").out()).contains("postgres");
    }

    @Test
    void a_schema_has_runs_of_its_own_and_one_that_is_not_there_is_named_and_not_made() {
        PostgresStore.open(server.jdbcUrl(), PostgresOptions.defaults().schema("other shop")).close();
        assertThat(perdure("count", "--schema", "other shop")).isEqualTo(new Tool(0, "0\n", ""));

        for (int i = 0; i < 2; i++) {
            Tool tool = perdure("list", "--schema", "no_shop");
            assertThat(tool.exit()).isEqualTo(1);
            assertThat(tool.err()).startsWith("perdure: there are no runs in schema 'no_shop' of database 'postgres'");
        }
    }
}
