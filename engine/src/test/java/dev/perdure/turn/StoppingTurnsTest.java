// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.CancelRequest;
import dev.perdure.CancelledException;
import dev.perdure.Promise;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to stop: whom they reach, what holds them off, and how the run ends. */
@Timeout(60)
class StoppingTurnsTest {

    @Test
    void a_request_to_stop_interrupts_a_wait_and_ends_the_run_as_cancelled() {
        Play play = Play.of((ctx, input) -> ctx.signals("never", String.class).receive());
        assertThat(play.live.cancelRequest()).isNull();
        play.now += 3;
        List<Command> said = play.cancel("enough");
        assertThat(play.live.cancelRequest())
                .isEqualTo(new CancelRequest("enough", "somebody", Instant.ofEpochMilli(Play.BEGIN + 3)));
        Command.RunCancelled cancelled = (Command.RunCancelled) said.getFirst();
        assertThat(cancelled.failure().message())
                .isEqualTo("run 'run-1' was asked to stop by somebody: enough");
        assertThat(play.replayedBy((ctx, input) -> ctx.signals("never", String.class).receive()).end())
                .isInstanceOf(Command.RunCancelled.class);
    }

    @Test
    void every_wait_but_that_for_a_promise_of_its_own_accord_refuses_to_begin_once_the_run_is_to_stop() {
        Play play = Play.of((ctx, input) -> {
            int refused = 0;
            ctx.cancellation().get();
            var channel = ctx.channel(1);
            for (Runnable each : List.<Runnable>of(() -> ctx.sleep(Duration.ofMillis(1)),
                    () -> ctx.step("a", step -> { }), () -> ctx.signals("s", String.class).receive(),
                    () -> ctx.signals("s", String.class).receive(Duration.ofMillis(1)), () -> channel.send("x"),
                    () -> ctx.await(() -> true, Duration.ofMillis(1)))) {
                try {
                    each.run();
                } catch (CancelledException cancelled) {
                    refused++;
                }
            }
            return refused + " refused";
        });
        assertThat(play.cancel("enough")).as("nothing but the end").hasSize(1);
        assertThat(play.result()).isEqualTo("6 refused");
    }

    @Test
    void a_step_under_way_is_withdrawn_and_its_answer_awaited() {
        Play play = Play.of((ctx, input) -> ctx.step("a", String.class, step -> ""));
        OpenStep step = play.step("a");
        assertThat(play.cancel("enough")).isEmpty();
        assertThat(step.isWithdrawn()).isTrue();
        assertThat(play.live.takeWithdrawn()).containsExactly(step);
        assertThat(play.live.takeWithdrawn()).isEmpty();
        assertThat(play.waits()).containsExactly("main: step a since 1000");
        play.hear(new Arrival.StepCancelled(step.at(), "a"));
        assertThat(play.end()).isInstanceOf(Command.RunCancelled.class);
    }

    @Test
    void a_shield_holds_off_a_request_until_it_is_over_and_shields_may_be_nested() {
        Play play = Play.of((ctx, input) -> {
            String kept = ctx.shielded(outer -> {
                outer.runShielded(inner -> inner.step("a", step -> { }));
                Promise<String> sheltered = outer.async(fiber -> fiber.signals("in", String.class).receive());
                return sheltered.get() + outer.signals("out", String.class).receive();
            });
            try {
                ctx.sleep(Duration.ofMillis(1));
                return kept + " slept";
            } catch (CancelledException cancelled) {
                return kept + " then cancelled";
            }
        });
        OpenStep step = play.step("a");
        play.cancel("enough");
        assertThat(step.isWithdrawn()).isFalse();
        play.hear(new Arrival.StepCompleted(step.at(), "a", dev.perdure.Payload.NONE, 1));
        play.signal("in", "i");
        play.signal("out", "o");
        assertThat(play.result()).isEqualTo("io then cancelled");
    }

    @Test
    void what_a_shielded_body_throws_comes_out_and_the_shield_is_gone() {
        Play play = Play.of((ctx, input) -> {
            String seen = "";
            try {
                ctx.shielded(inside -> { throw new IllegalStateException("unchecked "); });
            } catch (IllegalStateException thrown) {
                seen += thrown.getMessage();
            }
            try {
                ctx.runShielded(inside -> { throw new java.io.IOException("checked "); });
            } catch (CompletionException thrown) {
                seen += thrown.getCause().getMessage();
            }
            try {
                ctx.signals("never", String.class).receive();
            } catch (CancelledException cancelled) {
                seen += "cancelled";
            }
            return seen;
        });
        play.cancel("enough");
        assertThat(play.result()).isEqualTo("unchecked checked cancelled");
    }

    @Test
    void cancelling_a_branch_reaches_the_branches_within_it_and_nobody_else() {
        Play play = Play.of((ctx, input) -> {
            StringBuilder seen = new StringBuilder();
            Promise<String> outer = ctx.async("outer", fiber -> {
                fiber.async("inner", inside -> {
                    try {
                        return inside.signals("never", String.class).receive();
                    } catch (CancelledException cancelled) {
                        seen.append(cancelled.getMessage());
                        throw cancelled;
                    }
                });
                return fiber.signals("never", String.class).receive();
            });
            Promise<String> other = ctx.async("other", fiber -> fiber.signals("word", String.class).receive());
            ctx.signals("off", String.class).receive();
            boolean open = outer.cancel();
            outer.await(Duration.ofMillis(1));
            return open + " " + seen + " " + outer.isReady() + other.get();
        });
        play.signal("off", "");
        assertThat(play.waits()).contains("main/other: signal word since 1000");
        play.signal("word", "w");
        assertThat(play.result()).isEqualTo("true branch 'main/outer' was cancelled by the code truew");
    }

    @Test
    void a_branch_begun_by_a_cancelled_fiber_is_cancelled_from_the_beginning_unless_it_is_begun_in_a_shield() {
        Play play = Play.of((ctx, input) -> {
            ctx.cancellation().get();
            Promise<String> bare = ctx.async(fiber -> fiber.signals("word", String.class).receive());
            String bareOutcome;
            try {
                bareOutcome = ctx.shielded(inside -> bare.get());
            } catch (CancelledException cancelled) {
                bareOutcome = "cancelled";
            }
            return bareOutcome + ctx.shielded(inside ->
                    inside.async(fiber -> fiber.signals("word", String.class).receive()).get());
        });
        play.cancel("enough");
        play.signal("word", "w");
        assertThat(play.result()).isEqualTo("cancelledw");
    }

    @Test
    void an_exception_of_cancellation_without_a_request_is_a_failure_like_any_other() {
        Play play = Play.of((ctx, input) -> {
            Promise<String> branch = ctx.async(fiber -> fiber.signals("never", String.class).receive());
            ctx.signals("off", String.class).receive();
            branch.cancel();
            return branch.get();
        });
        assertThat(play.signal("off", "").getLast()).isInstanceOf(Command.RunFailed.class);
    }

    @Test
    void a_failure_that_cancellation_has_caused_ends_the_run_as_cancelled_and_another_one_as_failed() {
        Play caused = Play.of((ctx, input) -> {
            try {
                return ctx.signals("never", String.class).receive();
            } catch (CancelledException cancelled) {
                throw new IllegalStateException("because", cancelled);
            }
        });
        assertThat(caused.cancel("enough").getLast()).isInstanceOf(Command.RunCancelled.class);
        Play other = Play.of((ctx, input) -> {
            try {
                return ctx.signals("never", String.class).receive();
            } catch (CancelledException cancelled) {
                throw new IllegalStateException("something else");
            }
        });
        assertThat(other.cancel("enough").getLast()).isInstanceOf(Command.RunFailed.class);
    }

    @Test
    void a_second_request_to_stop_changes_nothing() {
        Play play = Play.of((ctx, input) -> {
            CancelRequest request = ctx.cancellation().get();
            return ctx.shielded(inside -> inside.signals("word", String.class).receive()) + request.reason();
        });
        play.cancel("first");
        play.cancel("second");
        assertThat(play.live.cancelRequest().reason()).isEqualTo("first");
        play.signal("word", "w ");
        assertThat(play.result()).isEqualTo("w first");
    }

    @Test
    void a_sleep_that_is_cut_off_takes_its_timer_back() {
        Play play = Play.of((ctx, input) -> {
            try {
                ctx.sleep(Duration.ofMillis(5));
            } catch (CancelledException cancelled) {
                return ctx.shielded(inside -> inside.signals("word", String.class).receive());
            }
            return "slept";
        });
        play.cancel("enough");
        assertThat(play.live.nextDue()).isEqualTo(Long.MAX_VALUE);
        play.signal("word", "w");
        assertThat(play.result()).isEqualTo("w");
    }

    @Test
    void a_fiber_that_does_not_leave_its_stack_in_time_is_counted_and_left_alone() {
        CountDownLatch release = new CountDownLatch(1);
        Play play = Play.of((ctx, input) -> {
            try {
                return ctx.signals("never", String.class).receive();
            } finally {
                release.await();
            }
        });
        // The clock has run out before the fiber can end, since it waits for the test.
        long[] clock = {0};
        assertThat(play.live.unwind(1, () -> clock[0]++)).isOne();
        release.countDown();
    }

    @Test
    void nobody_moves_after_the_body_has_returned() {
        Play play = Play.of((ctx, input) -> {
            ctx.runAsync(fiber -> fiber.publish("late", "value"));
            return "cancellable " + ctx.cancellation().cancel();
        });
        assertThat(play.journal.getFirst().commands()).hasSize(1);
        assertThat(play.result()).isEqualTo("cancellable false");
    }
}
