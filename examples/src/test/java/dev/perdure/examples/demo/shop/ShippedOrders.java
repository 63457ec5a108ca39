// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Writes the orders that come with the demo; always the same ones. Run {@code main} to write the file again. */
final class ShippedOrders {

    static final Path FILE = Path.of("src/main/resources/orders.jsonl");

    private static final int ORDERS = 240;
    private static final long SEED = 4711;

    private static final List<String> FIRST = List.of("Ada", "Yusuf", "Mei", "Jonas", "Priya", "Lucía", "Olu", "Freya",
            "Tomasz", "Hana", "Mateo", "Zoë", "Ravi", "Ingrid", "Kwame", "Chiara", "Søren", "Amira", "Dmytro", "Noémie",
            "Kenji", "Bärbel", "Thandi", "Callum", "Leila", "Paulo");

    private static final List<String> LAST = List.of("Okafor", "Lindqvist", "Tanaka", "Müller", "Rossi", "García",
            "Novák",
            "Sharma", "O'Brien", "Dubois", "Kowalski", "Nguyen", "Haddad", "Jensen", "Silva", "Petrenko", "van Dijk",
            "Mensah", "Yılmaz", "Schneider", "Fraser", "Cohen", "Papadakis", "Li");

    private static final List<String> MAIL = List.of("example.com", "example.org", "mail.example.net");

    private record Article(String name, long price, int most) {
    }

    private static final List<Article> ARTICLES = List.of(
            new Article("Desk lamp, brass", 4_990, 2), new Article("Notebook A5, dotted", 890, 6),
            new Article("Fountain pen, fine", 3_450, 1), new Article("Coffee beans 1 kg", 2_190, 4),
            new Article("Pour-over dripper", 2_400, 1), new Article("Paper filters, 100", 450, 5),
            new Article("Wool blanket, grey", 7_900, 1), new Article("Bicycle bell", 1_290, 2),
            new Article("Inner tube 28\"", 690, 4), new Article("Rain jacket, M", 11_900, 1),
            new Article("Rain jacket, L", 11_900, 1), new Article("Cast-iron pan 26 cm", 5_490, 1),
            new Article("Chef's knife", 8_900, 1), new Article("Whetstone 1000/6000", 3_990, 1),
            new Article("Tomato seeds, mixed", 350, 8), new Article("Terracotta pot 20 cm", 1_150, 6),
            new Article("Olive oil 0.75 l", 1_480, 3), new Article("Mechanical keyboard", 12_900, 1),
            new Article("USB-C cable 2 m", 1_190, 3), new Article("Headphones", 17_900, 1),
            new Article("Jigsaw puzzle, 1,000 pieces", 1_990, 2), new Article("Chess set, walnut", 6_450, 1),
            new Article("Children's raincoat", 3_290, 2), new Article("Picture book", 1_495, 3));

    private ShippedOrders() {
    }

    public static void main(String[] args) throws IOException {
        Files.write(FILE, lines());
    }

    static List<String> lines() {
        JsonMapper json = new JsonMapper();
        return orders().stream().map(json::writeValueAsString).toList();
    }

    private static List<Order> orders() {
        Random chance = new Random(SEED);
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            String first = pick(FIRST, chance);
            String last = pick(LAST, chance);
            List<Order.Item> items = items(chance);
            long amount = items.stream().mapToLong(item -> item.quantity() * item.price()).sum();
            orders.add(new Order("order-" + (10_001 + i), first + " " + last, email(first, last, chance), "EUR",
                    amount, items));
        }
        return orders;
    }

    private static List<Order.Item> items(Random chance) {
        Set<Article> articles = new LinkedHashSet<>();
        int wanted = 1 + (int) (Math.abs(chance.nextGaussian()) * 1.4);
        while (articles.size() < Math.min(wanted, 6)) {
            articles.add(pick(ARTICLES, chance));
        }
        return articles.stream()
                .map(article -> new Order.Item(article.name(), 1 + chance.nextInt(article.most()), article.price()))
                .toList();
    }

    private static String email(String first, String last, Random chance) {
        String plain = Normalizer.normalize(first + "." + last, Normalizer.Form.NFD).replace("ø", "o").replace("ı", "i")
                .replaceAll("[^A-Za-z.]", "");
        return plain.toLowerCase(Locale.ROOT) + "@" + pick(MAIL, chance);
    }

    private static <T> T pick(List<T> list, Random chance) {
        return list.get(chance.nextInt(list.size()));
    }
}
