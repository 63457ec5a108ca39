// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutTest {

    private static final Checkout.Order ORDER = new Checkout.Order("order-4711", "ada@example.com", 4_990);

    @TempDir
    private Path directory;

    private final List<String> charges = new CopyOnWriteArrayList<>();
    private final List<String> receipts = new CopyOnWriteArrayList<>();
    private final CountDownLatch charged = new CountDownLatch(1);

    private final Checkout checkout = new Checkout((order, key) -> {
        charges.add(key);
        charged.countDown();
        return "ch-1";
    }, (order, charge) -> receipts.add(charge));

    private Engine start(SqliteStore store) {
        return Engine.builder().store(store).workflow(Checkout.CHECKOUT, checkout::run).start();
    }

    @Test
    void an_engine_that_starts_later_goes_on_where_the_first_one_stopped() throws InterruptedException {
        Path file = directory.resolve("orders.db");
        try (SqliteStore store = SqliteStore.open(file); Engine engine = start(store)) {
            engine.start(Checkout.CHECKOUT, ORDER.id(), ORDER);
            assertThat(charged.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(receipts).as("the run is in its pause").isEmpty();

        try (SqliteStore store = SqliteStore.open(file); Engine engine = start(store)) {
            assertThat(engine.handle(Checkout.CHECKOUT, ORDER.id()).result()).isEqualTo(new Checkout.Receipt("ch-1"));
        }
        assertThat(charges).as("the journal remembers the charge").hasSize(1);
        assertThat(receipts).containsExactly("ch-1");
    }

    @Test
    void a_second_start_with_the_same_id_joins_the_finished_run() {
        try (SqliteStore store = SqliteStore.open(directory.resolve("orders.db")); Engine engine = start(store)) {
            engine.start(Checkout.CHECKOUT, ORDER.id(), ORDER).result();

            var again = engine.start(Checkout.CHECKOUT, ORDER.id(), ORDER);

            assertThat(again.created()).isFalse();
            assertThat(again.result()).isEqualTo(new Checkout.Receipt("ch-1"));
        }
        assertThat(charges).hasSize(1);
    }
}
