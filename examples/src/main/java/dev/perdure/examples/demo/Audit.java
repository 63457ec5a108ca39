// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.examples.demo.shop.BookReader;
import dev.perdure.examples.demo.shop.Entry;
import dev.perdure.examples.demo.shop.Order;
import dev.perdure.examples.demo.shop.WorkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The check at the end: what happened to each order, from the provider's ledger and the other books. It asks neither
 * the engine nor its database, so it would notice if those were wrong.
 *
 * <p>What must have happened follows from what the warehouse found:
 *
 * <table>
 * <caption>How often</caption>
 * <tr><th></th><th>reserved</th><th>charged</th><th>shipped</th><th>mailed</th><th>refunded</th><th>released</th></tr>
 * <tr><td>packed</td><td>1</td><td>1</td><td>1</td><td>1</td><td>0</td><td>0</td></tr>
 * <tr><td>out of stock</td><td>1</td><td>1</td><td>0</td><td>0</td><td>1</td><td>1</td></tr>
 * </table>
 *
 * @param completed how many orders were found packed
 * @param compensated how many were found out of stock
 * @param violations orders that did not get what they must; empty if all is well
 */
record Audit(int completed, int compensated, List<Violation> violations) {

    private static final List<Entry.Kind> COMPLETED =
            List.of(Entry.Kind.RESERVED, Entry.Kind.CHARGED, Entry.Kind.PACKED, Entry.Kind.SHIPPED, Entry.Kind.MAILED);
    private static final List<Entry.Kind> COMPENSATED = List.of(Entry.Kind.RESERVED, Entry.Kind.CHARGED,
            Entry.Kind.OUT_OF_STOCK, Entry.Kind.REFUNDED, Entry.Kind.RELEASED);

    /**
     * An order that did not get what it must.
     *
     * @param order its id
     * @param what what was expected and what was found
     */
    record Violation(String order, String what) {
    }

    boolean holds() {
        return violations.isEmpty();
    }

    /** Reads all books and compares. */
    static Audit of(List<Order> orders, WorkDirectory directory) throws IOException {
        Map<String, List<Entry>> byOrder = new LinkedHashMap<>();
        orders.forEach(order -> byOrder.put(order.id(), new ArrayList<>()));
        List<Violation> violations = new ArrayList<>();
        for (Path book : List.of(directory.ledger(), directory.stock(), directory.shipments(), directory.outbox(),
                directory.warehouse())) {
            for (Entry entry : BookReader.readAll(book)) {
                List<Entry> entries = byOrder.get(entry.order());
                if (entries == null) {
                    violations.add(new Violation(entry.order(), "was never ordered, but " + book.getFileName()
                            + " line " + entry.number() + " says " + word(entry.kind())));
                } else {
                    entries.add(entry);
                }
            }
        }
        int completed = 0;
        int compensated = 0;
        for (Order order : orders) {
            List<Entry> entries = byOrder.get(order.id());
            boolean outOfStock = entries.stream().anyMatch(entry -> entry.kind() == Entry.Kind.OUT_OF_STOCK);
            String found = compare(order, entries, outOfStock ? COMPENSATED : COMPLETED);
            if (!found.isEmpty()) {
                violations.add(new Violation(order.id(), found));
            }
            completed += outOfStock ? 0 : 1;
            compensated += outOfStock ? 1 : 0;
        }
        return new Audit(completed, compensated, List.copyOf(violations));
    }

    /** What is wrong with one order, or nothing. */
    private static String compare(Order order, List<Entry> entries, List<Entry.Kind> expected) {
        Map<Entry.Kind, Integer> counts = new EnumMap<>(Entry.Kind.class);
        StringJoiner wrong = new StringJoiner("; ");
        for (Entry entry : entries) {
            counts.merge(entry.kind(), 1, Integer::sum);
            boolean money = entry.kind() == Entry.Kind.CHARGED || entry.kind() == Entry.Kind.REFUNDED;
            if (money && entry.amount() != order.amount()) {
                wrong.add(word(entry.kind()) + " " + entry.amount() + " cents (ledger line " + entry.number()
                        + "), the order says " + order.amount());
            }
        }
        for (Entry.Kind kind : Entry.Kind.values()) {
            int times = counts.getOrDefault(kind, 0);
            if (times != (expected.contains(kind) ? 1 : 0)) {
                wrong.add(times == 0 ? "never " + word(kind) : word(kind) + (times == 1 ? "" : " " + times + " times")
                        + (expected.contains(kind) ? "" : ", which it must not be") + lines(entries, kind));
            }
        }
        return wrong.toString();
    }

    private static String lines(List<Entry> entries, Entry.Kind kind) {
        StringJoiner numbers = new StringJoiner(" and ", " (lines ", ")");
        entries.stream().filter(entry -> entry.kind() == kind).forEach(entry -> numbers.add("" + entry.number()));
        return numbers.toString();
    }

    private static String word(Entry.Kind kind) {
        return switch (kind) {
            case RESERVED -> "reserved";
            case RELEASED -> "released";
            case CHARGED -> "charged";
            case REFUNDED -> "refunded";
            case PACKED -> "packed";
            case OUT_OF_STOCK -> "out of stock";
            case SHIPPED -> "shipped";
            case MAILED -> "mailed";
        };
    }
}
