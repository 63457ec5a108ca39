// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PriceComparisonTest {

    @Test
    void all_shops_are_asked_at_the_same_time_and_the_cheapest_wins() {
        CyclicBarrier allAsked = new CyclicBarrier(3);
        PriceComparison comparison = new PriceComparison(shop -> {
            // Only if all three are being asked at once does anybody get past here.
            allAsked.await(30, TimeUnit.SECONDS);
            return shop.length();
        });
        try (Engine engine = Engine.builder().store(new MemoryStore())
                .workflow(PriceComparison.COMPARE, comparison::run).start()) {
            assertThat(engine.start(PriceComparison.COMPARE, List.of("Corner shop", "Mall", "Market")).result())
                    .isEqualTo(new PriceComparison.Offer("Mall", 4));
        }
    }
}
