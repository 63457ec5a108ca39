// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random operations, valid and invalid, on the store and on {@link dev.perdure.store.MemoryStore}: every answer and
 * everything that can be read must be the same, until every kind of operation has had every kind of outcome.
 *
 * <p>A failure names its seed; {@code -Dperdure.tck.seed=…} repeats it.
 */
public abstract class DifferentialContract {

    private static final int STEPS = 2_000;
    private static final int MOST_STEPS = 20_000;
    private static final int OFTEN = 10;

    /** For subclasses. */
    protected DifferentialContract() {
    }

    /**
     * Where the store comes from.
     *
     * @return a new fixture
     * @throws Exception if there is none
     */
    protected abstract StoreFixture fixture() throws Exception;

    @Test
    void it_answers_like_the_memory_store_whatever_is_done_to_it() throws Exception {
        long seed = Long.getLong("perdure.tck.seed", new Random().nextLong());
        try (StoreFixture fixture = fixture()) {
            Duel duel = new Duel(fixture, seed);
            int steps = 0;
            List<String> missing = duel.missing(OFTEN);
            while (steps < MOST_STEPS && (steps < STEPS || !missing.isEmpty())) {
                duel.step();
                steps++;
                missing = duel.missing(OFTEN);
            }
            duel.close();
            System.out.println(getClass().getName() + ": seed " + seed + ", " + steps + " steps, " + duel.tally());
            assertThat(missing).as("what has hardly happened in %d steps of the seed %d", steps, seed).isEmpty();
        }
    }
}
