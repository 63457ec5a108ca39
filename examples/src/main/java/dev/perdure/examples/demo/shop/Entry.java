// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

/**
 * One line in a {@link Book}: something that happened to the world.
 *
 * @param number counted from 1 in each book
 * @param at wall-clock time, ISO 8601
 * @param kind what happened
 * @param order to which order
 * @param amount how much money moved, in cents; 0 where none does
 * @param key the idempotency key that came with the request
 */
public record Entry(int number, String at, Kind kind, String order, long amount, String key) {

    /** What can happen to an order. */
    public enum Kind {
        /** Stock was set aside. */
        RESERVED,
        /** Stock was put back. */
        RELEASED,
        /** The customer paid. */
        CHARGED,
        /** The customer got the money back. */
        REFUNDED,
        /** The warehouse found everything and made a parcel. */
        PACKED,
        /** The warehouse found an empty shelf. */
        OUT_OF_STOCK,
        /** The parcel left. */
        SHIPPED,
        /** The receipt was mailed. */
        MAILED
    }
}
