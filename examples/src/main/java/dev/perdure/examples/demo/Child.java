// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.examples.demo.shop.WorkDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Another process of the demo: the same Java and class path with another main class. It says on standard output when it
 * is ready and what it counts, complains into its log, and ends when its standard input does.
 */
final class Child {

    private static final int LAST_WORDS = 25;

    private final String role;
    private final Path log;
    private final Process process;
    private final Thread listener;
    private volatile @Nullable String ready;

    private Child(String role, Path log, Process process, Consumer<String> onLine) {
        this.role = role;
        this.log = log;
        this.process = process;
        this.listener = Thread.ofPlatform().name("demo-" + role).daemon().start(() -> listen(onLine));
    }

    /** Starts a process without waiting for it to be ready. */
    static Child start(String role, Class<?> main, WorkDirectory directory, Consumer<String> onLine, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Quick to start, small, and without the warning about SQLite's native library.
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
                // SQLite's driver unpacks its native library there, once for each process.
                "-Djava.io.tmpdir=" + directory.temporary(),
                "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        Path log = directory.log(role);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            return new Child(role, log, process, onLine);
        } catch (IOException cannotStart) {
            throw new UncheckedIOException("cannot start the process of the " + role + ": " + cannotStart.getMessage(),
                    cannotStart);
        }
    }

    private void listen(Consumer<String> onLine) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready")) {
                    ready = line.substring("ready".length()).strip();
                } else {
                    onLine.accept(line);
                }
            }
        } catch (IOException killed) {
            // The pipe may break instead of ending when the process is killed; that it is gone is noticed elsewhere.
            process.onExit();
        }
    }

    /**
     * Sends a line to its standard input. One that has just died does not read it: that is noticed by {@link #isAlive}.
     */
    void tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            if (process.isAlive()) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    String role() {
        return role;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isReady() {
        return ready != null;
    }

    /** What it said when it was last ready; null before. */
    @Nullable String whenReady() {
        return ready;
    }

    int exitCode() {
        return process.exitValue();
    }

    /** SIGKILL: no handler, no finally block, no shutdown hook runs over there. Returns when it is gone. */
    int kill() throws InterruptedException {
        process.destroyForcibly();
        int code = process.waitFor();
        listener.join();
        return code;
    }

    /** Waits until it has ended by itself. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Kills it on the way out, and sees that it is gone. */
    void end() {
        process.destroyForcibly().onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
    }

    /** The end of its log, indented, for whoever has to find out what went wrong. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            if (lines.isEmpty()) {
                return "    (it said nothing)";
            }
            return "    " + String.join("\n    ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException unreadable) {
            return "    (its log cannot be read: " + unreadable.getMessage() + ")";
        }
    }
}
