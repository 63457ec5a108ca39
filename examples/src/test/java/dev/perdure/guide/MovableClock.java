// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import dev.perdure.world.World;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

// snippet:clock
/** The machine as it is, but for the time of day, which a test may move forward. */
final class MovableClock implements World {

    private final AtomicLong ahead = new AtomicLong();

    void skip(Duration time) {
        ahead.addAndGet(time.toMillis());
    }

    @Override
    public long currentMillis() {
        return World.real().currentMillis() + ahead.get();
    }

    @Override
    public long nanoTime() {
        return World.real().nanoTime();
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return World.real().startVirtual(name, body);
    }

    @Override
    public Thread startPlatform(String name, Runnable body) {
        return World.real().startPlatform(name, body);
    }

    @Override
    public Gate gate() {
        return World.real().gate();
    }

    @Override
    public long randomLong() {
        return World.real().randomLong();
    }

    @Override
    public Runnable whenProcessEnds(Runnable body) {
        return World.real().whenProcessEnds(body);
    }
}
// end
