// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Makes programs of bytes: any bytes are one. Behind their end there are zeros, of which a program ends soon. */
public final class Sower {

    private static final int DEEPEST = 3;
    /** Kinds of ops without and with blocks inside, as {@link #op} numbers them. */
    private static final int LAST_LEAF = 30;
    private static final int LAST_KIND = 40;

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
    public static Program program(long seed) {
        Random dice = new Random(seed);
        byte[] bytes = new byte[16 + dice.nextInt(112)];
        dice.nextBytes(bytes);
        return program(bytes);
    }

    /**
     * The program of some bytes.
     *
     * @param bytes any, also none
     * @return never fails
     */
    public static Program program(byte[] bytes) {
        Sower sower = new Sower(bytes);
        int capacity = sower.upTo(2);
        return new Program(sower.block(0, 2 + sower.upTo(7)), capacity);
    }

    private int upTo(int most) {
        return next < bytes.length ? (bytes[next++] & 0xff) % (most + 1) : 0;
    }

    private <T> T one(T[] constants) {
        return constants[upTo(constants.length - 1)];
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
        // Nested too deeply, nothing has blocks.
        int kind = upTo(depth < DEEPEST ? LAST_KIND : LAST_LEAF);
        return switch (kind) {
            case 0, 1, 2, 3, 4 -> new Op.Step(name(), one(Op.Care.values()));
            case 5, 6 -> new Op.Sleep(one(Op.Until.values()), upTo(9) == 0 ? 0 : seconds());
            case 7, 8 -> new Op.Receive(one(Op.Hearing.values()), name(), seconds());
            case 9 -> new Op.Timer(one(Op.Ringing.values()), seconds());
            case 10 -> new Op.Await(one(Op.Patience.values()), 1 + upTo(2), seconds());
            case 11, 12 -> new Op.Count();
            case 13, 14, 15 -> new Op.Pass(one(Op.Use.values()));
            case 16 -> new Op.SideEffect(name());
            case 17 -> new Op.Version(name());
            case 18 -> new Op.Publish(one(Op.Publishing.values()), name());
            case 19 -> new Op.Look(one(Op.Sight.values()));
            case 20 -> new Op.Stop(one(Op.Asking.values()), seconds());
            case 21 -> new Op.Query(name());
            case 22 -> depth == 0 || upTo(3) == 1 ? new Op.Again() : new Op.Look(one(Op.Sight.values()));
            case 23, 24, 25 -> new Op.Ask(one(Op.Whom.values()), one(Op.Manner.values()), name(), seconds());
            case 26 -> new Op.Tell(one(Op.To.values()), name());
            case 27, 28 -> new Op.Emit(name());
            case 29, 30 -> new Op.Learn(one(Op.Patience.values()), name(), seconds());
            case 31, 32, 33 -> branches(depth);
            case 34, 35 -> select(depth);
            case 36, 37 -> new Op.Loop(2 + upTo(1), block(depth + 1, 1 + upTo(2)));
            case 38 -> new Op.Shielded(one(Op.Shield.values()), block(DEEPEST, 1 + upTo(1)));
            default -> new Op.Saga(one(Op.Finish.values()), one(Op.Undo.values()), block(depth + 1, 1 + upTo(3)));
        };
    }

    private Op branches(int depth) {
        List<List<Op>> bodies = new ArrayList<>();
        Op.Begin begin = one(Op.Begin.values());
        Op.Join join = one(Op.Join.values());
        int count = 1 + upTo(2);
        for (int i = 0; i < count; i++) {
            bodies.add(block(depth + 1, 1 + upTo(2)));
        }
        return new Op.Branches(begin, join, name(), bodies, seconds());
    }

    private Op select(int depth) {
        Set<Op.Source> sources = EnumSet.noneOf(Op.Source.class);
        int bits = upTo(255);
        for (Op.Source source : Op.Source.values()) {
            // What is ready from the start decides the select, so it is rarer than the others.
            int bit = source == Op.Source.READY ? 3 << source.ordinal() : 1 << source.ordinal();
            if ((bits & bit) == bit) {
                sources.add(source);
            }
        }
        return new Op.Select(sources, one(Op.Losers.values()), name(), seconds(), block(depth + 1, 1 + upTo(1)));
    }
}
