// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.world.World;

/** The real world on a machine whose clock is wrong, by as much all the time. */
final class SkewedWorld implements World {

    private final World real = World.real();
    private final long skew;

    SkewedWorld(long skewMillis) {
        this.skew = skewMillis;
    }

    @Override
    public long currentMillis() {
        return real.currentMillis() + skew;
    }

    /** What the real one takes for the machine's clock is not what this one shows. */
    @Override
    public void correct(long time) {
        real.correct(time - skew);
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
