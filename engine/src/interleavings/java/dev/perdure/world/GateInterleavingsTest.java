// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The gate at which the engine's threads wait, opened while somebody comes to it. */
class GateInterleavingsTest {

    @Test
    void a_gate_that_was_opened_lets_the_next_one_pass_whoever_was_first() {
        Interleavings.explore(() -> {
            World.Gate gate = World.real().gate();
            AtomicBoolean work = new AtomicBoolean();
            Interleavings.sideBySide(
                    () -> {
                        while (!work.get()) {
                            gate.pass(Long.MAX_VALUE);
                        }
                    },
                    () -> {
                        work.set(true);
                        gate.open();
                    });
        });
    }
}
