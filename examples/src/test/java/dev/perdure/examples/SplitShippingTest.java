// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitShippingTest {

    private static final SplitShipping.Parcels PARCELS = new SplitShipping.Parcels(List.of("book", "lamp"));

    @Test
    void a_run_in_flight_stays_on_the_old_path_and_a_new_one_takes_the_new_path() {
        try (MemoryStore store = new MemoryStore()) {
            try (Engine old =
                    Engine.builder().store(store).workflow(SplitShipping.SHIPPING, SplitShipping::before).start()) {
                old.start(SplitShipping.SHIPPING, "first", PARCELS);
            }
            try (Engine now =
                    Engine.builder().store(store).workflow(SplitShipping.SHIPPING, SplitShipping::after).start()) {
                now.start(SplitShipping.SHIPPING, "second", PARCELS);
                now.signal("first", "arrived", true);
                now.signal("second", "arrived", true);

                assertThat(now.handle(SplitShipping.SHIPPING, "first").result()).isEqualTo("one parcel");
                assertThat(now.handle(SplitShipping.SHIPPING, "second").result()).isEqualTo("2 parcels");
            }
        }
    }
}
