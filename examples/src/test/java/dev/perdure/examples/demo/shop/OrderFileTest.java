// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderFileTest {

    private static final String GOOD = "{\"id\": \"o-1\", \"customer\": \"Ada\", \"item\": \"Lamp\", \"amount\": 4990}";

    @Test
    void an_order_needs_four_fields() {
        OrderFile file = OrderFile.parse(List.of(GOOD));

        assertThat(file.rejected()).isEmpty();
        assertThat(file.orders()).containsExactly(
                new Order("o-1", "Ada", null, "EUR", 4990, List.of(new Order.Item("Lamp", 1, null))));
    }

    @Test
    void an_order_may_have_several_items_with_quantities_and_prices() {
        OrderFile file = OrderFile.parse(List.of("{\"id\": \"o-1\", \"customer\": \"Ada\", \"email\": "
                + "\"ada@example.com\", "
                + "\"currency\": \"USD\", \"amount\": 250, \"note\": \"ignored\", \"items\": "
                + "[{\"name\": \"Pen\", \"quantity\": 2, \"price\": 100}, {\"name\": \"Clip\", \"price\": 50}]}"));

        assertThat(file.rejected()).isEmpty();
        assertThat(file.orders()).containsExactly(new Order("o-1", "Ada", "ada@example.com", "USD", 250,
                List.of(new Order.Item("Pen", 2, 100L), new Order.Item("Clip", 1, 50L))));
    }

    @Test
    void a_bad_line_costs_only_itself_and_is_named_by_its_number() {
        OrderFile file = OrderFile.parse(List.of("", "nonsense", GOOD, "   ", "[1]"));

        assertThat(file.orders()).hasSize(1);
        assertThat(file.rejected()).extracting(OrderFile.Rejected::line).containsExactly(2, 5);
    }

    @Test
    void the_second_order_of_an_id_is_rejected_and_points_at_the_first() {
        OrderFile file = OrderFile.parse(List.of(GOOD, "", GOOD));

        assertThat(file.orders()).hasSize(1);
        assertThat(file.rejected()).containsExactly(new OrderFile.Rejected(3, "the id 'o-1' is taken by line 1"));
    }

    @Test
    void a_byte_order_mark_is_not_part_of_the_first_order() {
        assertThat(OrderFile.parse(List.of("\uFEFF" + GOOD)).orders()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"customer": "Ada", "item": "Lamp", "amount": 1}                            | 'id' is missing
            {"id": 7, "customer": "Ada", "item": "Lamp", "amount": 1}                   | 'id' is 7, but text
            {"id": "a/b", "customer": "Ada", "item": "Lamp", "amount": 1}               | not allowed in names
            {"id": "o", "item": "Lamp", "amount": 1}                                    | 'customer' is missing
            {"id": "o", "customer": "Ada", "amount": 1}                                 | 'items' must be a list
            {"id": "o", "customer": "Ada", "items": [], "amount": 1}                    | 'items' must be a list
            {"id": "o", "customer": "Ada", "items": ["Lamp"], "amount": 1}              | where an object
            {"id": "o", "customer": "Ada", "item": "Lamp"}                              | 'amount' is missing
            {"id": "o", "customer": "Ada", "item": "Lamp", "amount": 0}                 | whole number of cents from 1
            {"id": "o", "customer": "Ada", "item": "Lamp", "amount": 12.5}              | whole number of cents
            {"id": "o", "customer": "Ada", "item": "Lamp", "amount": "12"}              | whole number of cents
            {"id": "o", "customer": "Ada", "item": "Lamp", "amount": 99999999999999999} | whole number of cents
            {"id": "o", "customer": "Ada", "item": "Lamp", "amount": 1, "currency": "euro"} | three capital letters
            {"id": "o", "customer": "Ada", "items": [{"name": "Pen", "price": 2}], "amount": 1}   | items add up to 2
            {"id": "o", "customer": "Ada", "items": [{"name": "Pen", "quantity": 0}], "amount": 1} | of pieces from 1
            {"id": "o", "customer": "Ada", "item": "Lamp", "amount": 1} trailing        | not JSON
            """)
    void the_reason_says_what_was_expected(String line, String reason) {
        OrderFile file = OrderFile.parse(List.of(line));

        assertThat(file.orders()).isEmpty();
        assertThat(file.rejected()).singleElement().extracting(OrderFile.Rejected::reason).asString().contains(reason);
    }

    @Test
    void the_shipped_file_is_what_its_generator_writes_and_all_of_it_is_good() throws IOException {
        List<String> lines = Files.readAllLines(ShippedOrders.FILE);

        assertThat(lines).isEqualTo(ShippedOrders.lines()).hasSizeGreaterThanOrEqualTo(240);
        assertThat(OrderFile.parse(lines).rejected()).isEmpty();
    }
}
