// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    @ParameterizedTest
    @CsvSource({"1,6", "2,6", "5,5", "12,2", "240,6", "241,7", "10000,5", "3,0", "1,1"})
    void every_kill_is_reached_and_finds_work_in_progress(int orders, int kills) {
        for (long seed = 0; seed < 50; seed++) {
            Pace pace = new Pace(orders, kills, seed);
            for (int stretch = 0; stretch < kills; stretch++) {
                assertThat(pace.placed(stretch)).as("somebody is served").isPositive();
                assertThat(pace.packed(stretch)).as("and not everybody").isLessThan(orders)
                        .isLessThanOrEqualTo(pace.placed(stretch));
                assertThat(pace.killAt(stretch)).as("the point is reached").isLessThanOrEqualTo(pace.possible(stretch));
            }
            assertThat(pace.placed(kills)).isEqualTo(orders);
            assertThat(pace.packed(kills)).isEqualTo(orders);
        }
    }

    @ParameterizedTest
    @CsvSource({"240,6", "1000,5"})
    void nothing_is_taken_back_from_one_stretch_to_the_next(int orders, int kills) {
        Pace pace = new Pace(orders, kills, 7);
        for (int stretch = 1; stretch <= kills; stretch++) {
            assertThat(pace.placed(stretch)).isGreaterThan(pace.placed(stretch - 1));
            assertThat(pace.packed(stretch)).isGreaterThan(pace.packed(stretch - 1));
        }
        for (int stretch = 1; stretch < kills; stretch++) {
            assertThat(pace.killAt(stretch)).isGreaterThan(pace.killAt(stretch - 1));
        }
    }
}
