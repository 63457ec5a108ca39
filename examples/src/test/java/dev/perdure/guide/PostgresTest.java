// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.store.Store;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresTest {

    private static final Workflow.Implemented<String, String> SHIP = Workflow.of("ship", String.class, String.class,
            (ctx, order) -> ctx.step("ship", String.class, step -> "shipped " + order));

    private static PostgresServer server;

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_store_by_its_address() {
        String url = server.jdbcUrl();
        // snippet:open
        try (Store store = PostgresStore.open(url);
                Engine engine = Engine.builder().store(store).workflow(SHIP).start()) {
            assertThat(engine.start(SHIP, "order-1", "a book").result()).isEqualTo("shipped a book");
        }
        // end
    }

    @Test
    void a_store_on_the_pool_of_the_application_with_options() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.jdbcUrl());
        try (HikariDataSource shop = new HikariDataSource(config)) {
            DataSource pool = shop;
            // snippet:pool
            Store store = PostgresStore.open(pool);
            // end
            store.close();
            // snippet:options
            PostgresOptions options = PostgresOptions.defaults()
                    .schema("shop_runs")                // "perdure" unless named
                    .lease(Duration.ofSeconds(10))      // 5 seconds
                    .notifications(false);              // on
            // end
            try (Store other = PostgresStore.open(pool, options);
                    Engine engine = Engine.builder().store(other).workflow(SHIP).start()) {
                assertThat(engine.start(SHIP, "order-1", "a book").result()).isEqualTo("shipped a book");
                assertThat(other.settings()).containsEntry("schema", "shop_runs");
            }
        }
    }
}
