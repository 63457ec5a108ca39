// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer ordered: the input of the checkout workflow.
 *
 * @param id unique in its file; also the id of the run
 * @param customer the customer's name
 * @param email where the receipt goes, or null
 * @param currency three letters
 * @param amount the total in cents, more than zero
 * @param items at least one
 */
public record Order(String id, String customer, @Nullable String email, String currency, long amount,
        List<Item> items) {

    /**
     * One line of an order.
     *
     * @param name what it is
     * @param quantity how many, at least 1
     * @param price of one piece in cents, or null where the file does not tell
     */
    public record Item(String name, int quantity, @Nullable Long price) {
    }
}
