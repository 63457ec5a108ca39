// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.nio.file.Path;
import java.util.List;

/**
 * Where the processes of the demo meet: the books, and the database if it is a file.
 *
 * @param path an existing directory
 */
public record WorkDirectory(Path path) {

    /**
     * The engine's database, if it is a file.
     *
     * @return its file
     */
    public Path database() {
        return path.resolve("orders.db");
    }

    /**
     * What the payment provider remembers: charges and refunds.
     *
     * @return its file
     */
    public Path ledger() {
        return path.resolve("ledger.jsonl");
    }

    /**
     * Every request the payment provider got, and how it answered.
     *
     * @return its file
     */
    public Path requests() {
        return path.resolve("requests.jsonl");
    }

    /**
     * What was reserved and released.
     *
     * @return its file
     */
    public Path stock() {
        return path.resolve("stock.jsonl");
    }

    /**
     * What the warehouse found on its shelves.
     *
     * @return its file
     */
    public Path warehouse() {
        return path.resolve("warehouse.jsonl");
    }

    /**
     * Parcels that left.
     *
     * @return its file
     */
    public Path shipments() {
        return path.resolve("shipments.jsonl");
    }

    /**
     * Receipts that were mailed.
     *
     * @return its file
     */
    public Path outbox() {
        return path.resolve("outbox.jsonl");
    }

    /**
     * All books in which the checkout workflow has an effect.
     *
     * @return their files
     */
    public List<Path> effects() {
        return List.of(stock(), ledger(), shipments(), outbox());
    }

    /**
     * Where the processes put what they need only while they live, and cannot remove when they are killed.
     *
     * @return a directory, which the coordinator makes and removes
     */
    public Path temporary() {
        return path.resolve("tmp");
    }

    /**
     * What a process says when it is in trouble.
     *
     * @param role which process
     * @return its file
     */
    public Path log(String role) {
        return path.resolve(role + ".log");
    }
}
