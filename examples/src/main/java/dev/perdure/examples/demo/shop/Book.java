// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
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
 * <p>Several processes may write one book, a line at a time each: whoever has the lock reads first what the others have
 * written meanwhile. The kernel takes the lock from a process that is killed. A line that was cut off then was never
 * confirmed to anybody, so whoever comes next removes it. Writing goes through to the operating system and not to the
 * disk: that is enough for a kill, a power cut is not part of the demo. Anybody may read meanwhile. Safe for all
 * threads.
 */
public final class Book {

    private static final JsonMapper JSON = new JsonMapper();

    /** No book is that long: where locks are more than a convention, readers are not kept out. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** The lock on the file is the whole process's. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> byKey = new HashMap<>();
    private final Path path;
    private final boolean forgetsKeys;
    private long position;
    private int entries;

    /**
     * A book with a good memory.
     *
     * @param path its file, which need not exist yet
     */
    public Book(Path path) {
        this(path, false);
    }

    /**
     * A book whose owner may be forgetful.
     *
     * @param path its file, which need not exist yet
     * @param forgetsKeys whether requests with a known key are entered once more
     */
    public Book(Path path, boolean forgetsKeys) {
        this.path = path;
        this.forgetsKeys = forgetsKeys;
    }

    /**
     * Enters what happens, unless it has happened already.
     *
     * @param kind what
     * @param order to which order
     * @param amount how much money moves, in cents
     * @param key the key of the request
     * @return the entry made now, or the one made when the key came first
     * @throws IOException if the file cannot be read or written; nothing has happened then
     */
    public Recorded record(Entry.Kind kind, String order, long amount, String key) throws IOException {
        lock.lock();
        // Opened anew each time: an interrupt, as steps get that take too long, closes what it meets in the lock.
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            // Until the file is closed. Nothing else in this process opens it: closing that would give up the lock.
            file.getChannel().lock(LOCKED_BYTE, 1, false);
            catchUp(file);
            Entry known = byKey.get(key);
            if (known != null && !forgetsKeys) {
                return new Recorded(known, true);
            }
            Entry entry = new Entry(entries + 1, Instant.now().toString(), kind, order, amount, key);
            file.write((JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
            position = file.getFilePointer();
            take(entry);
            return new Recorded(entry, known != null);
        } finally {
            lock.unlock();
        }
    }

    /** Reads what others have written, and cuts off what one of them did not finish. */
    private void catchUp(RandomAccessFile file) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(file.length() - position)];
        file.seek(position);
        file.readFully(bytes);
        int end = BookReader.endOfLines(bytes);
        BookReader.entries(bytes, end).forEach(this::take);
        position += end;
        file.setLength(position);
        file.seek(position);
    }

    private void take(Entry entry) {
        byKey.putIfAbsent(entry.key(), entry);
        entries = entry.number();
    }

    /**
     * What became of a request.
     *
     * @param entry the entry that answers it
     * @param repeated whether its key was known
     */
    public record Recorded(Entry entry, boolean repeated) {
    }
}
