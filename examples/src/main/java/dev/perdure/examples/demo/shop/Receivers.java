// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The stock room, the carrier and the mail server: each a {@link Book}. They live in the node's process for simplicity,
 * their memory is in their files. Safe for all threads.
 */
public final class Receivers implements AutoCloseable {

    private final Book stock;
    private final Book shipments;
    private final Book outbox;
    private final Runnable onRepeat;

    private Receivers(Book stock, Book shipments, Book outbox, Runnable onRepeat) {
        this.stock = stock;
        this.shipments = shipments;
        this.outbox = outbox;
        this.onRepeat = onRepeat;
    }

    /**
     * Opens the books.
     *
     * @param directory where they are
     * @param onRepeat told whenever a request came with a known key
     * @return ready to receive
     * @throws UncheckedIOException if one cannot be opened
     */
    public static Receivers open(WorkDirectory directory, Runnable onRepeat) {
        try {
            return new Receivers(Book.open(directory.stock()), Book.open(directory.shipments()),
                    Book.open(directory.outbox()), onRepeat);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    void enter(Entry.Kind kind, String order, String key) throws IOException {
        Book book = switch (kind) {
            case RESERVED, RELEASED -> stock;
            case SHIPPED -> shipments;
            case MAILED -> outbox;
            case CHARGED, REFUNDED, PACKED, OUT_OF_STOCK ->
                    throw new IllegalArgumentException(kind + " is not entered by the checkout workflow");
        };
        if (book.record(kind, order, 0, key).repeated()) {
            onRepeat.run();
        }
    }

    @Override
    public void close() {
        try (stock; shipments; outbox) {
            // Closing is all there is to do.
        } catch (IOException unflushed) {
            throw new UncheckedIOException(unflushed);
        }
    }
}
