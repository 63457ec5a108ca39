// SPDX-License-Identifier: Apache-2.0
package dev.perdure.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    @Test
    void it_is_as_durable_as_it_says_and_listens_to_this_machine_only() throws SQLException {
        try (PostgresServer server = PostgresServer.start(); Connection connection = connect(server)) {
            assertThat(ask(connection, "SHOW fsync")).isEqualTo("on");
            assertThat(ask(connection, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(ask(connection, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(ask(connection, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(connection, "SHOW max_connections")).isEqualTo("200");
            run(connection, "CREATE EXTENSION pg_stat_statements");
            assertThat(ask(connection, "SELECT count(*) > 0 FROM pg_stat_statements")).isEqualTo("t");
        }
    }

    @Test
    void it_dies_like_in_a_crash_and_comes_back_with_what_was_committed() throws SQLException {
        try (PostgresServer server = PostgresServer.start()) {
            int port = server.port();
            try (Connection connection = connect(server)) {
                run(connection, "CREATE TABLE t (n int)");
                run(connection, "INSERT INTO t VALUES (1)");
                connection.setAutoCommit(false);
                run(connection, "INSERT INTO t VALUES (2)");
                server.stopImmediately();
                server.stopImmediately();
                assertThatThrownBy(() -> run(connection, "SELECT 1")).isInstanceOf(SQLException.class);
            }
            assertThatThrownBy(() -> connect(server)).isInstanceOf(SQLException.class);
            server.startAgain();
            server.startAgain();
            assertThat(server.port()).isEqualTo(port);
            try (Connection connection = connect(server)) {
                assertThat(ask(connection, "SELECT string_agg(n::text, ' ') FROM t")).isEqualTo("1");
            }
        }
    }

    @Test
    void two_servers_know_nothing_of_each_other_and_leave_nothing_behind() throws SQLException {
        Path data;
        try (PostgresServer one = PostgresServer.start(); PostgresServer other = PostgresServer.start();
                Connection here = connect(one); Connection there = connect(other)) {
            run(here, "CREATE TABLE t (n int)");
            assertThat(ask(there, "SELECT count(*) FROM pg_tables WHERE tablename = 't'")).isEqualTo("0");
            data = Path.of(ask(here, "SHOW data_directory"));
            assertThat(data).exists();
        }
        assertThat(data.getParent()).doesNotExist();
    }

    @Test
    void it_dies_with_the_process_that_started_it_even_if_that_is_killed() throws Exception {
        Process owner = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), Owner.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Path directory = Path.of(owner.inputReader().readLine());
        long postmaster = Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst());
        ProcessHandle server = ProcessHandle.of(postmaster).orElseThrow();
        ProcessHandle guard = owner.children().findFirst().orElseThrow();
        owner.destroyForcibly().waitFor();
        guard.onExit().join();
        assertThat(server.isAlive()).isFalse();
        assertThat(directory).doesNotExist();
    }

    @Test
    void once_closed_it_does_not_come_back() {
        PostgresServer server = PostgresServer.start();
        server.close();
        server.close();
        assertThatThrownBy(server::startAgain).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it was closed");
    }

    /** A process that starts a server, says where its data are, and waits to be killed. */
    static final class Owner {

        public static void main(String... none) throws Exception {
            try (PostgresServer server = PostgresServer.start(); Connection connection = connect(server)) {
                System.out.println(Path.of(ask(connection, "SHOW data_directory")).getParent());
                System.in.read();
            }
        }
    }

    private static Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl());
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
