// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.json.JsonMapper;

/**
 * The payment provider's process: a real HTTP server on loopback, with a ledger of its own, that is as unreliable as
 * the network between two companies. {@code Provider DIRECTORY SEED honours-keys|forgets-keys}.
 */
public final class Provider {

    /** What a request looked like from the provider's side. */
    public enum Answer {
        /** Done and answered. */
        ANSWERED,
        /** Not done: 503. */
        UNAVAILABLE,
        /** Done, but the connection broke before the answer. */
        ANSWER_LOST,
        /** Done, but answered too late. */
        ANSWERED_LATE
    }

    /**
     * A line of the provider's request log.
     *
     * @param path what was asked for
     * @param key the idempotency key
     * @param repeated whether the key had come before
     * @param answer how it was answered
     */
    public record Request(String path, String key, boolean repeated, Answer answer) {
    }

    private static final Duration LATE = Duration.ofMillis(1_800);
    private static final JsonMapper JSON = new JsonMapper();

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> keys = new HashSet<>();
    private final Mood.Deck moods;
    private final Book ledger;
    private final Path log;

    Provider(WorkDirectory directory, long seed, boolean forgetsKeys) {
        this.moods = new Mood.Deck(seed);
        this.ledger = new Book(directory.ledger(), forgetsKeys);
        this.log = directory.requests();
    }

    /**
     * Runs the provider until standard input ends.
     *
     * @param args the work directory, a seed, and whether it forgets keys
     * @throws IOException if it cannot listen or write
     */
    public static void main(String[] args) throws IOException {
        Provider provider = new Provider(new WorkDirectory(Path.of(args[0])), Long.parseLong(args[1]),
                args[2].equals("forgets-keys"));
        HttpServer server = provider.listen();
        Lifeline.attach(line -> { });
        Lifeline.tell("ready " + server.getAddress().getPort());
    }

    HttpServer listen() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/charges", exchange -> answer(exchange, Entry.Kind.CHARGED));
        server.createContext("/refunds", exchange -> answer(exchange, Entry.Kind.REFUNDED));
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange, Entry.Kind kind) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            if (key == null) {
                send(exchange, 400, "the header Idempotency-Key is missing");
                return;
            }
            Payments.PaymentRequest request = JSON.readValue(body, Payments.PaymentRequest.class);
            Mood mood = note(exchange.getRequestURI().getPath(), key);
            if (mood == Mood.UNAVAILABLE) {
                send(exchange, 503, "not now");
                return;
            }
            Entry entry = ledger.record(kind, request.order(), request.amount(), key).entry();
            if (mood == Mood.LOSES_ANSWER) {
                return;
            }
            if (mood == Mood.SLOW) {
                pause(LATE);
            }
            String reference = (kind == Entry.Kind.CHARGED ? "ch_" : "re_") + entry.number();
            send(exchange, 200, JSON.writeValueAsString(new Payments.PaymentAnswer(reference)));
        } catch (IOException | RuntimeException trouble) {
            // The server would drop it silently; a client that has hung up after a late answer is what usually ends
            // here.
            complain(trouble);
        }
    }

    /** Decides how to treat a request and writes that down. */
    private Mood note(String path, String key) throws IOException {
        lock.lock();
        try {
            Mood mood = moods.next();
            Answer answer = switch (mood) {
                case FINE -> Answer.ANSWERED;
                case UNAVAILABLE -> Answer.UNAVAILABLE;
                case LOSES_ANSWER -> Answer.ANSWER_LOST;
                case SLOW -> Answer.ANSWERED_LATE;
            };
            Request request = new Request(path, key, !keys.add(key), answer);
            Files.writeString(log, JSON.writeValueAsString(request) + "\n", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return mood;
        } finally {
            lock.unlock();
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void complain(Exception trouble) {
        StringWriter text = new StringWriter();
        trouble.printStackTrace(new PrintWriter(text));
        System.err.println("provider: " + text);
    }
}
