// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.proof.Findings;
import dev.perdure.proof.chaos.FaultLog.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Where one process after another lives: the parent's side of a {@link Node}. Its wire stays. Whoever wants to do
 * something to it takes it first, so that one fault befalls it at a time.
 */
final class Place implements AutoCloseable {

    /**
     * What all places of a campaign have in common.
     *
     * @param directory for the words of the processes
     * @param port of the database
     * @param url of the database itself
     * @param leaseMillis of each node
     * @param broken what is broken on purpose
     */
    record Site(Path directory, int port, String url, long leaseMillis, Broken broken) {

        String through(Wire wire) {
            return url.replace(":" + port + "/", ":" + wire.port() + "/");
        }
    }

    /** An engine gives its steps ten seconds, and its pool gives up after thirty when the database is away. */
    private static final long LONGEST_CLOSE_SECONDS = 60;

    private final int number;
    private final Site site;
    private final FaultLog log;
    private final Findings findings;
    private final Wire wire;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile Process process;
    private volatile String name = "";
    private volatile boolean ready;
    /** The one that has been told to end. */
    private volatile @Nullable Process doomed;
    private long began;
    private int lives;

    Place(int number, Site site, FaultLog log, Findings findings) throws IOException {
        this.number = number;
        this.site = site;
        this.log = log;
        this.findings = findings;
        this.wire = new Wire(site.port());
    }

    /** Starts a process, which takes a while. */
    void start(long skewMillis) throws IOException {
        name = "node-" + number + "-" + ++lives;
        ready = false;
        began = System.currentTimeMillis();
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-cp", System.getProperty("java.class.path"), Node.class.getName(), name, site.through(wire),
                site.url(), Long.toString(site.leaseMillis()), Long.toString(skewMillis), site.broken().name())
                .redirectError(ProcessBuilder.Redirect.appendTo(words().toFile()));
        Process started = builder.start();
        process = started;
        Thread.ofPlatform().daemon(true).name("chaos-" + name).start(() -> hear(started));
    }

    /** What the processes here have logged. */
    Path words() {
        return site.directory().resolve("node-" + number + ".log");
    }

    private void hear(Process from) {
        try (BufferedReader said = from.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                ready |= line.equals("ready") && from == process;
            }
            if (from != doomed && from == process) {
                findings.violation("process " + name + " ended by itself; its last words:\n"
                        + Files.readString(words()).lines().reduce("", (before, line) -> line));
                start(0);
            }
        } catch (IOException gone) {
            if (from != doomed) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    String name() {
        return name;
    }

    Wire wire() {
        return wire;
    }

    /** Whether it runs and nothing is being done to it. */
    boolean isWell() {
        return ready && !taken.get();
    }

    boolean isReady() {
        return ready;
    }

    /** Takes it if it is well. */
    boolean take() {
        return ready && taken.compareAndSet(false, true);
    }

    void giveBack() {
        taken.set(false);
    }

    /** SIGKILL, which no code over there can notice. */
    void kill() throws InterruptedException {
        doomed = process;
        ready = false;
        long now = System.currentTimeMillis();
        process.destroyForcibly().waitFor();
        log.add(name, Kind.LIFE, began, now);
    }

    /**
     * SIGTERM, upon which it closes its engine and ends.
     *
     * @return false if it did not end, or not as one that ends well; then it has been killed
     */
    boolean closeGracefully() throws InterruptedException {
        doomed = process;
        ready = false;
        // Not the process's own destroy, which closes its pipes as well: for it that means that its parent is gone.
        process.toHandle().destroy();
        boolean ended = process.waitFor(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        log.add(name, Kind.LIFE, began, System.currentTimeMillis());
        return ended && process.exitValue() == 0;
    }

    /**
     * SIGSTOP, and SIGCONT after a while, which comes even if this process is gone by then.
     *
     * @return once it has stopped; ends when it goes on
     */
    Process pause(long millis) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "kill -STOP $1 && echo stopped && sleep $2; kill -CONT $1", "sh",
                Long.toString(process.pid()), Double.toString(millis / 1000.0)).start();
        shell.inputReader().readLine();
        return shell;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (process != null && process.isAlive()) {
            kill();
            process.waitFor(10, TimeUnit.SECONDS);
        }
        wire.close();
    }
}
