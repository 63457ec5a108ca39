// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;

/**
 * A real PgBouncer in front of the tests' server. It gives a connection of the server's for each transaction, and has
 * fewer of them than its clients. Stops with this process, however that ends.
 */
final class Bouncer implements AutoCloseable {

    private static final int SERVER_CONNECTIONS = 12;
    private static final int CLIENTS_EACH = 15;

    /** Ends its child when its input ends. */
    private static final String GUARD = "\"$@\" & read -r line; kill $!; wait $!";

    private final Process guard;
    private final Path directory;
    private final int port;
    private final List<HikariDataSource> pools = new ArrayList<>();

    private Bouncer(Process guard, Path directory, int port) {
        this.guard = guard;
        this.directory = directory;
        this.port = port;
    }

    /** Skips the test where there is none. */
    static Bouncer start() throws IOException {
        Optional<Path> program = program();
        Assumptions.assumeTrue(program.isPresent(),
                "there is no PgBouncer on this machine; on Debian: apt-get install pgbouncer");
        Path directory = Files.createTempDirectory("perdure-pgbouncer-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        Path settings = Files.writeString(directory.resolve("pgbouncer.ini"), settings(port));
        List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "guard", program.get().toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=nobody");
        }
        command.add(settings.toString());
        Process guard = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
        return new Bouncer(guard, directory, port);
    }

    private static Optional<Path> program() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(each -> Path.of(each, "pgbouncer")).filter(Files::isExecutable).findFirst();
    }

    private static String settings(int port) {
        return """
                [databases]
                postgres = host=127.0.0.1 port=%d user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = %d
                max_client_conn = 100
                ignore_startup_parameters = extra_float_digits
                """.formatted(Server.server().port(), port, SERVER_CONNECTIONS);
    }

    /** A new pool of connections through it. Until version 1.21 it knows no prepared statements. */
    DataSource connections() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&prepareThreshold=0");
        config.setMaximumPoolSize(CLIENTS_EACH);
        // It may not listen yet.
        config.setInitializationFailTimeout(TimeUnit.SECONDS.toMillis(30));
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        return pool;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        pools.forEach(HikariDataSource::close);
        guard.getOutputStream().close();
        guard.waitFor();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(directory);
    }
}
