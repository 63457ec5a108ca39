// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a {@link Book} that another process writes, and goes on where it stopped. Only complete lines are read, so it
 * never sees one that will be cut off again. Not safe for several threads.
 */
public final class BookReader {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path path;
    private long position;

    /**
     * A reader at the beginning of a book.
     *
     * @param path its file, which need not exist yet
     */
    public BookReader(Path path) {
        this.path = path;
    }

    /**
     * Reads all there is.
     *
     * @param path the book's file
     * @return its entries; none if there is no such file
     * @throws IOException if it cannot be read
     */
    public static List<Entry> readAll(Path path) throws IOException {
        return new BookReader(path).next();
    }

    /**
     * Reads what was entered since the last time.
     *
     * @return in order, perhaps none
     * @throws IOException if it cannot be read
     */
    public List<Entry> next() throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try (InputStream file = Files.newInputStream(path)) {
            file.skipNBytes(position);
            byte[] bytes = file.readAllBytes();
            int end = endOfLines(bytes);
            position += end;
            return entries(bytes, end);
        }
    }

    /** How far the complete lines go. */
    static int endOfLines(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    static List<Entry> entries(byte[] bytes, int end) {
        return new String(bytes, 0, end, StandardCharsets.UTF_8).lines()
                .map(line -> JSON.readValue(line, Entry.class)).toList();
    }
}
