// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import java.util.Random;

/**
 * When what happens, counted in progress and not in seconds, so that a slow machine and a file with one order still see
 * every kill while work is going on.
 *
 * <p>The demo has a stretch before each kill and one after the last. In each stretch more orders are placed and more
 * may be packed; a kill comes at a random point of the progress that its stretch makes possible. Invariants: the point
 * is always reached, and before the last kill at least one order has not been packed.
 */
final class Pace {

    /** What a run does to the world before the warehouse has looked: reserve, charge. */
    private static final int BEFORE_PACKING = 2;

    /** And after: ship and mail, or refund and release. */
    private static final int AFTER_PACKING = 2;

    private final int orders;
    private final int kills;
    private final int[] killAt;

    Pace(int orders, int kills, long seed) {
        this.orders = orders;
        this.kills = kills;
        this.killAt = new int[kills];
        Random chance = new Random(seed);
        for (int i = 0; i < kills; i++) {
            int from = i == 0 ? 0 : possible(i - 1);
            killAt[i] = from + (int) Math.round((possible(i) - from) * chance.nextDouble(0.1, 0.95));
        }
    }

    /** How many orders may have been placed in a stretch, counted from 0. */
    int placed(int stretch) {
        return Math.ceilDiv(orders * (stretch + 1), kills + 1);
    }

    /**
     * How many orders may have been packed in a stretch: half a stretch behind, and never the last before the last
     * kill.
     */
    int packed(int stretch) {
        if (stretch == kills) {
            return orders;
        }
        return Math.min(orders * (2 * stretch + 1) / (2 * (kills + 1)), orders - 1);
    }

    /** After how many effects a stretch ends with a kill. */
    int killAt(int stretch) {
        return killAt[stretch];
    }

    int possible(int stretch) {
        return BEFORE_PACKING * placed(stretch) + AFTER_PACKING * packed(stretch);
    }
}
