// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The parent's side of a {@link Child}. */
final class ChildProcess implements AutoCloseable {

    /** Much longer than any life takes. Whoever takes longer is not slow but hangs. */
    private static final long PATIENCE_SECONDS = 120;

    private static final String LOG = "log";

    private final Process process;
    private final BufferedReader said;
    private final Path directory;

    /** What a life has told. */
    static final class Told {
        /** What was durable when it began. */
        final Set<String> facts = new TreeSet<>();
        /** How each run ended; empty if it was killed. */
        final Map<String, String> outcomes = new TreeMap<>();
        /** What stands in the table of the user when it has ended in peace. */
        final List<String> deeds = new ArrayList<>();
        /** In a life that was to end in peace, each call, after the digest of all up to it. */
        final List<String> calls = new ArrayList<>();
        boolean killed;
        int effects;
        /** A digest of the last call and all before it. */
        String story = "";
        /** When it was killed, by its own clock. */
        long clock;
    }

    private ChildProcess(Process process, Path directory) {
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
        this.directory = directory;
    }

    /**
     * Starts a process that waits for a life.
     *
     * @param directory empty; for its log and its native library of SQLite, until it is closed
     * @param environment goes along with this process's own
     */
    static ChildProcess start(Path directory, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m",
                // Threads that a life has left behind may be collected.
                "-Djdk.trackAllThreads=false",
                "--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/java.lang=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + directory, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp", System.getProperty("java.class.path"), Child.class.getName())
                .redirectError(directory.resolve(LOG).toFile());
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start(), directory);
    }

    /** Lets it live, and kills it where it asks for that: SIGKILL, which no code over there can notice. */
    Told live(Child.Life life) throws IOException, InterruptedException {
        Told told = new Told();
        process.outputWriter().write(life.line() + "\n");
        process.outputWriter().flush();
        CompletableFuture<Void> answered = new CompletableFuture<>();
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(() -> {
            if (!answered.isDone()) {
                process.destroyForcibly();
            }
        });
        try {
            while (!hear(told, said.readLine())) {
                // There is more.
            }
        } finally {
            answered.complete(null);
        }
        if (told.killed) {
            process.destroyForcibly().waitFor();
        }
        return told;
    }

    private boolean hear(Told told, String line) throws IOException {
        if (line == null) {
            throw new IOException("the child has gone without having been killed, or was silent for "
                    + PATIENCE_SECONDS + " s. Its last words:\n" + Files.readString(directory.resolve(LOG)));
        }
        String[] parts = line.split(" ", 3);
        switch (parts[0]) {
            case "fact" -> told.facts.add(line.substring("fact ".length()));
            case "call" -> told.calls.add(line.substring("call ".length()));
            case "deed" -> told.deeds.add(line.substring("deed ".length()));
            case "outcome" -> told.outcomes.put(parts[1], parts[2]);
            case "reached" -> {
                told.killed = true;
                told.story = parts[1];
                told.clock = Long.parseLong(parts[2]);
            }
            case "ended" -> {
                told.effects = Integer.parseInt(parts[2].split(" ")[0]);
                told.story = parts[2].split(" ")[1];
            }
            default -> throw new IOException("the child said something unexpected: " + line);
        }
        return parts[0].equals("reached") || parts[0].equals("ended");
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
