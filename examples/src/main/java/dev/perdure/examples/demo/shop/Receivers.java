// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.IOException;

/**
 * The stock room, the carrier and the mail server: each a {@link Book}. They live in the processes of the nodes for
 * simplicity, their memory is in their files, which all nodes share. Safe for all threads.
 */
public final class Receivers {

    private final Book stock;
    private final Book shipments;
    private final Book outbox;
    private final Runnable onRepeat;

    /**
     * Ready to receive.
     *
     * @param directory where the books are
     * @param onRepeat told whenever a request came with a known key
     */
    public Receivers(WorkDirectory directory, Runnable onRepeat) {
        this.stock = new Book(directory.stock());
        this.shipments = new Book(directory.shipments());
        this.outbox = new Book(directory.outbox());
        this.onRepeat = onRepeat;
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
}
