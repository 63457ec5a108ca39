// SPDX-License-Identifier: Apache-2.0
package dev.perdure.postgres.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A real PostgreSQL with a fresh database, on the loopback address only, as durable as PostgreSQL is by default. Its
 * programs come from Maven artifacts, so nothing needs to be installed. Runs on Linux and macOS.
 *
 * <p><b>Its end.</b> A shell, the guard, stands between this process and the server and reads orders from a pipe. When
 * this process ends, the kernel closes the pipe, also if it was killed; the guard then stops the server and deletes its
 * data. Only a kill of the guard itself (or of a whole process group or container) leaves data in the temporary
 * directory, and possibly the server.
 *
 * <p><b>As root.</b> PostgreSQL refuses to run as root, so it then runs in a user namespace of its own, or, where the
 * kernel does not allow that, as the user nobody.
 *
 * <p>May be used by several threads; one at a time stops and starts.
 */
public final class PostgresServer implements AutoCloseable {

    private static final int CONNECTIONS = 200;

    // Below the ports that systems give to outgoing connections. While the server is down, one of those could get its
    // port, and a client that knocks in vain can even be given the port it knocks at, and then talks to itself.
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 30_000;

    private static final int LOG_LINES = 20;
    private static final long LONGEST_END_SECONDS = 150;

    private final ReentrantLock lock = new ReentrantLock();
    private final Path directory;
    private final int port;
    private final Process guard;
    private boolean running;
    private boolean closed;

    private PostgresServer(Path directory, int port, Process guard) {
        this.directory = directory;
        this.port = port;
        this.guard = guard;
    }

    /**
     * Makes a fresh database and starts a server on it. Takes one to two seconds, and some more for the first time on
     * a machine.
     *
     * @return ready for connections
     * @throws IllegalStateException if it cannot be started; says why, with the end of the server's log
     */
    public static PostgresServer start() {
        return start(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * The same with the data in another place than the temporary directory, which may be in memory.
     *
     * @param below the directory in which a directory for the data is made
     * @return ready for connections
     * @throws IllegalStateException if it cannot be started; says why, with the end of the server's log
     */
    public static PostgresServer start(Path below) {
        Path programs = Programs.unpacked();
        List<String> user = unprivileged();
        Path directory = null;
        try {
            directory = Files.createTempDirectory(below.toAbsolutePath(), "perdure-postgres-data-");
            int port = freePort();
            // From here on the guard deletes the directory, whatever comes between.
            PostgresServer server = new PostgresServer(directory, port, guard(programs, user, directory));
            try {
                initialize(programs, user, directory, port);
                server.startAgain();
            } catch (IOException | RuntimeException failed) {
                server.close();
                throw failed;
            }
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot start PostgreSQL in " + directory, failed);
        }
    }

    private static void initialize(Path programs, List<String> user, Path directory, int port) throws IOException {
        Path data = directory.resolve("data");
        if (user.contains("setpriv")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        // What initdb writes need not survive a power cut: if it is lost, so is the test.
        List<String> command = new ArrayList<>(user);
        command.addAll(List.of(programs.resolve("bin/initdb").toString(), "--pgdata=" + data, "--username=postgres",
                "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"));
        Process initdb = new ProcessBuilder(command).redirectErrorStream(true).start();
        initdb.getOutputStream().close();
        String said = read(initdb.getInputStream());
        if (await(initdb) != 0) {
            throw new IllegalStateException("initdb failed in " + data + ": " + said);
        }
        Files.writeString(data.resolve("postgresql.conf"), settings(port), StandardOpenOption.APPEND);
    }

    private static String settings(int port) {
        return """
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                port = %d
                max_connections = %d
                fsync = on
                synchronous_commit = on
                full_page_writes = on
                shared_preload_libraries = 'pg_stat_statements'
                """.formatted(port, CONNECTIONS);
    }

    private static Process guard(Path programs, List<String> user, Path directory) throws IOException {
        String script;
        try (InputStream in = PostgresServer.class.getResourceAsStream("guard.sh")) {
            script = read(in);
        }
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "guard.sh", directory.toString()));
        command.addAll(user);
        command.add(programs.resolve("bin/pg_ctl").toString());
        return new ProcessBuilder(command).directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("guard-log").toFile())).start();
    }

    /** What stands before a command so that it does not run as root; nothing if it would not anyway. */
    private static List<String> unprivileged() {
        for (List<String> prefix : List.<List<String>>of(List.of(), List.of("unshare", "-U"),
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"))) {
            if (isUnprivileged(prefix)) {
                return prefix;
            }
        }
        throw new IllegalStateException("PostgreSQL does not run as root, and here root can neither make a user "
                + "namespace (unshare -U) nor become another user (setpriv --reuid): run this as an ordinary user");
    }

    private static boolean isUnprivileged(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("id", "-u"));
        try {
            Process id = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String said = read(id.getInputStream()).strip();
            return await(id) == 0 && !said.equals("0");
        } catch (IOException missing) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        for (int i = 0; i < LAST_PORT - FIRST_PORT; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // The next one, then.
            }
        }
        throw new IOException("no free port from " + FIRST_PORT + " to " + LAST_PORT);
    }

    /**
     * The address for JDBC, user included, no password needed.
     *
     * @return the same as long as this object lives
     */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    /**
     * Where it listens, on 127.0.0.1.
     *
     * @return the same as long as this object lives
     */
    public int port() {
        return port;
    }

    /**
     * Stops the server as a crash would: all connections break, nothing is written any more, and the next start
     * recovers from the write-ahead log. Nothing happens if it is not running. Returns when all its processes are gone.
     *
     * @throws IllegalStateException if it cannot be stopped
     */
    public void stopImmediately() {
        lock.lock();
        try {
            if (running) {
                order("stop");
                running = false;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts the server again on the same data and the same port. Nothing happens if it is running.
     *
     * @throws IllegalStateException if it cannot be started; says why, with the end of the server's log
     */
    public void startAgain() {
        lock.lock();
        try {
            if (!running) {
                order("start");
                running = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private void order(String order) {
        if (closed) {
            throw new IllegalStateException("cannot " + order + " PostgreSQL on port " + port + ": it was closed");
        }
        String answer;
        try {
            guard.getOutputStream().write((order + "\n").getBytes(StandardCharsets.US_ASCII));
            guard.getOutputStream().flush();
            answer = guard.inputReader().readLine();
        } catch (IOException failed) {
            throw new UncheckedIOException("the guard of PostgreSQL on port " + port + " is gone", failed);
        }
        if (!"0".equals(answer)) {
            throw new IllegalStateException("cannot " + order + " PostgreSQL on port " + port + " (pg_ctl: " + answer
                    + "); its log ends with:\n" + endOfLog());
        }
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /**
     * Stops the server if it runs, and deletes its data. May be called again.
     *
     * @throws IllegalStateException if that takes more than {@value #LONGEST_END_SECONDS} seconds
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            running = false;
            guard.getOutputStream().close();
            if (!guard.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL on port " + port + " in " + directory + " does not end; "
                        + "its log ends with:\n" + endOfLog());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot stop PostgreSQL on port " + port, failed);
        } catch (InterruptedException interrupted) {
            // The guard goes on without us.
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The exit code of a process that has closed its output, and so is about to end. */
    private static int await(Process process) {
        return process.onExit().join().exitValue();
    }
}
