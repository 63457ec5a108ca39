// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.Durations;
import dev.perdure.EngineObserver;
import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.PerdureException;
import dev.perdure.StepContext;
import dev.perdure.journal.Arrival;
import dev.perdure.store.Attempt;
import dev.perdure.store.Outcome;
import dev.perdure.world.Alarms;
import dev.perdure.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One step being carried out, from its first attempt to its answer.
 *
 * <p>{@link #phase} is the only thing that threads compete for. A thread that has taken it out of {@code Trying} owns
 * the end of that attempt; every other sees that and leaves.
 */
public final class Attempting {

    /** What happens just now. */
    private sealed interface Phase {
    }

    /** Between attempts, or before the first. */
    private record Waiting(int made, long firstAt) implements Phase {
    }

    /** An attempt is under way on a thread. */
    private record Trying(int number, long firstAt, Thread thread, long begun, @Nullable TransactionTry transaction)
            implements Phase {
    }

    /** Answered, or taken away. */
    private enum Over implements Phase {
        ONLY
    }

    /**
     * What all attempts of an engine share.
     *
     * @param world clocks
     * @param alarms for time limits
     * @param observer telemetry
     * @param underWay how many attempts are being made just now; counted before {@code closing} is asked, so that
     *     whoever says that the engine closes and then finds none can be sure that none will begin
     * @param closing whether the engine closes: then no attempt begins
     */
    public record Surroundings(World world, Alarms alarms, EngineObserver observer, LongAdder underWay,
            BooleanSupplier closing) {
    }

    private static final Logger LOG = LoggerFactory.getLogger(Attempting.class);

    private final StepCall call;
    private final StepCaller caller;
    private final Surroundings around;
    private final AtomicReference<Phase> phase;
    private volatile boolean withdrawn;
    private volatile boolean abandoned;
    /** Rings when the attempt under way has had its time. */
    private volatile Alarms.@Nullable Alarm limit;

    /**
     * Prepares a step.
     *
     * @param call what to do
     * @param caller who wants to know
     * @param around clocks, threads and telemetry
     * @param before how far an earlier life of the run has come with it, or null
     */
    public Attempting(StepCall call, StepCaller caller, Surroundings around, @Nullable Attempt before) {
        this.call = call;
        this.caller = call.transacting() == null ? caller : new CertainCaller(caller, call.transacting(), around);
        this.around = around;
        long firstAt = before == null ? around.world().currentMillis() : before.firstAt();
        this.phase = new AtomicReference<>(new Waiting(before == null ? 0 : before.made(), firstAt));
    }

    /**
     * The step that is carried out.
     *
     * @return as given
     */
    public StepCall call() {
        return call;
    }

    // ---- trying ----

    /** Makes an attempt on the calling thread, which must be a virtual one with nothing else to do afterwards. */
    public void tryHere() {
        around.underWay().increment();
        try {
            if (!around.closing().getAsBoolean() && phase.get() instanceof Waiting waiting) {
                tryAfter(waiting);
            }
        } finally {
            // Only now: whoever waits for quiet must find the answer brought as mail already.
            around.underWay().decrement();
        }
    }

    private void tryAfter(Waiting waiting) {
        if (withdrawn) {
            giveUp(waiting, true);
            return;
        }
        int number = waiting.made() + 1;
        Transacting transacting = call.transacting();
        Trying trying = new Trying(number, waiting.firstAt(), Thread.currentThread(), around.world().nanoTime(),
                transacting == null ? null : new TransactionTry(call, transacting, number, around.world()));
        if (!phase.compareAndSet(waiting, trying)) {
            return;
        }
        // Only now: an alarm that rings at once must find the attempt under way.
        limit = limit(number);
        if (phase.get() != trying) {
            cancelLimit();
            return;
        }
        around.observer().stepStarted(call.runId(), name(), number);
        MDC.put("perdure.run", call.runId());
        MDC.put("perdure.workflow", call.workflow());
        MDC.put("perdure.step", name());
        carryOut(trying);
    }

    private void carryOut(Trying trying) {
        if (trying.transaction() != null) {
            transact(trying, trying.transaction());
            return;
        }
        Object result;
        try {
            result = call.body().run(new InAttempt(trying.number(), trying.firstAt()));
        } catch (Throwable thrown) {
            ended(trying, thrown, true);
            return;
        }
        succeeded(trying, result);
    }

    /** Its answer goes to the inbox together with what it does, and from there to whoever asked. */
    private void transact(Trying trying, TransactionTry transaction) {
        Outcome outcome;
        try {
            outcome = transaction.carryOut(() -> phase.get() == trying);
        } catch (TransactionTry.UnwritableException unwritable) {
            unwritable(trying, unwritable.why());
            return;
        } catch (Throwable thrown) {
            ended(trying, thrown, true);
            return;
        }
        if (outcome == null || !leave(trying, outcome.kind() == Outcome.Kind.REFUSED)) {
            return;
        }
        if (outcome.kind() == Outcome.Kind.REFUSED) {
            caller.refused(this);
        } else {
            caller.landed(this);
        }
    }

    private Alarms.@Nullable Alarm limit(int number) {
        Duration timeout = call.timeout();
        return timeout == null ? null : around.alarms().set(
                around.world().currentMillis() + Durations.ceilMillis(timeout), () -> timedOut(number, timeout));
    }

    private void succeeded(Trying trying, @Nullable Object result) {
        Payload payload;
        try {
            payload = call.payloads().encode(result, call.spec().type());
        } catch (PerdureException unwritable) {
            unwritable(trying, unwritable);
            return;
        }
        if (leave(trying, false)) {
            caller.answered(this, new Arrival.StepCompleted(call.at(), name(), payload, trying.number()), true);
        }
    }

    /** Doing it all again would change nothing about the result that cannot be kept. */
    private void unwritable(Trying trying, PerdureException why) {
        if (leave(trying, true)) {
            failed(trying, Failure.of(why, call.payloads()), true);
        }
    }

    private void timedOut(int number, Duration timeout) {
        overdue(number, new TimeoutException("attempt " + number + " of step '" + name() + "' took longer than "
                + timeout));
    }

    /**
     * An attempt has not given a sign of life when it should have: it is interrupted and has failed.
     *
     * @param number which attempt; does nothing if that is over
     * @param why what it has failed with
     */
    public void overdue(int number, TimeoutException why) {
        if (phase.get() instanceof Trying trying && trying.number() == number) {
            ended(trying, why, false);
        }
    }

    private void ended(Trying trying, Throwable thrown, boolean onOwnThread) {
        Failure failure = Failure.of(thrown, call.payloads());
        Optional<Duration> pause = withdrawn ? Optional.empty() : pauseAfter(trying.number(), failure);
        if (pause.isEmpty()) {
            if (leave(trying, true)) {
                interruptUnless(onOwnThread, trying);
                failed(trying, failure, onOwnThread);
            }
            return;
        }
        if (!phase.compareAndSet(trying, new Waiting(trying.number(), trying.firstAt()))) {
            return;
        }
        cancelLimit();
        interruptUnless(onOwnThread, trying);
        observeEnd(trying, true);
        long next = around.world().currentMillis() + Durations.ceilMillis(pause.get());
        caller.progressed(this, new Attempt(call.at(), name(), trying.number(), trying.firstAt(), next, failure));
    }

    private Optional<Duration> pauseAfter(int attempt, Failure failure) {
        try {
            return call.retry().delayAfter(attempt, failure, new Random(around.world().randomLong()));
        } catch (RuntimeException broken) {
            LOG.warn("the retry condition of step '{}' of run '{}' threw; there will be no further attempt", name(),
                    call.runId(), broken);
            return Optional.empty();
        }
    }

    private void failed(Trying trying, Failure failure, boolean onOwnThread) {
        caller.answered(this, new Arrival.StepFailed(call.at(), name(), failure, trying.number()), onOwnThread);
    }

    /** Ends an attempt for good; false if somebody else has ended it. */
    private boolean leave(Trying trying, boolean failed) {
        if (!phase.compareAndSet(trying, Over.ONLY)) {
            return false;
        }
        cancelLimit();
        observeEnd(trying, failed);
        return true;
    }

    private void observeEnd(Trying trying, boolean failed) {
        around.observer().stepEnded(call.runId(), name(), trying.number(),
                Duration.ofNanos(around.world().nanoTime() - trying.begun()), failed);
    }

    private void interruptUnless(boolean onOwnThread, Trying trying) {
        if (!onOwnThread) {
            interrupt(trying);
        }
    }

    private void interrupt(Trying trying) {
        trying.thread().interrupt();
        if (trying.transaction() != null) {
            // Its body may not hear of that, and keeps locks in the database that others wait for.
            around.world().startVirtual("perdure-step", trying.transaction()::abort);
        }
    }

    private void cancelLimit() {
        Alarms.Alarm alarm = limit;
        if (alarm != null) {
            alarm.cancel();
        }
    }

    // ---- between attempts ----

    /**
     * The code no longer wants the step. An attempt under way goes on and its outcome counts, but it is the last;
     * between attempts the step is answered as cancelled.
     */
    public void withdraw() {
        withdrawn = true;
        if (phase.get() instanceof Waiting waiting) {
            giveUp(waiting, false);
        }
    }

    private void giveUp(Waiting waiting, boolean onOwnThread) {
        if (phase.compareAndSet(waiting, Over.ONLY)) {
            caller.answered(this, new Arrival.StepCancelled(call.at(), name()), onOwnThread);
        }
    }

    /** The run is taken away: an attempt under way is interrupted, and whatever it still comes to is dropped. */
    public void abandon() {
        abandoned = true;
        if (phase.getAndSet(Over.ONLY) instanceof Trying trying) {
            cancelLimit();
            interrupt(trying);
        }
    }

    boolean isAbandoned() {
        return abandoned;
    }

    private String name() {
        return call.spec().name();
    }

    /** What the body of one attempt may know; stays what it was when a later attempt overtakes it. */
    private final class InAttempt implements StepContext {

        private final int number;
        private final long firstAt;

        InAttempt(int number, long firstAt) {
            this.number = number;
            this.firstAt = firstAt;
        }

        @Override
        public String idempotencyKey() {
            return call.idempotencyKey();
        }

        @Override
        public int attempt() {
            return number;
        }

        @Override
        public Instant firstScheduledAt() {
            return Instant.ofEpochMilli(firstAt);
        }

        @Override
        public String runId() {
            return call.runId();
        }

        @Override
        public String name() {
            return call.spec().name();
        }

        @Override
        public boolean isCancelRequested() {
            return withdrawn;
        }
    }
}
