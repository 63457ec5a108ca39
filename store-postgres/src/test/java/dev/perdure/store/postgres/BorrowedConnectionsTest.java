// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.InvalidArgumentException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StartOptions.Policy;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.postgres.database.Channel;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What a user's connection can be, and what becomes of one that cannot be meant. */
class BorrowedConnectionsTest {

    private static final Workflow<String, String> GREET = Workflow.named("greet", String.class, String.class);

    private Shop shop;
    private PostgresStore store;
    private Client client;

    @BeforeEach
    void open() throws SQLException {
        shop = new Shop();
        store = shop.store();
        client = Client.connect(store);
    }

    @AfterEach
    void close() throws SQLException {
        client.close();
        store.close();
        shop.close();
    }

    private void start(Connection connection, String runId) {
        client.within(connection).start(GREET, runId, "ada");
    }

    private static StoreException failed(String code, ThrowingCallable call) {
        StoreException failed = catchThrowableOfType(StoreException.class, call);
        assertThat(failed).as("an error with code %s", code).isNotNull();
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.effect()).isEqualTo(Effect.NOTHING_RETRY);
        return failed;
    }

    // ---- connections that cannot be meant ----

    @Test
    void a_connection_to_another_database_is_refused_and_its_transaction_goes_on() throws SQLException {
        Connection admin = shop.connect();
        Shop.run(admin, "CREATE DATABASE elsewhere");
        String url = Server.url().replace("/postgres?", "/elsewhere?");
        try (Connection elsewhere = DriverManager.getConnection(url)) {
            Shop.run(elsewhere, "CREATE TABLE mine (id text)");
            elsewhere.setAutoCommit(false);
            assertThatThrownBy(() -> start(elsewhere, "order-1")).isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContainingAll("database 'elsewhere'", "no tables of Perdure in schema '" + shop.schema(),
                            "the store is in database 'postgres'", "PostgresStore.open");
            try (PostgresStore other = PostgresStore.open(url, shop.options())) {
                assertThatThrownBy(() -> start(elsewhere, "order-1")).isInstanceOf(InvalidArgumentException.class)
                        .hasMessageContaining("but another one");
                Shop.run(elsewhere, "INSERT INTO mine VALUES ('1')");
                elsewhere.commit();
                assertThat(other.count(RunFilter.all())).isZero();
            }
            assertThat(Shop.column(elsewhere, "SELECT id FROM mine")).containsExactly("1");
        }
        Shop.run(admin, "DROP DATABASE elsewhere");
        assertThat(store.count(RunFilter.all())).isZero();
    }

    @Test
    void a_schema_that_was_made_anew_under_an_open_store_is_found_again() throws SQLException {
        Server.drop(shop.schema());
        Connection connection = shop.begin();
        assertThatThrownBy(() -> start(connection, "order-1")).isInstanceOf(StoreException.class);
        connection.rollback();
        try (PostgresStore anew = shop.store()) {
            start(connection, "order-1");
            connection.commit();
            assertThat(anew.find("order-1")).isPresent();
        }
    }

    // ---- transactions that cannot write ----

    @Test
    void a_transaction_that_has_failed_is_told_from_a_failure_of_the_store() throws SQLException {
        Connection connection = shop.begin();
        assertThatThrownBy(() -> Shop.run(connection, "SELECT * FROM nothing")).isInstanceOf(SQLException.class);
        assertThat(failed("transaction_failed", () -> start(connection, "order-1"))).hasMessageContainingAll(
                "has failed before this", "roll it back", "current transaction is aborted");
        connection.rollback();
        start(connection, "order-1");
        connection.commit();
        assertThat(store.find("order-1")).isPresent();
    }

    @Test
    void a_transaction_that_may_only_read_says_so() throws SQLException {
        Connection connection = shop.begin();
        connection.setReadOnly(true);
        assertThat(failed("store_read_only", () -> start(connection, "order-1")))
                .hasMessageContaining("may only read");
    }

    @Test
    void a_connection_that_breaks_has_written_nothing() throws SQLException {
        Connection connection = shop.begin();
        start(connection, "order-1");
        Shop.run(shop.connect(), "SELECT pg_terminate_backend(" + Shop.pid(connection) + ")");
        failed("store_away", () -> start(connection, "order-2"));
        assertThat(store.count(RunFilter.all())).isZero();
    }

    // ---- whose connection it is ----

    @Test
    void few_rights_are_enough() throws SQLException {
        store.join(UUID.randomUUID(), 1);
        String schema = '"' + shop.schema() + '"';
        Connection admin = shop.connect();
        Shop.run(admin, "CREATE ROLE clerk");
        Shop.run(admin, "GRANT USAGE ON SCHEMA " + schema + " TO clerk");
        for (String table : List.of("runs", "states", "attributes", "inbox", "sent", "facts", "news")) {
            Shop.run(admin, "GRANT SELECT, INSERT ON " + schema + "." + table + " TO clerk");
        }
        Shop.run(admin, "GRANT UPDATE (present) ON " + schema + ".runs TO clerk");
        Connection connection = shop.begin();
        Shop.run(connection, "SET ROLE clerk");
        client.within(connection).start(GREET, StartOptions.id("order-1").attribute("customer", "c-1")
                .signal("mark", "!"), "ada");
        client.within(connection).signal("order-1", "mark", "?", "m-1");
        assertThat(client.within(connection).emitEvent("paid", "ada")).isTrue();
        connection.commit();
        client.terminate("order-1", "to be restarted");
        client.within(connection).start(GREET, StartOptions.id("order-1").policy(Policy.RESTART_FINISHED), "bob");
        connection.commit();
        assertThat(client.handle("order-1").describe().status()).isEqualTo(RunStatus.QUEUED);
        Shop.run(connection, "RESET ROLE");
        connection.commit();
        Shop.run(admin, "REVOKE ALL ON " + schema + ".states FROM clerk");
        Shop.run(connection, "SET ROLE clerk");
        assertThat(failed("store_read_only", () -> start(connection, "order-2"))).hasMessageContaining("rights");
        connection.rollback();
        Shop.run(admin, "DROP OWNED BY clerk");
        Shop.run(admin, "DROP ROLE clerk");
    }

    @Test
    void tables_of_the_same_names_on_the_search_path_are_not_touched() throws SQLException {
        Connection admin = shop.connect();
        Shop.run(admin, "CREATE SCHEMA decoy");
        Shop.run(admin, "CREATE TABLE decoy.runs (id text)");
        Shop.run(admin, "CREATE TABLE decoy.inbox (id text)");
        Connection connection = shop.begin();
        Shop.run(connection, "SET search_path = decoy, pg_catalog");
        start(connection, "order-1");
        client.within(connection).signal("order-1", "mark", "!");
        assertThat(Shop.column(connection, "SHOW search_path")).containsExactly("decoy, pg_catalog");
        connection.commit();
        assertThat(store.find("order-1")).isPresent();
        assertThat(Shop.column(admin, "SELECT id FROM decoy.runs UNION ALL SELECT id FROM decoy.inbox")).isEmpty();
        Shop.run(admin, "DROP SCHEMA decoy CASCADE");
    }

    @Test
    void no_connection_is_needed_but_the_one_that_is_given() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Server.url());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(5_000);
        try (HikariDataSource pool = new HikariDataSource(config);
                PostgresStore ofOne = PostgresStore.open(pool, shop.options().notifications(false));
                Client clientOfOne = Client.connect(ofOne)) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                clientOfOne.within(connection).start(GREET, "order-1", "ada");
                clientOfOne.within(connection).signal("order-1", "mark", "!");
                connection.commit();
            }
            assertThat(ofOne.find("order-1")).isPresent();
        }
    }

    @Test
    void a_time_out_of_the_user_ends_the_wait_for_another_who_starts_the_same_id() throws SQLException {
        Connection first = shop.begin();
        start(first, "order-1");
        Connection second = shop.begin();
        Shop.run(second, "SET LOCAL statement_timeout = 100");
        assertThat(failed("store_locked", () -> start(second, "order-1")))
                .hasMessageContaining("another transaction that starts a run of the same id");
        second.rollback();
        Shop.run(second, "SET LOCAL lock_timeout = 100");
        failed("store_locked", () -> start(second, "order-1"));
        first.rollback();
        second.rollback();
        start(second, "order-1");
        second.commit();
        assertThat(store.find("order-1")).isPresent();
    }

    // ---- nodes hear of it ----

    @Test
    void nodes_hear_of_work_when_the_transaction_commits_and_not_before() throws SQLException {
        Connection node = shop.connect();
        Shop.run(node, "LISTEN \"perdure_" + shop.schema() + "\"");
        Connection connection = shop.begin();
        for (int i = 0; i < 20; i++) {
            start(connection, "order-" + i);
        }
        connection.rollback();
        start(connection, "order-1");
        client.within(connection).signal("order-1", "mark", "!");
        // The server hands out what was committed when the listener asks it something.
        Shop.column(node, "SELECT 1");
        assertThat(heard(node)).isEmpty();
        connection.commit();
        Shop.column(node, "SELECT 1");
        assertThat(heard(node)).singleElement().satisfies(heard -> assertThat(heard.getParameter()).isEqualTo("WORK"));
        client.within(connection).start(GREET, "order-1", "somebody else");
        connection.commit();
        Shop.column(node, "SELECT 1");
        assertThat(heard(node)).as("nothing was written").isEmpty();
    }

    private static PGNotification[] heard(Connection node) throws SQLException {
        PGNotification[] heard = node.unwrap(PGConnection.class).getNotifications();
        return heard == null ? new PGNotification[0] : heard;
    }

    @Test
    void a_channel_has_a_name_that_the_server_takes() throws SQLException {
        assertThat(Channel.of("perdure")).isEqualTo("perdure_perdure");
        String longest = "ü".repeat(31);
        assertThat(Channel.of(longest)).hasSize(40).startsWith("perdure_").isNotEqualTo(Channel.of("ö".repeat(31)));
        assertThat(Channel.of("x".repeat(55)).getBytes(StandardCharsets.UTF_8)).hasSize(63);
        try (PostgresStore other = PostgresStore.open(Server.connections(), shop.options().schema(longest));
                Client ofOther = Client.connect(other)) {
            Connection connection = shop.begin();
            ofOther.within(connection).start(GREET, "order-1", "ada");
            connection.commit();
            assertThat(other.find("order-1")).isPresent();
        } finally {
            Server.drop(longest);
        }
    }
}
