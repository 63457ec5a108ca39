// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.CancelledException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Timer;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logical time: what is set, when it is due, and who hears of it. */
@Timeout(60)
class TimeTurnsTest {

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }

    @Test
    void a_sleep_is_due_its_duration_after_the_turn_in_which_it_began() {
        Play play = Play.of((ctx, input) -> {
            ctx.sleep(millis(30));
            return "woke at " + ctx.now().toEpochMilli();
        });
        assertThat(play.journal.getFirst().commands())
                .containsExactly(new Command.TimerSet(new Position("main", 0), "sleep", Play.BEGIN + 30));
        assertThat(play.live.nextDue()).isEqualTo(Play.BEGIN + 30);
        assertThat(play.live.dueTimers(Play.BEGIN + 29)).isEmpty();
        play.later(40);
        assertThat(play.live.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(play.result()).isEqualTo("woke at " + (Play.BEGIN + 40));
    }

    @Test
    void timers_come_due_earliest_first_with_the_times_at_which_they_were_due() {
        Play play = Play.of((ctx, input) -> {
            Timer late = ctx.timer(millis(30));
            Timer early = ctx.timer(millis(10));
            ctx.timer(millis(50));
            return early.get().toEpochMilli() + " " + late.get().toEpochMilli();
        });
        Map<Arrival.TimerFired, Long> due = play.live.dueTimers(Play.BEGIN + 30);
        assertThat(due.values()).containsExactly(Play.BEGIN + 10, Play.BEGIN + 30);
        play.now += 30;
        due.keySet().forEach(play::hear);
        assertThat(play.result()).isEqualTo("1030 1030");
    }

    @Test
    void sleeping_until_a_moment_that_has_passed_is_sleeping_for_no_time() {
        Play play = Play.of((ctx, input) -> {
            ctx.sleepUntil(Instant.ofEpochMilli(Play.BEGIN + 25));
            ctx.sleepUntil(Instant.ofEpochMilli(Play.BEGIN - 25));
            return "up at " + ctx.now().toEpochMilli();
        });
        assertThat(play.live.nextDue()).isEqualTo(Play.BEGIN + 25);
        play.later(25);
        assertThat(play.live.nextDue()).isEqualTo(Play.BEGIN + 25);
        play.later(0);
        assertThat(play.result()).isEqualTo("up at " + (Play.BEGIN + 25));
    }

    @Test
    void a_timer_knows_its_deadline_and_shows_it_while_it_is_waited_for() {
        Play play = Play.of((ctx, input) -> {
            Timer timer = ctx.timer(millis(30));
            String deadline = "" + timer.deadline().toEpochMilli() + timer.isReady();
            timer.get();
            return deadline + timer.isReady();
        });
        assertThat(play.waits()).containsExactly("main: timer  since 1000 until 1030");
        play.later(30);
        assertThat(play.result()).isEqualTo("1030falsetrue");
    }

    @Test
    void a_cancelled_timer_is_not_due_any_more_and_its_waiters_are_told() {
        Play play = Play.of((ctx, input) -> {
            Timer timer = ctx.timer(millis(30));
            var waiter = ctx.async("waiter", fiber -> {
                try {
                    return "fired " + timer.get();
                } catch (CancelledException cancelled) {
                    return cancelled.getMessage();
                }
            });
            ctx.signals("off", String.class).receive();
            return timer.cancel() + " " + timer.cancel() + " " + waiter.get();
        });
        List<Command> said = play.signal("off", "now");
        assertThat(said).startsWith(new Command.TimerCancelled(new Position("main", 0)));
        assertThat(play.live.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(play.hear(new Arrival.TimerFired(new Position("main", 0)))).isNull();
        assertThat(play.result()).isEqualTo("true false the timer at main#0 was cancelled by the code");
    }

    @Test
    void a_timer_that_has_fired_cannot_be_cancelled() {
        Play play = Play.of((ctx, input) -> {
            Timer timer = ctx.timer(millis(3));
            timer.get();
            return "cancelled " + timer.cancel();
        });
        play.later(3);
        assertThat(play.result()).isEqualTo("cancelled false");
    }

    @Test
    void a_wait_that_ends_early_takes_its_time_limit_back() {
        Play play = Play.of((ctx, input) -> {
            boolean[] open = {false};
            var opener = ctx.async(fiber -> {
                String key = fiber.signals("key", String.class).receive();
                open[0] = true;
                return key;
            });
            boolean opened = ctx.await(() -> open[0], millis(30));
            boolean heard = ctx.signals("word", String.class).receive(millis(40)).isPresent();
            return opened + " " + opener.await(millis(50)) + " " + heard + ctx.step("s", String.class, step -> "");
        });
        assertThat(play.waits()).containsExactly("main: condition  since 1000 until 1030",
                "main/async-1: signal key since 1000");
        play.signal("key", "k");
        assertThat(play.waits()).containsExactly("main: signal word since 1000 until 1040");
        assertThat(play.live.nextDue()).isEqualTo(Play.BEGIN + 40);
        play.signal("word", "w");
        assertThat(play.live.nextDue()).as("no limit is left").isEqualTo(Long.MAX_VALUE);
        play.complete("s", "!");
        assertThat(play.result()).isEqualTo("true true true!");
    }

    @Test
    void a_wait_that_nothing_ends_is_over_when_its_time_is() {
        Play play = Play.of((ctx, input) -> {
            var never = ctx.async("never", fiber -> fiber.signals("never", String.class).receive());
            boolean condition = ctx.await(() -> false, millis(10));
            boolean promise = never.await(millis(10));
            boolean signal = ctx.signals("none", String.class).receive(millis(10)).isPresent();
            return condition + " " + promise + " " + signal + " at " + ctx.now().toEpochMilli();
        });
        play.later(10);
        assertThat(play.waits()).contains("main: branch main/never since 1010 until 1020");
        play.later(10);
        assertThat(play.waits()).contains("main: signal none since 1020 until 1030");
        play.later(10);
        assertThat(play.result()).isEqualTo("false false false at 1030");
    }

    @Test
    void a_signal_that_comes_in_the_turn_of_the_time_limit_or_later_is_kept_for_the_next_receiver() {
        Play play = Play.of((ctx, input) -> {
            var words = ctx.signals("word", String.class);
            return words.receive(millis(10)).isPresent() + " " + words.receive();
        });
        play.later(10);
        play.signal("word", "late");
        assertThat(play.result()).isEqualTo("false late");
    }

    @Test
    void time_and_chance_are_the_same_in_every_life_and_different_on_every_fiber() {
        Play play = Play.of((ctx, input) -> {
            String own = ctx.random().nextInt() + " " + ctx.uuid();
            String branch = ctx.async(fiber -> fiber.random().nextInt() + " " + fiber.uuid()).get();
            ctx.signals("go", String.class).receive();
            return own + " " + branch + " " + ctx.uuid();
        });
        play.evict().now += 4;
        play.signal("go", "");
        String[] parts = play.result().split(" ");
        // The stream of a fiber is a promise to every journal ever written: these values must never change.
        assertThat(parts).containsExactly("134975197", "00000000-03e8-789d-8286-145249e99219",
                "835344299", "00000000-03e8-7cae-bd31-771768d453a2", "00000000-03ec-7d2b-8576-10dc209703bc");
    }

    @Test
    void a_negative_duration_is_refused_before_anything_is_said() {
        Play play = Play.of((ctx, input) -> {
            int refused = 0;
            for (Runnable each : List.<Runnable>of(() -> ctx.sleep(millis(-1)), () -> ctx.timer(millis(-1)),
                    () -> ctx.await(() -> true, millis(-1)),
                    () -> ctx.signals("s", String.class).receive(millis(-1)))) {
                try {
                    each.run();
                } catch (InvalidArgumentException refusal) {
                    refused++;
                }
            }
            return refused + " refused";
        });
        assertThat(play.journal.getFirst().commands()).hasSize(1);
        assertThat(play.result()).isEqualTo("4 refused");
    }

    @Test
    void timers_of_one_moment_fire_in_the_order_in_which_they_were_set() {
        Play play = Play.of((ctx, input) -> {
            for (int i = 0; i < 5; i++) {
                ctx.timer(millis(10));
            }
            ctx.sleep(millis(10));
            return "";
        });
        assertThat(play.live.dueTimers(Play.BEGIN + 10).keySet()).extracting(fired -> fired.at().index()).isSorted()
                .hasSize(6);
    }
}
