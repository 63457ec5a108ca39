// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * How the payment provider treats the next request: at random, and still at a steady rate, because the moods of a dozen
 * requests are shuffled like cards. The very first request loses its answer, so that even a file with one order shows
 * what a key is for.
 */
enum Mood {
    /** Does it and says so. */
    FINE,
    /** Answers 503 and does nothing. */
    UNAVAILABLE,
    /** Does it, and then the connection breaks. */
    LOSES_ANSWER,
    /** Does it, and answers when nobody listens any more. */
    SLOW;

    private static final List<Mood> DOZEN = List.of(LOSES_ANSWER, SLOW, UNAVAILABLE, UNAVAILABLE,
            FINE, FINE, FINE, FINE, FINE, FINE, FINE, FINE);

    /** Deals moods. Not safe for several threads. */
    static final class Deck {

        private final Deque<Mood> cards = new ArrayDeque<>();
        private final Random chance;

        Deck(long seed) {
            this.chance = new Random(seed);
            shuffle();
            cards.remove(LOSES_ANSWER);
            cards.push(LOSES_ANSWER);
        }

        Mood next() {
            if (cards.isEmpty()) {
                shuffle();
            }
            return cards.pop();
        }

        private void shuffle() {
            List<Mood> dozen = new ArrayList<>(DOZEN);
            Collections.shuffle(dozen, chance);
            cards.addAll(dozen);
        }
    }
}
