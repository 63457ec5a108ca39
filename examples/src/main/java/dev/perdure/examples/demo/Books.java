// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.examples.demo.shop.BookReader;
import dev.perdure.examples.demo.shop.Entry;
import dev.perdure.examples.demo.shop.WorkDirectory;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Watches the books grow: the progress of the demo as the world sees it, without asking the engine. */
final class Books {

    private final List<BookReader> readers;
    private final Map<Entry.Kind, Integer> counts = new EnumMap<>(Entry.Kind.class);

    Books(WorkDirectory directory) {
        this.readers = directory.effects().stream().map(BookReader::new).toList();
    }

    /** Reads what has been added. */
    void look() throws IOException {
        for (BookReader reader : readers) {
            for (Entry entry : reader.next()) {
                counts.merge(entry.kind(), 1, Integer::sum);
            }
        }
    }

    int count(Entry.Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Everything that has happened to the world. */
    int effects() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
