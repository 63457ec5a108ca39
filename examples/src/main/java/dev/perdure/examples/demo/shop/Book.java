// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of entries that only grows: the memory of a payment provider, a stock room, a parcel carrier, a mail server.
 *
 * <p><b>This is the other half of every exactly-once effect.</b> An engine can promise that a step is repeated with the
 * same idempotency key, and never that it is not repeated: whoever is asked must know the key again. A book does, like
 * any payment provider worth its name; one that is told to forget keys writes down every request it gets.
 *
 * <p>A line that was cut off when its process was killed was never confirmed to anybody, so it is removed when the book
 * is opened again. Writing goes through to the operating system and not to the disk: that is enough for a kill, a power
 * cut is not part of the demo. One process at a time writes a book; any number may read it meanwhile. Safe for all
 * threads.
 */
public final class Book implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> byKey = new HashMap<>();
    // Not a FileChannel: that is closed for good when one of its writers is interrupted, as steps are when they take
    // too long.
    private final FileOutputStream file;
    private final boolean forgetsKeys;
    private int entries;

    private Book(FileOutputStream file, boolean forgetsKeys) {
        this.file = file;
        this.forgetsKeys = forgetsKeys;
    }

    /**
     * Opens a book, or begins it.
     *
     * @param path its file
     * @return a book that knows all keys in it
     * @throws IOException if the file cannot be read or written
     */
    public static Book open(Path path) throws IOException {
        return open(path, false);
    }

    /**
     * Opens a book whose owner may be forgetful.
     *
     * @param path its file
     * @param forgetsKeys whether requests with a known key are entered once more
     * @return an open book
     * @throws IOException if the file cannot be read or written
     */
    public static Book open(Path path, boolean forgetsKeys) throws IOException {
        cutTornLine(path);
        Book book = new Book(new FileOutputStream(path.toFile(), true), forgetsKeys);
        for (Entry entry : BookReader.readAll(path)) {
            book.byKey.putIfAbsent(entry.key(), entry);
            book.entries = entry.number();
        }
        return book;
    }

    private static void cutTornLine(Path path) throws IOException {
        if (Files.exists(path)) {
            byte[] bytes = Files.readAllBytes(path);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            try (RandomAccessFile torn = new RandomAccessFile(path.toFile(), "rw")) {
                torn.setLength(end);
            }
        }
    }

    /**
     * Enters what happens, unless it has happened already.
     *
     * @param kind what
     * @param order to which order
     * @param amount how much money moves, in cents
     * @param key the key of the request
     * @return the entry made now, or the one made when the key came first
     * @throws IOException if the file cannot be written
     */
    public Recorded record(Entry.Kind kind, String order, long amount, String key) throws IOException {
        lock.lock();
        try {
            Entry known = byKey.get(key);
            if (known != null && !forgetsKeys) {
                return new Recorded(known, true);
            }
            Entry entry = new Entry(entries + 1, Instant.now().toString(), kind, order, amount, key);
            file.write((JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
            entries++;
            byKey.putIfAbsent(key, entry);
            return new Recorded(entry, known != null);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What became of a request.
     *
     * @param entry the entry that answers it
     * @param repeated whether its key was known
     */
    public record Recorded(Entry entry, boolean repeated) {
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
