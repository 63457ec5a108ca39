// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import dev.perdure.store.Store;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalReaderTest {

    private static final int PAGE = 512;

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "511, 1", "512, 2", "513, 2", "1300, 3"})
    void a_journal_is_read_page_by_page_in_order_to_its_end_and_no_page_twice(int units, int pages) {
        List<Long> asked = new ArrayList<>();
        Store store = (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                    long after = (long) arguments[1];
                    asked.add(after);
                    return LongStream.rangeClosed(after + 1, Math.min(units, after + (int) arguments[2]))
                            .mapToObj(seq -> new Unit(seq, 0, new Arrival.RunStarted(7), List.of())).toList();
                });
        JournalReader reader = new JournalReader(store, new UUID(0, 1));
        List<Long> read = new ArrayList<>();
        for (Unit unit = reader.get(); unit != null; unit = reader.get()) {
            read.add(unit.seq());
        }

        assertThat(read).containsExactlyElementsOf(LongStream.rangeClosed(1, units).boxed().toList());
        assertThat(asked).containsExactlyElementsOf(
                LongStream.range(0, pages).map(page -> page * PAGE).boxed().toList());
        assertThat(reader.get()).as("it stays at its end").isNull();
        assertThat(asked).hasSize(pages);
    }
}
