// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.proof.fuzz.Program.Care;
import dev.perdure.proof.fuzz.Program.Join;
import dev.perdure.proof.fuzz.Program.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes programs of bytes: any bytes are one. Behind their end there are zeros, of which a program ends soon. */
final class Sower {

    private static final int DEEPEST = 3;

    private final byte[] bytes;
    private int next;

    private Sower(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The program of a seed.
     *
     * @param seed decides how many bytes, and which
     * @return the same for the same seed
     */
    static Program program(long seed) {
        Random dice = new Random(seed);
        byte[] bytes = new byte[16 + dice.nextInt(80)];
        dice.nextBytes(bytes);
        return program(bytes);
    }

    /**
     * The program of some bytes.
     *
     * @param bytes any, also none
     * @return never fails
     */
    static Program program(byte[] bytes) {
        Sower sower = new Sower(bytes);
        return new Program(sower.block(0, 2 + sower.upTo(7)));
    }

    private int upTo(int most) {
        return next < bytes.length ? (bytes[next++] & 0xff) % (most + 1) : 0;
    }

    private String name() {
        return String.valueOf((char) ('a' + upTo(2)));
    }

    /** More than two seconds, so that an engine without a cache lets go of the run. */
    private int seconds() {
        return 3 + upTo(40);
    }

    private List<Op> block(int depth, int length) {
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < length && (next < bytes.length || i == 0); i++) {
            ops.add(op(depth));
        }
        return ops;
    }

    private Op op(int depth) {
        // The same bytes nested too deeply are steps.
        int kind = depth < DEEPEST ? upTo(29) : upTo(21);
        return switch (kind) {
            case 0, 1, 2, 3, 4, 5 -> new Program.Step(name(), Care.values()[upTo(3)]);
            case 6 -> new Program.Sleep(upTo(9) == 0 ? 0 : seconds());
            case 7, 8 -> new Program.Receive(name(), upTo(1) * seconds());
            case 9 -> new Program.TryReceive(name());
            case 10 -> new Program.Timer(seconds(), upTo(1) == 1);
            case 11 -> new Program.Await(1 + upTo(3), seconds());
            case 12, 13 -> new Program.Count();
            case 14 -> new Program.Send(upTo(3) == 0);
            case 15 -> new Program.Take(upTo(3) == 0);
            case 16 -> new Program.SideEffect(name());
            case 17 -> new Program.Version(name());
            case 18 -> new Program.Publish(name());
            case 19 -> new Program.Look();
            case 20 -> new Program.Await(1 + upTo(2), 0);
            case 21 -> depth == 0 ? new Program.Again() : new Program.Look();
            case 22, 23, 24 -> branches(depth);
            case 25, 26 -> new Program.Select(upTo(15), name(), seconds(), block(depth + 1, 1 + upTo(1)),
                    upTo(1) == 1);
            case 27, 28 -> new Program.Loop(2 + upTo(1), block(depth + 1, 1 + upTo(2)));
            default -> new Program.Shielded(block(DEEPEST, 1 + upTo(1)));
        };
    }

    private Op branches(int depth) {
        List<List<Op>> bodies = new ArrayList<>();
        int count = 1 + upTo(2);
        for (int i = 0; i < count; i++) {
            bodies.add(block(depth + 1, 1 + upTo(2)));
        }
        return new Program.Branches(bodies, Join.values()[upTo(5)], seconds());
    }
}
