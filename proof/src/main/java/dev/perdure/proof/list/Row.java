// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.list;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Something that has to be proved.
 *
 * @param id a letter and a number
 * @param due whether this version has to prove it
 * @param title one line
 */
record Row(String id, boolean due, String title) {

    private static final String FILE = "rows.txt";

    /** All rows, those of the mission first. */
    static List<Row> all() {
        try (InputStream in = Objects.requireNonNull(Row.class.getResourceAsStream(FILE), FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(Row::parse).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Row parse(String line) {
        String[] columns = line.split("\\s+", 3);
        return new Row(columns[0], columns[1].equals("*"), columns[2]);
    }
}
