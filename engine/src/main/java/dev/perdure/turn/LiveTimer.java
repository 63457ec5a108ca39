// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.CancelledException;
import dev.perdure.Timer;
import java.time.Instant;

/** A timer inside a live run. */
final class LiveTimer extends LivePromise<Instant> implements Timer {

    private final OpenTimer open;

    LiveTimer(LiveRun run, OpenTimer open) {
        super(run, "timer", "");
        this.open = open;
        open.tells(this);
    }

    void fired(long now) {
        complete(Instant.ofEpochMilli(now));
    }

    @Override
    long due() {
        return open.due();
    }

    @Override
    public Instant deadline() {
        return Instant.ofEpochMilli(open.due());
    }

    @Override
    public boolean cancel() {
        if (isReady()) {
            return false;
        }
        run().enter("Timer.cancel");
        run().cancel(open);
        fail(new CancelledException("the timer at " + open.at() + " was cancelled by the code"));
        return true;
    }
}
