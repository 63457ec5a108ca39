// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.journal.Arrival;
import dev.perdure.store.Attempt;
import dev.perdure.store.StoreException;
import dev.perdure.world.World;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a step in a transaction and who wants to know of it, and tells of nothing but what is certain: before
 * it says that the transaction has failed, timed out or been given up, it makes sure that it has not landed, and never
 * will. It may have: at a commit whose answer was lost, or just when its time was up, or by an earlier life of the run.
 */
final class CertainCaller implements StepCaller {

    private static final Logger LOG = LoggerFactory.getLogger(CertainCaller.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final StepCaller caller;
    private final Transacting how;
    private final Attempting.Surroundings around;

    CertainCaller(StepCaller caller, Transacting how, Attempting.Surroundings around) {
        this.caller = caller;
        this.how = how;
        this.around = around;
    }

    @Override
    public void answered(Attempting attempting, Arrival.Answer answer, boolean onOwnThread) {
        ascertain(attempting, () -> caller.answered(attempting, answer, true));
    }

    @Override
    public void progressed(Attempting attempting, Attempt progress) {
        ascertain(attempting, () -> caller.progressed(attempting, progress));
    }

    @Override
    public void landed(Attempting attempting) {
        caller.landed(attempting);
    }

    @Override
    public void refused(Attempting attempting) {
        caller.refused(attempting);
    }

    /** On a thread of its own: asking may take long, and alarms must not. Whoever waits for quiet waits for this. */
    private void ascertain(Attempting attempting, Runnable otherwise) {
        around.underWay().increment();
        around.world().startVirtual("perdure-step", () -> {
            try {
                ask(attempting, otherwise);
            } finally {
                around.underWay().decrement();
            }
        });
    }

    private void ask(Attempting attempting, Runnable otherwise) {
        World.Gate nobody = around.world().gate();
        while (!attempting.isAbandoned()) {
            try {
                if (TransactionTry.hasLanded(attempting.call(), how)) {
                    caller.landed(attempting);
                } else {
                    otherwise.run();
                }
                return;
            } catch (StoreException away) {
                LOG.debug("whether transaction '{}' of run '{}' has landed cannot be asked just now",
                        attempting.call().spec().name(), attempting.call().runId(), away);
            }
            if (around.closing().getAsBoolean()) {
                // The next life of the run will find out.
                return;
            }
            nobody.pass(PAUSE_NANOS);
        }
    }
}
