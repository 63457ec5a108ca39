// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.EngineObserver;
import dev.perdure.RetryPolicy;
import dev.perdure.TextCodec;
import dev.perdure.world.Interleavings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The last place among the active runs, given back while somebody asks for it. */
class AdmissionInterleavingsTest {

    private static final Settings SETTINGS = new Settings(TextCodec.payloads(1_000), new EngineObserver() { },
            RetryPolicy.none(), Map.of(), null, 1, Map.of(), 1, 1_000, 1_000, 3, Duration.ofSeconds(1));

    @Test
    void who_is_turned_away_is_called_by_who_gives_the_place_back() {
        Set<String> checkout = Set.of("checkout");
        Interleavings.explore(() -> {
            Admission admission = new Admission(SETTINGS);
            admission.take(checkout, 1);
            AtomicInteger taken = new AtomicInteger();
            AtomicBoolean called = new AtomicBoolean();
            Interleavings.sideBySide(
                    () -> taken.set(admission.take(checkout, 1)),
                    () -> called.set(admission.giveBack(checkout, 1)));
            if (taken.get() == 0 && !called.get()) {
                throw new AssertionError("turned away, and nobody will call");
            }
        });
    }
}
