// SPDX-License-Identifier: Apache-2.0
package dev.perdure.fiber;

import dev.perdure.world.Interleavings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The hand-over among fibers, and between them and their driver. */
class FiberGroupInterleavingsTest {

    @Test
    void fibers_that_wake_each_other_take_turns_and_the_driver_has_the_baton_at_the_end() {
        Interleavings.explore(() -> {
            FiberGroup group = new FiberGroup(Thread::new);
            // Ordinary and unguarded: the baton makes it safe.
            List<String> moves = new ArrayList<>();
            Fiber[] fibers = new Fiber[2];
            for (int i = 0; i < 2; i++) {
                int self = i;
                fibers[i] = group.add("fiber-" + i, () -> {
                    moves.add("begins " + self);
                    fibers[1 - self].wake();
                    fibers[self].park();
                    moves.add("ends " + self);
                    fibers[1 - self].wake();
                });
            }
            group.run(() -> false);
            if (!moves.equals(List.of("begins 0", "begins 1", "ends 0", "ends 1"))) {
                throw new AssertionError("moves: " + moves);
            }
            for (Fiber fiber : fibers) {
                fiber.thread().join();
            }
        });
    }

    @Test
    void a_fiber_that_is_parked_is_taken_off_its_stack() {
        Interleavings.explore(() -> {
            FiberGroup group = new FiberGroup(Thread::new);
            List<String> moves = new ArrayList<>();
            Fiber parked = group.add("fiber", () -> {
                try {
                    group.current().park();
                    moves.add("went on");
                } catch (Unwinding taken) {
                    moves.add("taken off");
                }
            });
            group.run(() -> false);
            int left = group.unwind(Long.MAX_VALUE, () -> 0);
            if (left != 0 || !moves.equals(List.of("taken off"))) {
                throw new AssertionError("left " + left + ", moves: " + moves);
            }
            parked.thread().join();
        });
    }
}
