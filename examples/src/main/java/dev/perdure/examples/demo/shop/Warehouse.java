// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import dev.perdure.RunFinishedException;
import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The warehouse's process: looks for what was reserved, takes its time over each order, and tells the order's run what
 * it found, through the database. It does not care whether a node is alive at that moment.
 * {@code Warehouse DIRECTORY DATABASE SEED}.
 *
 * <p>The coordinator says up to how many orders may be packed ({@code pack 40} on standard input): it keeps some back
 * until a node has been killed for the last time, so that every kill finds work in progress however small the file
 * is.
 */
public final class Warehouse {

    private static final int LOOK_MILLIS = 20;
    private static final int QUICKEST_MILLIS = 50;
    private static final int SLOWEST_MILLIS = 300;

    // The second order, and then about one in twelve, finds an empty shelf.
    private static final int SHELVES = 12;

    private final BookReader stock;
    private final Client client;
    private final Book findings;
    private final Random chance;
    private final Set<String> seen = new HashSet<>();
    private final Queue<Picking> picking = new PriorityQueue<>((a, b) -> Long.compare(a.doneAt(), b.doneAt()));
    private int packed;

    private record Picking(String order, long doneAt) {
    }

    Warehouse(BookReader stock, Client client, Book findings, long seed) {
        this.stock = stock;
        this.client = client;
        this.findings = findings;
        this.chance = new Random(seed);
    }

    /**
     * Runs the warehouse until standard input ends.
     *
     * @param args the work directory, the address of the database, and a seed
     * @throws Exception if it cannot read or write its books
     */
    public static void main(String[] args) throws Exception {
        WorkDirectory directory = new WorkDirectory(Path.of(args[0]));
        AtomicInteger allowed = new AtomicInteger();
        try (Store store = new Database(args[1]).open();
                Client client = Client.connect(store)) {
            Warehouse warehouse = new Warehouse(new BookReader(directory.stock()), client,
                    new Book(directory.warehouse()), Long.parseLong(args[2]));
            Lifeline.attach(line -> allowed.set(Integer.parseInt(line.substring("pack ".length()))));
            Lifeline.tell("ready");
            while (!Thread.interrupted()) {
                warehouse.look();
                warehouse.pack(allowed.get());
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
    }

    /** Takes up what was reserved since the last look. */
    private void look() throws IOException {
        for (Entry entry : stock.next()) {
            if (entry.kind() == Entry.Kind.RESERVED && seen.add(entry.order())) {
                int takes = chance.nextInt(QUICKEST_MILLIS, SLOWEST_MILLIS);
                picking.add(new Picking(entry.order(), System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(takes)));
            }
        }
    }

    private void pack(int allowed) throws IOException {
        while (packed < allowed && !picking.isEmpty() && picking.element().doneAt() - System.nanoTime() < 0) {
            String order = picking.remove().order();
            boolean found = packed != 1 && chance.nextInt(SHELVES) != 0;
            packed++;
            String where = found ? "dock " + chance.nextInt(1, 9)
                    : "shelf " + (char) chance.nextInt('A', 'K') + chance.nextInt(1, 40);
            // Written down before it is told, and told under an id: after a crash of the warehouse it could be told
            // again.
            String message = "finding-" + order;
            findings.record(found ? Entry.Kind.PACKED : Entry.Kind.OUT_OF_STOCK, order, 0, message);
            tell(order, found ? Checkout.PACKED : Checkout.OUT_OF_STOCK, where, message);
        }
    }

    private void tell(String order, String signal, String where, String message) {
        boolean told = false;
        while (!told) {
            try {
                client.signal(order, signal, new Checkout.Finding(order, where), message);
                told = true;
            } catch (StoreException busy) {
                System.err.println("warehouse: will tell again: " + busy.getMessage());
            } catch (RunFinishedException over) {
                System.err.println("warehouse: nobody waits for " + order + ": " + over.getMessage());
                told = true;
            }
        }
    }
}
