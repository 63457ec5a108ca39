// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.Payload;
import dev.perdure.PerdureException;
import dev.perdure.store.Answer;
import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.SqlStore;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.world.World;
import java.sql.Connection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a step in a transaction. The body's own failures are the attempt's; a store that is away is not, and
 * is waited for, as everything in a run waits for it.
 *
 * <p><b>Invariant:</b> the answer is written before {@link #isWanted} is asked, and that before the commit. So whoever
 * takes the attempt away, and then asks the store for the answer, either keeps it from landing or waits until it has.
 */
final class TransactionTry implements SqlStore.Work {

    /** How often the store may fail after the body has worked, before that is taken for the body's doing. */
    private static final int MOST_LOSSES = 10;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The result cannot be kept, and would not be after another attempt either. */
    static final class UnwritableException extends Exception {

        private static final long serialVersionUID = 1L;

        UnwritableException(PerdureException cause) {
            super(cause);
        }

        PerdureException why() {
            return (PerdureException) getCause();
        }
    }

    private final StepCall call;
    private final Transacting how;
    private final Answer answer;
    private final World world;
    private final AtomicBoolean aborted = new AtomicBoolean();
    private BooleanSupplier wanted = () -> true;
    /** What the body threw last, to tell it from what the store throws. */
    private @Nullable Throwable thrown;
    private boolean hasRun;
    private int losses;
    private volatile Runnable abort = () -> { };

    TransactionTry(StepCall call, Transacting how, int number, World world) {
        this.call = call;
        this.how = how;
        this.answer = new Answer(how.run().incarnation(), call.at(), call.spec().name(), number);
        this.world = world;
    }

    /** Whether an earlier transaction for the same question has landed; waits for one that is about to. */
    static boolean hasLanded(StepCall call, Transacting how) {
        Answer any = new Answer(how.run().incarnation(), call.at(), call.spec().name(), 0);
        return how.store().hasLanded(how.run().chain(), any.messageId());
    }

    /**
     * Carries it out.
     *
     * @param goesOn whether anybody still wants that
     * @return what has become of it; null if it was taken away while the store was
     * @throws Exception what fails the attempt
     */
    @Nullable Outcome carryOut(BooleanSupplier goesOn) throws Exception {
        wanted = goesOn;
        World.Gate nobody = world.gate();
        boolean doubtful = false;
        while (goesOn.getAsBoolean()) {
            thrown = null;
            hasRun = false;
            try {
                if (doubtful && hasLanded(call, how)) {
                    return new Outcome(Outcome.Kind.DUPLICATE, how.run());
                }
                doubtful = false;
                return how.store().transact(how.run(), this);
            } catch (StoreException trouble) {
                losses += hasRun ? 1 : 0;
                if (trouble == thrown || !isAway(trouble) || losses > MOST_LOSSES) {
                    throw trouble;
                }
                doubtful |= trouble.effect() == Effect.UNKNOWN;
            }
            nobody.pass(PAUSE_NANOS);
        }
        return null;
    }

    /** Whether the store is at fault, and not what was done there. */
    private static boolean isAway(StoreException trouble) {
        return trouble.effect() == Effect.UNKNOWN
                || trouble.effect() == Effect.NOTHING_RETRY && !trouble.code().startsWith("transaction_");
    }

    @Override
    public NewMessage run(Connection connection, Runnable howToAbort) throws Exception {
        thrown = null;
        hasRun = true;
        abort = howToAbort;
        if (aborted.get()) {
            howToAbort.run();
        }
        LentConnection lent = new LentConnection(connection, call.spec().name());
        Object result;
        try {
            result = how.body().run(lent.connection());
        } catch (Throwable failure) {
            thrown = failure;
            throw failure;
        } finally {
            lent.end();
        }
        return answer.message(encode(result), world.currentMillis());
    }

    private Payload encode(@Nullable Object result) throws UnwritableException {
        try {
            return call.payloads().encode(result, call.spec().type());
        } catch (PerdureException unwritable) {
            throw new UnwritableException(unwritable);
        }
    }

    @Override
    public boolean isWanted() {
        return wanted.getAsBoolean();
    }

    /** Ends it, if it has not ended: also if its body does not hear of an interrupt. By any thread; may block. */
    void abort() {
        aborted.set(true);
        abort.run();
    }
}
