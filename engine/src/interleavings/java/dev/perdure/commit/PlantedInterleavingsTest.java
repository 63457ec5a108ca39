// SPDX-License-Identifier: Apache-2.0
package dev.perdure.commit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.EngineObserver;
import dev.perdure.store.MemoryStore;
import dev.perdure.world.Interleavings;
import dev.perdure.world.Interleavings.ForgetfulGate;
import dev.perdure.world.Interleavings.WatchedWorld;
import dev.perdure.world.World;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

/** The tool finds what it is there for. */
class PlantedInterleavingsTest {

    @Test
    void a_lost_wake_up_of_the_committer_is_found() {
        assertThatThrownBy(() -> Interleavings.explore(1_000, () -> beginAndClose(new WatchedWorld() {
            @Override
            public World.Gate gate() {
                return new ForgetfulGate();
            }
        }))).isInstanceOf(LincheckAssertionError.class);
    }

    static void beginAndClose(WatchedWorld world) throws InterruptedException {
        new GroupCommitter(new MemoryStore(), world, new EngineObserver() { }).close(Long.MAX_VALUE);
        world.awaitAll();
    }
}
