// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Channel;
import dev.perdure.ContextMisuseException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Promise;
import dev.perdure.Selection;
import dev.perdure.Timer;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Branches, promises made of promises, and selects. */
@Timeout(60)
class PromiseTurnsTest {

    /** A branch that gives what the signal of its name brings; "!" fails it. */
    private static Promise<String> heard(WorkflowContext ctx, String name) {
        return ctx.async(name, fiber -> {
            String value = fiber.signals(name, String.class).receive();
            if (value.startsWith("!")) {
                throw new IllegalStateException(value);
            }
            return value;
        });
    }

    private static List<Promise<String>> heard(WorkflowContext ctx) {
        return List.of(heard(ctx, "a"), heard(ctx, "b"), heard(ctx, "c"));
    }

    private static String outcome(Promise<?> promise) {
        try {
            return "" + promise.get();
        } catch (IllegalStateException failure) {
            return "failed " + failure.getMessage();
        }
    }

    @Test
    void all_waits_for_every_value_and_keeps_the_order_of_the_promises() {
        Play play = Play.of((ctx, input) -> outcome(Promise.all(heard(ctx))));
        play.signal("c", "3");
        play.signal("a", "1");
        assertThat(play.waits()).contains("main: all 3 promises since 1000");
        play.signal("b", "2");
        assertThat(play.result()).isEqualTo("[1, 2, 3]");
    }

    @Test
    void all_fails_with_the_first_failure_without_waiting_for_the_others() {
        Play play = Play.of((ctx, input) -> outcome(Promise.all(heard(ctx))));
        play.signal("b", "!no");
        assertThat(play.result()).isEqualTo("failed !no");
    }

    @Test
    void any_passes_over_failures_until_there_is_a_value() {
        Play play = Play.of((ctx, input) -> outcome(Promise.any(heard(ctx))));
        play.signal("a", "!no");
        assertThat(play.live.end()).isNull();
        play.signal("c", "3");
        assertThat(play.result()).isEqualTo("3");
    }

    @Test
    void any_fails_when_all_have_failed() {
        Play play = Play.of((ctx, input) -> outcome(Promise.any(heard(ctx))));
        play.signal("a", "!1");
        play.signal("c", "!3");
        assertThat(play.live.end()).isNull();
        play.signal("b", "!2");
        assertThat(play.result()).isEqualTo("failed !3");
    }

    @Test
    void race_takes_the_first_outcome_be_it_a_value_or_a_failure() {
        Play lost = Play.of((ctx, input) -> outcome(Promise.race(heard(ctx))));
        lost.signal("b", "!no");
        assertThat(lost.result()).isEqualTo("failed !no");
        Play won = Play.of((ctx, input) -> outcome(Promise.race(heard(ctx))));
        won.signal("b", "2");
        assertThat(won.result()).isEqualTo("2");
    }

    @Test
    void promises_that_are_settled_already_are_combined_with_open_ones() {
        Play play = Play.of((ctx, input) -> {
            Promise<String> a = heard(ctx, "a");
            Promise<List<String>> all = Promise.all(List.of(Promise.of("x"), a));
            Promise<String> race = Promise.race(List.of(a, Promise.of("y")));
            return race.isReady() + race.get() + all.isReady() + all.get();
        });
        play.signal("a", "1");
        assertThat(play.result()).isEqualTo("trueyfalse[x, 1]");
    }

    @Test
    void combinations_of_combinations_are_settled_from_the_inside() {
        Play play = Play.of((ctx, input) -> {
            Promise<List<String>> pair = Promise.all(List.of(heard(ctx, "a"), heard(ctx, "b")));
            return outcome(Promise.race(List.of(pair, ctx.timer(Duration.ofMillis(5)))));
        });
        play.signal("b", "2");
        play.signal("a", "1");
        assertThat(play.result()).isEqualTo("[1, 2]");
    }

    @Test
    void cancelling_a_combination_cancels_its_members_while_it_is_open() {
        Play play = Play.of((ctx, input) -> {
            List<Promise<String>> members = heard(ctx);
            Promise<String> race = Promise.race(members);
            ctx.signals("off", String.class).receive();
            boolean open = race.cancel();
            members.forEach(member -> member.await(Duration.ofMillis(1)));
            return open + " " + race.isReady() + members.stream().map(Promise::isReady).toList() + race.cancel();
        });
        play.signal("off", "");
        assertThat(play.result()).isEqualTo("true true[true, true, true]false");
    }

    @Test
    void what_a_branch_throws_reaches_whoever_asks_for_its_outcome() {
        Play play = Play.of((ctx, input) -> {
            List<String> seen = new ArrayList<>();
            List<Promise<String>> broken = List.of(
                    ctx.async(fiber -> { throw new java.io.IOException("checked"); }),
                    ctx.async(fiber -> { throw new AssertionError("error"); }),
                    ctx.async(fiber -> { throw new IllegalStateException("unchecked"); }));
            for (Promise<String> each : broken) {
                try {
                    seen.add(each.get());
                } catch (CompletionException wrapped) {
                    seen.add("wrapped " + wrapped.getCause().getMessage());
                } catch (AssertionError | IllegalStateException bare) {
                    seen.add(bare.getMessage());
                }
            }
            return seen.toString();
        });
        assertThat(play.result()).isEqualTo("[wrapped checked, error, unchecked]");
    }

    @Test
    void a_branch_that_has_come_to_an_end_cannot_be_cancelled() {
        Play play = Play.of((ctx, input) -> {
            Promise<String> done = ctx.async(fiber -> "done");
            return done.get() + done.cancel();
        });
        assertThat(play.result()).isEqualTo("donefalse");
    }

    @Test
    void two_branches_of_one_fiber_cannot_have_one_name() {
        Play play = Play.of((ctx, input) -> {
            heard(ctx, "a");
            try {
                heard(ctx, "a");
                return "twice";
            } catch (dev.perdure.DuplicateNameException refused) {
                return refused.getMessage();
            }
        });
        assertThat(play.result()).startsWith("there is already a branch of fiber main named 'a'");
    }

    // ---- selects ----

    @Test
    void a_select_takes_what_comes_first_and_leaves_the_rest_in_place() {
        Play play = Play.of((ctx, input) -> {
            var words = ctx.signals("word", String.class);
            Channel<String> channel = ctx.channel(1);
            Timer timer = ctx.timer(Duration.ofMillis(30));
            Promise<String> a = heard(ctx, "a");
            Selection selection = ctx.select(timer, channel, words, a);
            return selection.index() + "" + selection.is(words) + selection.is(timer) + selection.value(words)
                    + selection.pending().equals(List.of(timer, a)) + channel.trySend("x") + timer.isReady();
        });
        assertThat(play.waits()).contains("main: select 4 branches since 1000 until 1030");
        play.signal("word", "w");
        assertThat(play.result()).isEqualTo("2truefalsewtruetruefalse");
    }

    @Test
    void a_select_prefers_the_branch_named_first_among_those_that_can_be_taken() {
        Play play = Play.of((ctx, input) -> {
            Channel<String> first = ctx.channel(1);
            Channel<String> second = ctx.channel(1);
            second.send("2");
            first.send("1");
            Selection selection = ctx.select(first, second);
            return selection.value(first) + first.tryReceive().isPresent() + second.tryReceive().isPresent();
        });
        assertThat(play.result()).isEqualTo("1falsetrue");
    }

    @Test
    void a_select_of_a_settled_promise_gives_its_value_and_one_that_failed_throws() {
        Play play = Play.of((ctx, input) -> {
            Promise<String> settled = Promise.of("x");
            Selection selection = ctx.select(heard(ctx, "a"), settled);
            String value = selection.value(settled);
            Promise<String> failing = ctx.async("failing", fiber -> { throw new IllegalStateException("no"); });
            Selection failed = ctx.select(failing);
            try {
                return failed.value(failing);
            } catch (IllegalStateException failure) {
                return value + failure.getMessage();
            }
        });
        assertThat(play.result()).isEqualTo("xno");
    }

    @Test
    void asking_a_select_for_a_branch_that_has_not_won_is_refused() {
        Play play = Play.of((ctx, input) -> {
            Promise<String> settled = Promise.of("x");
            Promise<String> open = heard(ctx, "a");
            try {
                return ctx.select(open, settled).value(open);
            } catch (ContextMisuseException refused) {
                return refused.getMessage();
            }
        });
        assertThat(play.result())
                .isEqualTo("branch 0 of the select has not won, branch 1 has. Ask is(branch) first");
    }

    @Test
    void a_select_of_nothing_is_refused() {
        Play play = Play.of((ctx, input) -> {
            try {
                return "" + ctx.select().index();
            } catch (InvalidArgumentException refused) {
                return refused.getMessage();
            }
        });
        assertThat(play.result()).startsWith("a select of nothing would wait for ever");
    }

    @Test
    void a_select_that_chose_another_branch_gives_up_its_place_in_every_line() {
        Play play = Play.of((ctx, input) -> {
            var words = ctx.signals("word", String.class);
            Channel<String> channel = ctx.channel(1);
            Promise<String> selecting = ctx.async(fiber -> {
                var bell = fiber.signals("bell", String.class);
                return "bell " + fiber.select(words, channel, bell).is(bell);
            });
            Promise<String> word = ctx.async(fiber -> words.receive());
            Promise<String> sent = ctx.async(fiber -> channel.receive().orElse("none"));
            String first = selecting.get();
            channel.send("c");
            return first + word.get() + sent.get();
        });
        play.signal("bell", "");
        play.signal("word", "w");
        assertThat(play.result()).isEqualTo("bell truewc");
    }

    @Test
    void what_is_there_when_a_select_leaves_goes_to_the_next_in_line() {
        Play play = Play.of((ctx, input) -> {
            Channel<String> bell = ctx.channel(1);
            Channel<String> channel = ctx.channel(1);
            Promise<String> selecting = ctx.async(fiber -> "selected " + fiber.select(bell, channel).index());
            Promise<String> behind = ctx.async(fiber -> channel.receive().orElse("none"));
            ctx.signals("go", String.class).receive();
            // Both are there before the select moves: it takes the bell, and so the value is for the one behind it.
            channel.send("c");
            bell.send("b");
            return selecting.get() + behind.get();
        });
        play.signal("go", "");
        assertThat(play.result()).isEqualTo("selected 0c");
    }

    @Test
    void a_condition_is_asked_again_whenever_nothing_else_can_move() {
        Play play = Play.of((ctx, input) -> {
            int[] count = {0};
            for (String name : List.of("a", "b")) {
                ctx.async(name, fiber -> {
                    fiber.signals(name, String.class).receive();
                    return count[0]++;
                });
            }
            ctx.await(() -> count[0] == 2);
            return "both";
        });
        play.signal("a", "");
        assertThat(play.waits()).contains("main: condition  since 1000");
        play.signal("b", "");
        assertThat(play.result()).isEqualTo("both");
    }

    @Test
    void what_a_condition_throws_reaches_the_fiber_that_waits_for_it() {
        Play play = Play.of((ctx, input) -> {
            boolean[] broken = {false, false};
            Promise<String> exception = ctx.async(fiber -> {
                fiber.await(() -> {
                    if (broken[0]) {
                        throw new IllegalStateException("exception");
                    }
                    return false;
                });
                return "passed";
            });
            Promise<String> error = ctx.async(fiber -> {
                fiber.await(() -> {
                    if (broken[1]) {
                        throw new AssertionError("error");
                    }
                    return false;
                });
                return "passed";
            });
            ctx.signals("break", String.class).receive();
            broken[0] = true;
            String first = outcome(exception);
            broken[1] = true;
            try {
                return error.get();
            } catch (AssertionError thrown) {
                return first + thrown.getMessage();
            }
        });
        play.signal("break", "");
        assertThat(play.result()).isEqualTo("failed exceptionerror");
    }
}
