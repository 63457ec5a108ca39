// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Store;
import dev.perdure.store.StoreInUseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A store in a process of its own: told what to do line by line, it answers each line with one. */
final class OtherProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;

    private OtherProcess(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a process, which waits for its first line. */
    static OtherProcess start(Path file) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp",
                System.getProperty("java.class.path"), OtherProcess.class.getName(), file.toString())
                .redirectErrorStream(true).start();
        return new OtherProcess(process);
    }

    void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The next line that the process says, of any kind: a warning of its JVM would be one, too. */
    String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the process has ended");
        }
        return line;
    }

    String ask(String line) throws IOException {
        tell(line);
        return answer();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    // ---- in the other process ----

    /** What a process can be told: open, join, start NAME, claim, advance, hold MILLIS, leave. */
    public static void main(String[] arguments) throws Exception {
        Actor actor = new Actor(Path.of(arguments[0]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            System.out.println(actor.act(words[0], words.length > 1 ? words[1] : ""));
        }
    }

    private static final class Actor {
        private final Path file;
        private final UUID node = UUID.randomUUID();
        private SqliteStore store;
        private NewRun run;
        private long seq = 1;

        Actor(Path file) {
            this.file = file;
        }

        String act(String verb, String object) throws Exception {
            return switch (verb) {
                case "open" -> {
                    store = SqliteStore.open(file);
                    yield "opened";
                }
                case "join" -> join();
                case "start" -> outcome(List.of(Runs.start(Runs.run(object))));
                case "send" -> outcome(List.of(Runs.send(object, UUID.randomUUID().toString())));
                case "create" -> {
                    run = Runs.run(object);
                    yield outcome(List.of(Runs.create(node, run)));
                }
                case "advance" -> outcome(List.of(Runs.advance(node, run.incarnation(), Runs.unit(++seq))));
                case "claim" -> "claimed " + store.claim(new Store.Claim(node, Set.of("checkout"), 1, 10)).size();
                case "hold" -> hold(Long.parseLong(object));
                default -> throw new IllegalArgumentException(verb);
            };
        }

        private String join() {
            try {
                store.join(node, 1);
                return "joined";
            } catch (StoreInUseException refused) {
                return "refused: " + refused.getMessage();
            }
        }

        private String outcome(List<? extends dev.perdure.store.Write> batch) {
            return store.write(batch).stream().map(Outcome::kind).toList().toString();
        }

        /** Keeps the write lock for a while, and says so when it has it. */
        private String hold(long millis) {
            return store.writer().transaction(session -> {
                System.out.println("holding");
                try {
                    return new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS) ? "" : "released";
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            });
        }
    }
}
