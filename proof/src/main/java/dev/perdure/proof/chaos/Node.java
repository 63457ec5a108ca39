// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.engine.Engine;
import dev.perdure.proof.chaos.deeds.Delegation;
import dev.perdure.proof.chaos.deeds.Effects;
import dev.perdure.proof.chaos.deeds.Errand;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with an engine, until it is killed, asked to stop, or its parent is gone. Says {@code ready} on the
 * standard output when it has begun.
 */
final class Node {

    private static final long AGAIN_NANOS = Duration.ofMillis(200).toNanos();

    private Node() {
    }

    /**
     * Runs an engine.
     *
     * @param arguments its name, the database through the wire, the database itself, the lease and the skew of its
     *     clock in milliseconds, what is broken
     */
    public static void main(String... arguments) throws IOException {
        String process = arguments[0];
        Duration lease = Duration.ofMillis(Long.parseLong(arguments[3]));
        SkewedWorld world = new SkewedWorld(Long.parseLong(arguments[4]));
        Broken broken = Broken.valueOf(arguments[5]);
        String url = arguments[1] + "&ApplicationName=" + process;
        Effects effects = new Effects(arguments[2], process);
        Errand errand = new Errand(effects);
        Delegation delegation = new Delegation(effects);
        boolean started = false;
        while (!started) {
            try {
                Store store = broken.open(url, lease);
                delegation.known(Engine.builder()).store(store).world(world).workflow(Errand.ERRAND, errand::run)
                        .workflow(Ticks.BEAT, Ticks::beat).shutdownHook(true).start();
                started = true;
            } catch (StoreException away) {
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
        System.out.println("ready");
        System.out.flush();
        while (System.in.read() >= 0) {
            // The parent says nothing; it only goes away.
        }
        Runtime.getRuntime().halt(0);
    }
}
