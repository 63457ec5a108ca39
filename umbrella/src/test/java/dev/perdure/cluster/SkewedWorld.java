// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cluster;

import dev.perdure.world.World;
import java.time.Duration;

/** The machine, with a clock that is wrong until somebody corrects it. */
final class SkewedWorld implements World {

    private final World real = World.real();
    private final long skew;
    private volatile long correction;

    SkewedWorld(Duration skew) {
        this.skew = skew.toMillis();
    }

    @Override
    public long currentMillis() {
        return real.currentMillis() + skew + correction;
    }

    @Override
    public void correct(long time) {
        correction = time - real.currentMillis() - skew;
    }

    @Override
    public long nanoTime() {
        return real.nanoTime();
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return real.startVirtual(name, body);
    }

    @Override
    public Thread startPlatform(String name, Runnable body) {
        return real.startPlatform(name, body);
    }

    @Override
    public Gate gate() {
        return real.gate();
    }

    @Override
    public Runnable whenProcessEnds(Runnable body) {
        return real.whenProcessEnds(body);
    }

    @Override
    public long randomLong() {
        return real.randomLong();
    }
}
