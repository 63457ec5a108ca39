// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.time.Duration;

/**
 * A loop that may go on for years: it asks, waits, and asks again. A journal must not grow for ever, so after some
 * rounds the run continues as new, with a fresh journal, under the same id; whoever waits for its result does not
 * notice.
 */
public final class ParcelPoller {

    static final Workflow<Watch, String> POLLER = Workflow.named("parcel-poller", Watch.class, String.class);

    private static final int ROUNDS_PER_JOURNAL = 5;

    private final Carrier carrier;
    private final Duration pause;

    ParcelPoller(Carrier carrier, Duration pause) {
        this.carrier = carrier;
        this.pause = pause;
    }

    /** What goes from one incarnation to the next. */
    record Watch(String parcel, int asked) {
    }

    /** Knows where a parcel is. */
    interface Carrier {
        String whereIs(String parcel) throws Exception;
    }

    // snippet:continue-as-new
    String run(WorkflowContext ctx, Watch watch) {
        for (int round = 1; round <= ROUNDS_PER_JOURNAL; round++) {
            String place = ctx.step("ask", String.class, step -> carrier.whereIs(watch.parcel()));
            if (place.equals("delivered")) {
                return "delivered, after asking " + (watch.asked() + round) + " times";
            }
            ctx.sleep(pause);
        }
        return ctx.continueAsNew(new Watch(watch.parcel(), watch.asked() + ROUNDS_PER_JOURNAL));
    }
    // end

    /**
     * Follows a parcel until it is delivered.
     *
     * @param args none
     */
    public static void main(String[] args) {
        int[] asked = {0};
        Carrier carrier = parcel -> ++asked[0] < 12 ? "on its way" : "delivered";
        ParcelPoller poller = new ParcelPoller(carrier, Duration.ofMillis(50));
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(POLLER, poller::run).start()) {
            System.out.println(engine.start(POLLER, "parcel-1", new Watch("parcel-1", 0)).result());
        }
    }
}
