// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.EngineObserver;
import dev.perdure.PayloadTooLargeException;
import dev.perdure.RetryPolicy;
import dev.perdure.StepBody;
import dev.perdure.StepSpec;
import dev.perdure.TextCodec;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import dev.perdure.store.Attempt;
import dev.perdure.world.Alarms;
import dev.perdure.world.StillWorld;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttemptingTest {

    private static final Position AT = new Position("main", 4);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Remembers what it is told. */
    private static final class Caller implements StepCaller {
        final List<Arrival.Answer> answers = new CopyOnWriteArrayList<>();
        final List<Attempt> progress = new CopyOnWriteArrayList<>();
        final Semaphore told = new Semaphore(0);

        @Override
        public void answered(Attempting attempting, Arrival.Answer answer, boolean onOwnThread) {
            answers.add(answer);
            told.release();
        }

        @Override
        public void progressed(Attempting attempting, Attempt progressed) {
            progress.add(progressed);
            told.release();
        }

        @Override
        public void landed(Attempting attempting) {
            throw new AssertionError("not a transaction");
        }

        @Override
        public void refused(Attempting attempting) {
            throw new AssertionError("not a transaction");
        }

        void awaitTold() throws InterruptedException {
            assertThat(told.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        }

        Arrival.Answer only() {
            assertThat(answers).hasSize(1);
            return answers.get(0);
        }
    }

    private StillWorld world = new StillWorld();
    private Alarms alarms = new Alarms(world);
    private final LongAdder underWay = new LongAdder();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Caller caller = new Caller();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void close() {
        alarms.close();
        assertThat(underWay.sum()).as("attempts under way").isZero();
    }

    private Attempting step(StepSpec<String> spec, StepBody<String> body, @Nullable Attempt before) {
        RetryPolicy retry = spec.retry() == null ? RetryPolicy.none() : spec.retry();
        StepCall call = new StepCall("run", "workflow", AT, spec, body, "key", retry, spec.timeout(),
                TextCodec.payloads(100), null);
        return new Attempting(call, caller,
                new Attempting.Surroundings(world, alarms, EngineObserver.NONE, underWay, closing::get), before);
    }

    private Attempting step(StepSpec<String> spec, StepBody<String> body) {
        return step(spec, body, null);
    }

    private static StepSpec<String> plain() {
        return StepSpec.of("charge", String.class);
    }

    private static StepSpec<String> retried(int attempts) {
        return plain().retry(RetryPolicy.fixed(SECOND, attempts));
    }

    private StepBody<String> blocking(String result) {
        return step -> {
            begun.countDown();
            assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            return result;
        };
    }

    private static Thread begin(Attempting attempting) {
        return Thread.ofVirtual().start(attempting::tryHere);
    }

    private void awaitBegun() throws InterruptedException {
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }

    // ---- one attempt ----

    @Test
    void what_a_body_returns_completes_the_step() {
        step(plain(), step -> step.name() + " " + step.attempt() + " " + step.idempotencyKey() + " " + step.runId())
                .tryHere();
        assertThat(caller.only()).isEqualTo(new Arrival.StepCompleted(AT, "charge",
                TextCodec.payloads(100).encode("charge 1 key run"), 1));
    }

    @Test
    void what_a_body_throws_fails_the_step_when_nothing_says_to_try_again() {
        step(plain(), step -> {
            throw new AssertionError("also an Error");
        }).tryHere();
        assertThat(((Arrival.StepFailed) caller.only()).failure().message()).isEqualTo("also an Error");
        assertThat(caller.progress).isEmpty();
    }

    @Test
    void a_failure_that_is_followed_by_another_attempt_is_progress_and_counts_on() {
        Attempting attempting = step(retried(3), step -> {
            throw new IllegalStateException("attempt " + step.attempt());
        });
        attempting.tryHere();
        world.advance(1_000);
        attempting.tryHere();
        attempting.tryHere();
        assertThat(caller.progress).extracting(Attempt::made).containsExactly(1, 2);
        assertThat(caller.progress.get(0).nextAt()).isEqualTo(1_001_000);
        assertThat(caller.progress.get(1).firstAt()).as("the first time stays").isEqualTo(1_000_000);
        assertThat(((Arrival.StepFailed) caller.only()).attempts()).isEqualTo(3);
        attempting.tryHere();
        assertThat(caller.answers).as("an answered step is not tried").hasSize(1);
    }

    @Test
    void an_earlier_life_s_attempts_count() {
        Attempting attempting = step(retried(3), step -> {
            throw new IllegalStateException();
        }, new Attempt(AT, "charge", 2, 5, 6, null));
        attempting.tryHere();
        assertThat(((Arrival.StepFailed) caller.only()).attempts()).isEqualTo(3);
    }

    @Test
    void a_result_that_cannot_be_kept_fails_the_step_without_another_attempt() {
        step(retried(9), step -> "x".repeat(200)).tryHere();
        assertThat(((Arrival.StepFailed) caller.only()).failure().is(PayloadTooLargeException.class)).isTrue();
    }

    @Test
    void no_attempt_begins_while_the_engine_closes() {
        closing.set(true);
        step(plain(), step -> "never").tryHere();
        assertThat(caller.answers).isEmpty();
    }

    // ---- time ----

    @Test
    void an_attempt_over_its_time_is_interrupted_and_answered_and_what_it_still_returns_is_dropped()
            throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = begin(step(plain().timeout(SECOND), step -> {
            try {
                return blocking("late").run(step);
            } catch (InterruptedException told) {
                interrupted.set(true);
                return "late, too";
            }
        }));
        awaitBegun();
        world.advance(1_000);
        caller.awaitTold();
        thread.join();
        assertThat(((Arrival.StepFailed) caller.only()).failure().is(TimeoutException.class)).isTrue();
        assertThat(interrupted).isTrue();
    }

    @Test
    void the_next_attempt_after_a_time_out_has_its_own_time_and_the_overtaken_one_cannot_answer()
            throws InterruptedException {
        CountDownLatch overtaken = new CountDownLatch(1);
        Attempting attempting = step(retried(2).timeout(SECOND), step -> {
            if (step.attempt() == 1) {
                begun.countDown();
                awaitDeaf(overtaken);
                return "first";
            }
            overtaken.countDown();
            go.await();
            return "second";
        });
        Thread first = begin(attempting);
        awaitBegun();
        world.advance(1_000);
        caller.awaitTold();
        assertThat(caller.progress).hasSize(1);
        world.advance(1_000);
        Thread second = begin(attempting);
        first.join();
        assertThat(caller.answers).as("the overtaken attempt has returned").isEmpty();
        world.advance(1_000);
        caller.awaitTold();
        second.join();
        assertThat(((Arrival.StepFailed) caller.only()).attempts()).isEqualTo(2);
    }

    /** Waits whatever interrupts it. */
    private static void awaitDeaf(CountDownLatch latch) {
        boolean waiting = true;
        while (waiting) {
            try {
                latch.await();
                waiting = false;
            } catch (InterruptedException ignored) {
                // Waits on.
            }
        }
    }

    @Test
    void a_time_limit_that_rings_before_the_body_begins_ends_the_attempt_all_the_same() throws InterruptedException {
        CountDownLatch rung = new CountDownLatch(1);
        alarms.close();
        // The clock jumps in the moment in which the alarm is set, and the setter goes on only after it has rung.
        world = new StillWorld() {
            @Override
            public Gate gate() {
                Gate real = super.gate();
                return new Gate() {
                    @Override
                    public void open() {
                        if (rung.getCount() > 0 && underWay.sum() > 0) {
                            rung.countDown();
                            advance(60_000);
                            real.open();
                            awaitTold();
                        } else {
                            real.open();
                        }
                    }

                    @Override
                    public void pass(long nanos) {
                        real.pass(nanos);
                    }
                };
            }
        };
        alarms = new Alarms(world);
        AtomicBoolean ran = new AtomicBoolean();
        Thread thread = begin(step(plain().timeout(SECOND), step -> {
            ran.set(true);
            return "in time";
        }));
        thread.join();
        caller.awaitTold();
        assertThat(((Arrival.StepFailed) caller.only()).failure().is(TimeoutException.class)).isTrue();
        assertThat(ran).as("its time was over before it began").isFalse();
    }

    private void awaitTold() {
        try {
            caller.awaitTold();
            caller.told.release(); // The test waits for it as well.
        } catch (InterruptedException interrupted) {
            // The attempt whose time is over is interrupted just before its end is told.
            Thread.currentThread().interrupt();
        }
    }

    // ---- taken back ----

    @Test
    void a_step_withdrawn_before_it_begins_is_answered_as_cancelled() {
        Attempting attempting = step(plain(), step -> "never");
        attempting.withdraw();
        attempting.tryHere();
        assertThat(caller.only()).isEqualTo(new Arrival.StepCancelled(AT, "charge"));
    }

    @Test
    void a_step_withdrawn_between_two_attempts_is_answered_as_cancelled() {
        Attempting attempting = step(retried(3), step -> {
            throw new IllegalStateException();
        });
        attempting.tryHere();
        attempting.withdraw();
        attempting.tryHere();
        assertThat(caller.only()).isInstanceOf(Arrival.StepCancelled.class);
    }

    @Test
    void a_step_withdrawn_in_the_middle_of_an_attempt_ends_it_and_the_outcome_counts() throws InterruptedException {
        AtomicBoolean seen = new AtomicBoolean();
        Attempting attempting = step(retried(3), step -> {
            String result = blocking("done").run(step);
            seen.set(step.isCancelRequested());
            return result;
        });
        Thread thread = begin(attempting);
        awaitBegun();
        attempting.withdraw();
        go.countDown();
        thread.join();
        assertThat(caller.only()).isInstanceOf(Arrival.StepCompleted.class);
        assertThat(seen).isTrue();
    }

    @Test
    void a_failure_after_the_withdrawal_is_the_last() throws InterruptedException {
        Attempting attempting = step(retried(3), step -> {
            blocking("").run(step);
            throw new IllegalStateException();
        });
        Thread thread = begin(attempting);
        awaitBegun();
        attempting.withdraw();
        go.countDown();
        thread.join();
        assertThat(caller.only()).isInstanceOf(Arrival.StepFailed.class);
        assertThat(caller.progress).isEmpty();
    }

    @Test
    void an_abandoned_attempt_is_interrupted_and_tells_nobody_anything() throws InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        Attempting attempting = step(retried(3), step -> {
            try {
                return blocking("").run(step);
            } catch (InterruptedException told) {
                interrupted.set(true);
                throw told;
            }
        });
        Thread thread = begin(attempting);
        awaitBegun();
        attempting.abandon();
        thread.join();
        attempting.tryHere();
        attempting.withdraw();
        assertThat(caller.answers).isEmpty();
        assertThat(caller.progress).isEmpty();
        assertThat(interrupted).isTrue();
    }

    // ---- all at once ----

    @Test
    void whatever_comes_together_a_step_is_answered_once_and_an_abandoned_one_never_afterwards()
            throws InterruptedException {
        for (int round = 0; round < 500; round++) {
            Caller own = new Caller();
            int now = round;
            StepCall call = new StepCall("run", "workflow", AT, retried(2), step -> {
                if (now % 3 == 0) {
                    throw new IllegalStateException();
                }
                return "done";
            }, "key", now % 2 == 0 ? RetryPolicy.none() : RetryPolicy.fixed(Duration.ZERO, 2), Duration.ofMillis(1),
                    TextCodec.payloads(100), null);
            Attempting attempting = new Attempting(call, own,
                    new Attempting.Surroundings(world, alarms, EngineObserver.NONE, underWay, closing::get), null);
            List<Thread> threads = List.of(begin(attempting), begin(attempting),
                    Thread.ofVirtual().start(() -> world.advance(1)),
                    Thread.ofVirtual().start(now % 5 == 0 ? attempting::abandon : attempting::withdraw));
            for (Thread thread : threads) {
                thread.join();
            }
            // The time-out is told on the thread of the alarms, which deals with one after the other.
            CountDownLatch rung = new CountDownLatch(1);
            alarms.set(world.currentMillis(), rung::countDown);
            rung.await();
            int answers = own.answers.size();
            assertThat(answers).isLessThanOrEqualTo(1);
            attempting.abandon();
            attempting.tryHere();
            assertThat(own.answers).hasSize(answers);
        }
    }
}
