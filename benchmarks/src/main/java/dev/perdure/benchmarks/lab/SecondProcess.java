// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another process of this program, spoken to line by line. It does not outlive this one, however this one ends: it is
 * killed when closed and at exit, and it ends by itself when its standard input does.
 */
public final class SecondProcess implements AutoCloseable {

    /** What a bench says that needs one. */
    public static final String NOT_IN_MEMORY =
            "this bench is about two processes and what lies between them, and memory does not. Use --store sqlite";

    private static final String END = "\u0000";

    private final Process process;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Thread atExit;

    private SecondProcess(Process process) {
        this.process = process;
        this.atExit = new Thread(process::destroyForcibly, "bench-kill-second");
        Runtime.getRuntime().addShutdownHook(atExit);
        Thread.ofPlatform().daemon().name("bench-listen").start(this::listen);
    }

    /**
     * Starts one, on the same class path and the same Java.
     *
     * @param main what it runs
     * @param arguments for it
     * @return running
     * @throws IOException if it cannot be started
     */
    public static SecondProcess start(Class<?> main, String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new SecondProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
            }
        } catch (IOException e) {
            // Killed in the middle of a line: there is nothing more to hear either way.
        }
        said.add(END);
    }

    public void say(String line) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).write(line + "\n");
        process.outputWriter(StandardCharsets.UTF_8).flush();
    }

    /**
     * Waits for a line that begins with a word.
     *
     * @param word what it begins with; other lines are passed over
     * @param limit how long to wait at most
     * @return what stands behind the word
     */
    public String hear(String word, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            String line = said.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(END)) {
                throw new BrokenMeasurementException("the second process should have said '" + word + "' but "
                        + (line == null ? "said nothing for " + limit.toSeconds() + " s" : "ended"));
            }
            if (line.equals(word) || line.startsWith(word + " ")) {
                return line.substring(word.length()).strip();
            }
        }
    }

    /** Ends it at once and without a chance to tidy up, by its own process id: what a power cut does to a process. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        Runtime.getRuntime().removeShutdownHook(atExit);
        kill();
    }

    // ---- in the second process ----

    /** Ends this process when the one that started it is gone; returns what that one says, line by line. */
    public static BlockingQueue<String> orders() {
        BlockingQueue<String> orders = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().name("bench-orders").start(() -> {
            try (var lines = new BufferedReader(new java.io.InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    orders.add(line);
                }
            } catch (IOException e) {
                // The same as the end: nobody is there any more.
            }
            Runtime.getRuntime().halt(0);
        });
        return orders;
    }

    /**
     * Says a line to the first process.
     *
     * @param line without a line feed
     */
    public static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
