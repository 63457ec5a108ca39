// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MoodTest {

    @Test
    void moods_are_shuffled_but_every_dozen_has_the_same_ones() {
        Mood.Deck deck = new Mood.Deck(42);
        List<Mood> first = IntStream.range(0, 12).mapToObj(i -> deck.next()).toList();
        List<Mood> second = IntStream.range(0, 12).mapToObj(i -> deck.next()).toList();

        assertThat(first).startsWith(Mood.LOSES_ANSWER).containsExactlyInAnyOrderElementsOf(second);
        assertThat(second).isNotEqualTo(first);
        assertThat(Stream.of(Mood.values())).allMatch(first::contains);
    }
}
