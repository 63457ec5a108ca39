// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordCountTest {

    private final WordCount words = new WordCount();

    private Map<String, Integer> count(List<String> chapters) {
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(WordCount.COUNT_ALL, words::countAll)
                .activity(WordCount.COUNT, words::count).start()) {
            return engine.start(WordCount.COUNT_ALL, chapters).result();
        }
    }

    @Test
    void counts_of_all_chapters_are_put_together() {
        assertThat(count(List.of("a b a", "b", "c"))).isEqualTo(Map.of("a", 2, "b", 2, "c", 1));
        assertThat(count(List.of())).isEmpty();
        assertThat(count(Collections.nCopies(500, "one two"))).isEqualTo(Map.of("one", 500, "two", 500));
    }
}
