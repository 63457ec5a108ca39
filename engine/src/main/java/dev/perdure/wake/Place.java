// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.store.RunRow;

/**
 * The place of one run in memory: among those that move, or in the cache, <i>warm</i>, if it only waits. Changed by the
 * run's driver only.
 */
final class Place {

    private final Dispatcher dispatcher;
    private final String workflow;
    private volatile boolean warm;
    private volatile long movedAt;
    private boolean given;

    /** A place that was taken among those that move. */
    Place(Dispatcher dispatcher, String workflow) {
        this.dispatcher = dispatcher;
        this.workflow = workflow;
    }

    boolean isWarm() {
        return warm;
    }

    /** Whether it is warm and has not moved since then, on the monotonic clock. */
    boolean isWarmSince(long since) {
        return warm && movedAt - since < 0;
    }

    void moved() {
        movedAt = dispatcher.world().nanoTime();
    }

    /** The run only waits; false if there is no room for it in the cache. */
    boolean rest(RunRow row) {
        warm = true;
        return dispatcher.warmed(row);
    }

    /** The run wants to move; false if it is warm and there is no place for it. */
    boolean take() {
        if (warm && !dispatcher.mayMove(workflow)) {
            return false;
        }
        warm = false;
        return true;
    }

    /** Nothing more will move in the run. */
    void giveBack() {
        if (given) {
            return;
        }
        given = true;
        if (warm) {
            dispatcher.cooled();
        } else {
            dispatcher.rested(workflow);
        }
    }
}
