// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The orders of a file, one JSON object a line. A bad line costs only itself: it is kept with its number and the
 * reason.
 *
 * @param orders the good ones, in the order of the file
 * @param rejected the others
 */
public record OrderFile(List<Order> orders, List<Rejected> rejected) {

    /** The most that one order may cost, in cents: a guard against amounts that are not in cents. */
    static final long DEAREST = 100_000_000;

    // One line is one order: whatever follows the object on its line is a mistake.
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /**
     * A line that is not an order.
     *
     * @param line its number, from 1
     * @param reason what is wrong with it
     */
    public record Rejected(int line, String reason) {
    }

    /**
     * Reads orders. Empty lines are passed over.
     *
     * @param lines the lines of the file
     * @return good and bad ones
     */
    public static OrderFile parse(List<String> lines) {
        Map<String, Integer> lineOf = new LinkedHashMap<>();
        List<Order> orders = new ArrayList<>();
        List<Rejected> rejected = new ArrayList<>();
        for (int number = 1; number <= lines.size(); number++) {
            // A byte order mark is what some editors begin a file with.
            String line = lines.get(number - 1).replace("\uFEFF", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            try {
                Order order = order(line);
                Integer first = lineOf.putIfAbsent(order.id(), number);
                if (first != null) {
                    throw new BadLine("the id '" + order.id() + "' is taken by line " + first);
                }
                orders.add(order);
            } catch (BadLine bad) {
                rejected.add(new Rejected(number, bad.getMessage()));
            }
        }
        return new OrderFile(List.copyOf(orders), List.copyOf(rejected));
    }

    private static Order order(String line) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JacksonException notJson) {
            throw new BadLine("not JSON: " + notJson.getOriginalMessage().lines().findFirst().orElse(""));
        }
        if (!json.isObject()) {
            throw new BadLine("not a JSON object: give one order as {\"id\": ..., \"customer\": ..., "
                    + "\"item\": ..., \"amount\": ...}");
        }
        String id = text(json, "id");
        try {
            Names.check("order", id);
        } catch (InvalidArgumentException unfit) {
            throw new BadLine(unfit.getMessage());
        }
        List<Order.Item> items = items(json);
        long amount = whole(json, "amount", 1, DEAREST, "cents");
        checkSum(items, amount);
        return new Order(id, text(json, "customer"), optionalText(json, "email"), currency(json), amount, items);
    }

    private static List<Order.Item> items(JsonNode json) {
        if (json.has("item")) {
            return List.of(new Order.Item(text(json, "item"), 1, null));
        }
        JsonNode list = json.path("items");
        if (!list.isArray() || list.isEmpty()) {
            throw new BadLine("'items' must be a list of at least one {\"name\": ..., \"quantity\": ..., \"price\": "
                    + "...}; "
                    + "or give one name as 'item'");
        }
        List<Order.Item> items = new ArrayList<>();
        for (JsonNode item : list) {
            if (!item.isObject()) {
                throw new BadLine("'items' has " + item + " where an object with a 'name' was expected");
            }
            items.add(new Order.Item(text(item, "name"),
                    item.has("quantity") ? (int) whole(item, "quantity", 1, 1_000_000, "pieces") : 1,
                    item.has("price") ? whole(item, "price", 0, DEAREST, "cents") : null));
        }
        return List.copyOf(items);
    }

    private static void checkSum(List<Order.Item> items, long amount) {
        long sum = 0;
        for (Order.Item item : items) {
            if (item.price() == null) {
                return;
            }
            sum += item.quantity() * item.price();
        }
        if (sum != amount) {
            throw new BadLine("the amount is " + amount + " cents, but the items add up to " + sum);
        }
    }

    private static String currency(JsonNode json) {
        String currency = json.has("currency") ? text(json, "currency") : "EUR";
        if (!currency.matches("[A-Z]{3}")) {
            throw new BadLine("'currency' is '" + currency + "', but three capital letters were expected, such as EUR");
        }
        return currency;
    }

    private static String text(JsonNode json, String field) {
        String text = optionalText(json, field);
        if (text == null) {
            throw new BadLine("'" + field + "' is missing");
        }
        return text;
    }

    private static @Nullable String optionalText(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString() || value.asString().isBlank()) {
            throw new BadLine("'" + field + "' is " + value + ", but text was expected");
        }
        return value.asString();
    }

    private static long whole(JsonNode json, String field, long least, long most, String unit) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new BadLine("'" + field + "' is missing");
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw new BadLine("'" + field + "' is " + value + ", but a whole number of " + unit + " from "
                    + least + " to " + most + " was expected");
        }
        return value.asLong();
    }

    /** Carries a reason from where it is found to the line it belongs to. */
    private static final class BadLine extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BadLine(String reason) {
            super(reason);
        }
    }
}
