// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.proof.crash.KillPoint.Side;
import dev.perdure.proof.world.OneThread;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Counts what a life does, and lets it end at its point: tells the parent, and stands still until the parent has killed
 * this process. Because the process is one thread, nothing moves meanwhile.
 */
final class Mortal {

    private final KillPoint end;
    private final PrintStream parent;
    private final OneThread world;
    private final CRC32 story = new CRC32();
    private int calls;
    private int effects;

    Mortal(KillPoint end, PrintStream parent, OneThread world) {
        this.end = end;
        this.parent = parent;
        this.world = world;
    }

    /** Before each store call, and before a transaction commits. */
    void before(String call) {
        calls++;
        story.update(call.getBytes(StandardCharsets.UTF_8));
        if (end.side() == Side.NOWHERE) {
            // A life that ends in peace tells its story, for others to be compared with it.
            parent.println("call " + story() + " " + call.replaceAll("\\s+", " "));
        }
        check(Side.BEFORE, calls);
    }

    /** After it, before anybody knows what it answered. */
    void after() {
        check(Side.AFTER, calls);
    }

    /** Within an effect that has just happened. */
    void effect() {
        effects++;
        check(Side.EFFECT, effects);
    }

    int calls() {
        return calls;
    }

    int effects() {
        return effects;
    }

    /** A digest of all calls so far. */
    long story() {
        return story.getValue();
    }

    private void check(Side side, int number) {
        if (end.side() != side || end.number() != number) {
            return;
        }
        parent.println("reached " + story() + " " + world.currentMillis());
        parent.flush();
        try {
            // The parent writes nothing and kills. Only if it is gone itself does this end.
            int nobody = System.in.read();
            throw new IllegalStateException("the parent said " + nobody + " where it must kill");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
