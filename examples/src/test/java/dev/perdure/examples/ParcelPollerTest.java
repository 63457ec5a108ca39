// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ParcelPollerTest {

    @Test
    void it_asks_over_several_journals_and_the_handle_does_not_notice() {
        AtomicInteger asked = new AtomicInteger();
        ParcelPoller poller =
                new ParcelPoller(parcel -> asked.incrementAndGet() < 12 ? "on its way" : "delivered", Duration.ZERO);
        try (Engine engine =
                Engine.builder().store(new MemoryStore()).workflow(ParcelPoller.POLLER, poller::run).start()) {
            RunHandle<String> run = engine.start(ParcelPoller.POLLER, "parcel", new ParcelPoller.Watch("parcel", 0));

            assertThat(run.result()).isEqualTo("delivered, after asking 12 times");
            assertThat(run.describe().incarnation()).as("the last of three").isNotEqualTo(run.incarnation());
        }
    }
}
