// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import static dev.perdure.examples.demo.shop.Entry.Kind.CHARGED;
import static dev.perdure.examples.demo.shop.Entry.Kind.MAILED;
import static dev.perdure.examples.demo.shop.Entry.Kind.OUT_OF_STOCK;
import static dev.perdure.examples.demo.shop.Entry.Kind.PACKED;
import static dev.perdure.examples.demo.shop.Entry.Kind.REFUNDED;
import static dev.perdure.examples.demo.shop.Entry.Kind.RELEASED;
import static dev.perdure.examples.demo.shop.Entry.Kind.RESERVED;
import static dev.perdure.examples.demo.shop.Entry.Kind.SHIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.examples.demo.shop.Book;
import dev.perdure.examples.demo.shop.Entry;
import dev.perdure.examples.demo.shop.Order;
import dev.perdure.examples.demo.shop.WorkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {

    private static final long AMOUNT = 4990;
    private static final List<Order> ORDERS = List.of(new Order("o-1", "Ada", null, "EUR", AMOUNT, List.of()),
            new Order("o-2", "Grace", null, "EUR", AMOUNT, List.of()));

    @TempDir
    private Path path;

    private WorkDirectory directory;
    private int keys;

    @BeforeEach
    void one_order_is_shipped_and_one_refunded() throws IOException {
        directory = new WorkDirectory(path);
        for (Entry.Kind kind : List.of(RESERVED, CHARGED, PACKED, SHIPPED, MAILED)) {
            enter(kind, "o-1", AMOUNT);
        }
        for (Entry.Kind kind : List.of(RESERVED, CHARGED, OUT_OF_STOCK)) {
            enter(kind, "o-2", AMOUNT);
        }
        enter(REFUNDED, "o-2", AMOUNT);
    }

    private void enter(Entry.Kind kind, String order, long amount) throws IOException {
        Path file = switch (kind) {
            case RESERVED, RELEASED -> directory.stock();
            case CHARGED, REFUNDED -> directory.ledger();
            case PACKED, OUT_OF_STOCK -> directory.warehouse();
            case SHIPPED -> directory.shipments();
            case MAILED -> directory.outbox();
        };
        keys++;
        new Book(file).record(kind, order, amount, "key-" + keys);
    }

    private void assertViolated(String order, String what) throws IOException {
        Audit audit = Audit.of(ORDERS, directory);
        assertThat(audit.holds()).isFalse();
        assertThat(audit.violations()).anySatisfy(violation -> {
            assertThat(violation.order()).isEqualTo(order);
            assertThat(violation.what()).contains(what);
        });
    }

    @Test
    void it_holds_when_everything_happened_once() throws IOException {
        enter(RELEASED, "o-2", 0);

        assertThat(Audit.of(ORDERS, directory)).isEqualTo(new Audit(1, 1, List.of()));
    }

    @Test
    void a_compensation_cut_short_is_found() throws IOException {
        assertViolated("o-2", "never released");
    }

    @Test
    void a_second_charge_is_found_with_its_lines_in_the_ledger() throws IOException {
        enter(CHARGED, "o-1", AMOUNT);

        assertViolated("o-1", "charged 2 times (lines 1 and 4)");
    }

    @Test
    void a_charge_of_another_amount_is_found() throws IOException {
        enter(REFUNDED, "o-1", AMOUNT - 1);

        assertViolated("o-1", "refunded 4989 cents (ledger line 4), the order says 4990");
    }

    @Test
    void a_parcel_that_was_refunded_is_found() throws IOException {
        enter(SHIPPED, "o-2", 0);

        assertViolated("o-2", "shipped, which it must not be");
    }

    @Test
    void an_order_that_never_ended_is_found() throws IOException {
        List<Order> more = List.of(ORDERS.get(0), new Order("o-3", "Mary", null, "EUR", AMOUNT, List.of()));

        assertThat(Audit.of(more, directory).violations()).anySatisfy(violation -> {
            assertThat(violation.order()).isEqualTo("o-3");
            assertThat(violation.what()).contains("never charged").contains("never shipped").contains("never mailed");
        });
    }

    @Test
    void an_effect_of_nobodys_order_is_found() throws IOException {
        enter(MAILED, "o-9", 0);

        assertViolated("o-9", "was never ordered, but outbox.jsonl line 2 says mailed");
    }
}
