// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.OutcomeUnknownException;
import dev.perdure.Payload;
import dev.perdure.Promise;
import dev.perdure.StepBody;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps as a turn asks for them and hears of them. */
@Timeout(60)
class StepTurnsTest {

    @Test
    void a_step_is_handed_out_once_and_only_when_the_turn_that_asked_for_it_is_durable() {
        Play play = Play.of((ctx, input) -> ctx.step("a", String.class, step -> "")
                + ctx.step("b", String.class, step -> ""));
        assertThat(play.live.release(0)).isEmpty();
        List<OpenStep> released = play.live.release(1);
        assertThat(released).extracting(step -> step.spec().name()).containsExactly("a");
        assertThat(play.live.release(1)).isEmpty();
        OpenStep a = released.getFirst();
        play.hear(new Arrival.StepCompleted(a.at(), "a", Play.PAYLOADS.encode("1"), 1));
        assertThat(play.live.release(1)).as("b was asked for by entry 2").isEmpty();
        assertThat(play.live.openSteps()).isOne();
        play.complete("b", "2");
        assertThat(play.live.openSteps()).isZero();
        assertThat(play.result()).isEqualTo("12");
    }

    @Test
    void a_step_answered_before_it_was_handed_out_is_not_handed_out() {
        Play play = Play.of((ctx, input) -> ctx.step("a", String.class, step -> ""));
        play.hear(new Arrival.StepCompleted(new Position("main", 0), "a", Play.PAYLOADS.encode("1"), 1));
        assertThat(play.live.release(9)).isEmpty();
        assertThat(play.result()).isEqualTo("1");
    }

    @Test
    void a_step_brings_along_what_its_code_said_and_when() {
        StepSpec<String> spec = StepSpec.of("a", String.class);
        StepBody<String> body = step -> "";
        Play play = Play.of((ctx, input) -> ctx.signals("go", String.class).receive() + ctx.step(spec, body));
        play.now += 5;
        play.signal("go", "on ");
        OpenStep step = play.step("a");
        assertThat(step.spec()).isSameAs(spec);
        assertThat(step.body()).isSameAs(body);
        assertThat(step.askedAt()).isEqualTo(Play.BEGIN + 5);
        assertThat(step.askedSeq()).isEqualTo(play.journal.get(1).seq());
        assertThat(step.isReplayed()).isFalse();
        assertThat(step.isWithdrawn()).isFalse();
        assertThat(play.evict().step("a").isReplayed()).isTrue();
        assertThat(play.step("a").askedAt()).isEqualTo(Play.BEGIN + 5);
        play.complete("a", "x");
        assertThat(play.result()).isEqualTo("on x");
    }

    @Test
    void a_key_names_the_life_the_fiber_the_step_and_which_use_of_the_name_it_is() {
        Play play = Play.of((ctx, input) -> {
            List<Promise<String>> branches = new ArrayList<>();
            branches.add(ctx.async(fiber -> fiber.step("a", String.class, step -> "")));
            branches.add(ctx.async("named", fiber -> fiber.step("a", String.class, step -> "")));
            branches.add(ctx.async(fiber -> fiber.step("a", String.class, step -> "")));
            ctx.step("a", String.class, step -> "");
            ctx.step("b", String.class, step -> "");
            return ctx.step("a", String.class, step -> "");
        });
        List<String> keys = new ArrayList<>();
        UUID life = new UUID(0, 1);
        while (play.live.openSteps() > 3) {
            OpenStep step = play.live.release(99).stream().filter(each -> each.at().fiber().equals("main")).findFirst()
                    .orElseThrow();
            keys.add(step.idempotencyKey(life));
            if (keys.size() == 3) {
                break;
            }
            play.hear(new Arrival.StepCompleted(step.at(), step.spec().name(), Play.PAYLOADS.encode("x"), 1));
        }
        assertThat(keys).containsExactly(life + "/main/a/1", life + "/main/b/1", life + "/main/a/2");
        assertThat(play.evict().live.release(99)).extracting(step -> step.idempotencyKey(life)).containsExactly(
                life + "/main/async-1/a/1", life + "/main/named/a/1", life + "/main/async-2/a/1", life + "/main/a/2");
    }

    @Test
    void only_a_step_that_may_run_once_at_most_is_announced() {
        Play once = Play.of((ctx, input) -> ctx.step(StepSpec.of("a", String.class).atMostOnce(), step -> ""));
        Play often = Play.of((ctx, input) -> ctx.step(StepSpec.of("a", String.class), step -> ""));
        assertThat(once.journal.getFirst().commands())
                .containsExactly(new Command.StepScheduled(new Position("main", 0), "a"));
        assertThat(often.journal.getFirst().commands()).isEmpty();
    }

    @Test
    void a_failed_step_throws_with_its_name_and_attempts() {
        Play play = Play.of((ctx, input) -> {
            try {
                return ctx.step("a", String.class, step -> "");
            } catch (StepFailedException failed) {
                return failed.step() + " " + failed.attempts() + " " + failed.failure().message();
            }
        });
        play.fail("a", new IllegalStateException("broken"), 3);
        assertThat(play.result()).isEqualTo("a 3 broken");
    }

    @Test
    void a_step_whose_outcome_nobody_knows_says_so() {
        Play play = Play.of((ctx, input) -> {
            try {
                return ctx.step(StepSpec.of("a", String.class).atMostOnce(), step -> "");
            } catch (OutcomeUnknownException unknown) {
                return "unknown: " + unknown.step();
            }
        });
        play.hear(new Arrival.StepOutcomeUnknown(play.step("a").at(), "a"));
        assertThat(play.result()).isEqualTo("unknown: a");
    }

    @Test
    void a_second_answer_and_an_answer_after_the_end_mean_nothing() {
        Play play = Play.of((ctx, input) -> ctx.step("a", String.class, step -> "")
                + ctx.signals("go", String.class).receive());
        OpenStep a = play.step("a");
        assertThat(play.complete("a", "1")).isNotNull();
        Arrival again = new Arrival.StepCompleted(a.at(), "a", Play.PAYLOADS.encode("2"), 1);
        assertThat(play.hear(again)).isNull();
        assertThat(play.hear(new Arrival.TimerFired(a.at()))).isNull();
        play.signal("go", "!");
        assertThat(play.hear(again)).isNull();
        assertThat(play.signal("go", "late")).isNull();
        assertThat(play.result()).isEqualTo("1!");
    }

    @Test
    void a_result_that_cannot_be_read_sticks_the_run_instead_of_failing_it() {
        Play play = Play.of((ctx, input) -> ctx.step("a", String.class, step -> ""));
        assertThat(play.hear(new Arrival.StepCompleted(play.step("a").at(), "a",
                new Payload("lost", new byte[] {1}), 1))).isNull();
        assertThat(play.live.stuck().code()).isEqualTo("unreadable_payload");
        assertThat(play.live.stuck().text()).startsWith("the result of step 'a' at entry 2 of run 'run-1' cannot be "
                + "read: a payload was written by 'lost'");
        assertThat(play.live.end()).isNull();
        assertThat(play.signal("any", "thing")).as("a stuck run hears nothing").isNull();
    }

    @Test
    void what_a_fiber_waits_for_names_the_step_and_since_when() {
        Play play = Play.of((ctx, input) -> {
            ctx.sleep(java.time.Duration.ofMillis(5));
            return ctx.step("a", String.class, step -> "");
        });
        assertThat(play.waits()).containsExactly("main: sleep  since 1000 until 1005");
        play.later(5);
        assertThat(play.waits()).containsExactly("main: step a since 1005");
        play.complete("a", "x");
        assertThat(play.waits()).isEmpty();
    }

    @Test
    void the_void_forms_of_a_step_run_to_their_end() {
        Play play = Play.of((ctx, input) -> {
            ctx.step("a", step -> { });
            ctx.run(StepSpec.of("b"), step -> { });
            return "done";
        });
        play.hear(new Arrival.StepCompleted(play.step("a").at(), "a", Payload.NONE, 1));
        play.hear(new Arrival.StepCompleted(play.step("b").at(), "b", Payload.NONE, 1));
        assertThat(play.result()).isEqualTo("done");
    }

    @Test
    void the_body_of_a_step_without_a_result_is_the_action_that_was_given() throws Exception {
        List<String> done = new ArrayList<>();
        Play play = Play.of((ctx, input) -> {
            ctx.run(StepSpec.of("a"), step -> done.add("done"));
            return "";
        });
        assertThat(play.step("a").body().run(null)).isNull();
        assertThat(done).containsExactly("done");
    }
}
