// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.ContextMisuseException;
import dev.perdure.DuplicateNameException;
import dev.perdure.Guest;
import dev.perdure.InvalidArgumentException;
import dev.perdure.RunInfo;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.WrongTypeException;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code that does not fit its journal, or uses its context as it must not; and how a run changes on purpose. */
@Timeout(60)
class DivergingTurnsTest {

    private static final Workflow.Body<String, String> SLEEPS = (ctx, input) -> {
        ctx.sleep(Duration.ofMillis(5));
        return ctx.signals("word", String.class).receive();
    };

    private static final Workflow.Body<String, String> STEPS =
            (ctx, input) -> ctx.step("a", String.class, step -> "") + ctx.step("b", String.class, step -> "");

    @Test
    void code_that_says_something_else_is_shown_beside_the_journal_with_its_line() {
        Report report = Play.of(SLEEPS).stuckWith(Guest::setsTimer);
        assertThat(report.code()).isEqualTo("diverged");
        assertThat(report.text()).startsWith("The code does not fit the journal. At entry 1 of run 'run-1' the journal "
                + "has timer_set main#0 'sleep', but the code asks for timer_set main#0 'timer'. The code is at "
                + "dev.perdure.Guest.setsTimer(Guest.java:")
                .endsWith("then redrive the run.");
    }

    @Test
    void code_that_says_more_than_the_journal_is_told_how_the_journal_goes_on() {
        Play play = Play.of(STEPS);
        play.complete("a", "x");
        assertThat(play.stuckWith(SLEEPS).text()).contains("the journal has nothing more in this turn (it goes on with "
                + "step_completed main#0 'a'), but the code asks for timer_set main#0 'sleep'.");
        assertThat(Play.of(STEPS).stuckWith(SLEEPS).text())
                .contains("the journal has nothing more in this turn, but the code asks for");
    }

    @Test
    void code_that_says_less_than_the_journal_is_shown_where_its_fibers_wait() {
        Play play = Play.of(SLEEPS);
        assertThat(play.stuckWith(STEPS).text()).contains("the journal has timer_set main#0 'sleep', but the code "
                + "asked for nothing more in this turn, main waits for step 'a'.");
        assertThat(play.stuckWith((ctx, input) -> {
            ctx.await(() -> false);
            return "";
        }).text()).contains("asked for nothing more in this turn, main waits for condition.");
    }

    @Test
    void an_answer_that_the_code_does_not_wait_for_sticks_the_run() {
        Play play = Play.of(STEPS);
        play.complete("a", "x");
        Report renamed = play.stuckWith((ctx, input) -> ctx.step("c", String.class, step -> ""));
        assertThat(renamed.text()).contains("At entry 2 of run 'run-1' the journal has step_completed main#0 'a', but "
                + "the code waits there for step 'c'.");
        Report removed = play.stuckWith((ctx, input) -> {
            ctx.await(() -> false);
            return "";
        });
        assertThat(removed.text()).contains("but the code does not wait for that, main waits for condition.");
        Report done = play.stuckWith((ctx, input) -> "");
        assertThat(done.code()).isEqualTo("diverged");
    }

    @Test
    void a_timer_in_the_journal_is_not_taken_for_an_answer_to_a_step() {
        Play play = Play.of(SLEEPS);
        play.later(5);
        List<Unit> journal = List.of(new Unit(1, Play.BEGIN, new Arrival.RunStarted(7), List.of()),
                new Unit(2, Play.BEGIN + 5, play.journal.get(1).arrival(), List.of()));
        LiveRun live = Play.run(STEPS);
        Iterator<Unit> units = journal.iterator();
        live.replay(() -> units.hasNext() ? units.next() : null);
        assertThat(live.stuck().text())
                .contains("has timer_fired main#0, but the code does not wait for that, main waits for step 'a'.");
    }

    @Test
    void a_gap_in_the_journal_is_told_with_the_numbers() {
        Play play = Play.of(STEPS);
        play.complete("a", "x");
        play.complete("b", "y");
        play.journal.remove(1);
        Report report = play.stuckWith(STEPS);
        assertThat(report.code()).isEqualTo("journal_gap");
        assertThat(report.text()).isEqualTo("The journal has a gap at entry 1 of run 'run-1': entry 2 should come, but "
                + "3 does. Restore the database from a backup, then redrive the run.");
    }

    @Test
    void a_journal_that_cannot_be_read_is_thrown_to_the_driver_past_the_users_code() {
        List<String> caught = new ArrayList<>();
        LiveRun live = Play.run((ctx, input) -> {
            try {
                return ctx.step("a", String.class, step -> "");
            } catch (RuntimeException swallowed) {
                caught.add("" + swallowed);
                return "";
            }
        });
        Iterator<Unit> units = Play.of(STEPS).journal.iterator();
        assertThatThrownBy(() -> live.replay(() -> {
            if (units.hasNext()) {
                return units.next();
            }
            throw new IllegalStateException("unreadable");
        })).isInstanceOf(IllegalStateException.class).hasMessage("unreadable");
        assertThat(caught).isEmpty();
        assertThat(live.end()).isNull();
    }

    @Test
    void a_report_stands_although_the_rest_of_the_journal_cannot_be_read() {
        LiveRun live = Play.run(SLEEPS);
        Iterator<Unit> units = Play.of(STEPS).journal.iterator();
        live.replay(() -> {
            if (units.hasNext()) {
                return units.next();
            }
            throw new IllegalStateException("unreadable");
        });
        assertThat(live.stuck().text()).contains("the journal has nothing more in this turn, but the code asks for");
    }

    // ---- versions ----

    private static final Workflow.Body<String, String> VERSIONED = (ctx, input) -> {
        ctx.step("a", String.class, step -> "");
        return "v" + ctx.version("change", 0, 2) + ctx.version("change", 0, 2);
    };

    @Test
    void a_new_run_takes_the_newest_version_and_says_so_once() {
        Play play = Play.of(VERSIONED);
        assertThat(play.complete("a", "")).extracting(Command::wireName)
                .containsExactly("version_marked", "run_completed");
        assertThat(play.result()).isEqualTo("v22");
    }

    @Test
    void a_run_that_passed_before_the_change_was_made_stays_on_the_oldest_version() {
        Workflow.Body<String, String> before = (ctx, input) ->
                ctx.step("a", String.class, step -> "") + ctx.step("b", String.class, step -> "");
        Workflow.Body<String, String> after = (ctx, input) -> {
            int version = ctx.version("change", 0, 1);
            return ctx.step("a", String.class, step -> "") + ctx.step("b", String.class, step -> "") + version;
        };
        Play play = Play.of(before);
        play.complete("a", "x");
        LiveRun live = play.replayedBy(after);
        assertThat(live.stuck()).isNull();
        OpenStep b = live.release(9).getFirst();
        Unit unit = live.hear(new Arrival.StepCompleted(b.at(), "b", Play.PAYLOADS.encode("y"), 1), Play.BEGIN);
        assertThat(Play.text(((Command.RunCompleted) unit.commands().getLast()).result())).isEqualTo("xy0");
    }

    @Test
    void a_version_that_the_code_no_longer_knows_sticks_the_run() {
        Play play = Play.of(Guest.knows(0, 2));
        for (int[] range : new int[][] {{3, 4}, {0, 1}}) {
            Report report = play.stuckWith(Guest.knows(range[0], range[1]));
            assertThat(report.code()).isEqualTo("version_out_of_range");
            assertThat(report.text()).startsWith("This run is on version 2 of change 'change', but the code knows only "
                    + range[0] + " to " + range[1] + ". The code is at dev.perdure.Guest.");
        }
        assertThat(play.replayedBy(Guest.knows(2, 2)).stuck()).isNull();
    }

    @Test
    void another_change_than_the_one_marked_is_not_taken_for_it() {
        Play play = Play.of(Guest.knows(0, 2));
        assertThat(play.stuckWith((ctx, input) ->
                ctx.version("another", 0, 2) + ctx.step("a", String.class, step -> "")).text())
                .contains("the journal has version_marked 'change', but the code asked for nothing more in this turn");
    }

    // ---- longevity ----

    @Test
    void a_successor_gets_its_input_and_an_id_made_of_logical_time() {
        Play play = Play.of((ctx, input) -> {
            ctx.signals("word", String.class).receive();
            try {
                return ctx.continueAsNew("more");
            } finally {
                // The run has handed over: whatever is asked now is not said any more.
                ctx.publish("late", "value");
            }
        });
        play.signal("unread", "kept");
        List<Command> said = play.signal("word", "go");
        assertThat(said).hasSize(1);
        Command.RunContinued continued = (Command.RunContinued) play.end();
        assertThat(Play.text(continued.input())).isEqualTo("more");
        assertThat(continued.next().version()).isEqualTo(7);
        assertThat(continued.next().variant()).isEqualTo(2);
        assertThat(continued.next().getMostSignificantBits() >>> 16).isEqualTo(Play.BEGIN);
        assertThat(play.live.unread()).extracting(Arrival.SignalReceived::name).containsExactly("unread");
    }

    @Test
    void only_the_main_fiber_continues_as_new_and_only_with_an_input_of_the_right_type() {
        Play play = Play.of((ctx, input) -> {
            String seen = "";
            try {
                ctx.async("branch", fiber -> fiber.<String>continueAsNew("more")).get();
            } catch (ContextMisuseException refused) {
                seen += refused.getMessage();
            }
            try {
                ctx.continueAsNew(42);
            } catch (WrongTypeException refused) {
                seen += " " + refused.getMessage();
            }
            return seen;
        });
        assertThat(play.result()).startsWith("continueAsNew was called on branch main/branch. ")
                .contains(" the input of workflow 'play' is declared as ");
    }

    @Test
    void a_run_knows_its_own_circumstances() {
        AtomicReference<RunInfo> info = new AtomicReference<>();
        Play play = Play.of((ctx, input) -> {
            ctx.sleep(Duration.ofMillis(5));
            info.set(ctx.info());
            return input;
        });
        play.later(5);
        assertThat(info.get()).isEqualTo(new RunInfo("run-1", new UUID(0, 1), "play", Instant.ofEpochMilli(Play.BEGIN),
                Map.of("who", "me"), 3));
        assertThat(play.result()).isEqualTo("in");
        assertThat(info.get().journalSize()).as("the same on replay").isEqualTo(3);
    }

    @Test
    void code_is_told_whether_its_turn_is_replayed() {
        List<Boolean> replaying = new ArrayList<>();
        Play play = Play.of((ctx, input) -> {
            replaying.add(ctx.isReplaying());
            ctx.signals("word", String.class).receive();
            replaying.add(ctx.isReplaying());
            return "";
        });
        play.evict().signal("word", "go");
        assertThat(replaying).containsExactly(false, true, false);
    }

    @Test
    void a_side_effect_is_computed_once_and_remembered() {
        List<String> computed = new ArrayList<>();
        Play play = Play.of((ctx, input) -> ctx.sideEffect("e", String.class, inside -> {
            computed.add("once");
            return "value";
        }) + ctx.step("a", String.class, step -> ""));
        play.evict().complete("a", "!");
        assertThat(play.result()).isEqualTo("value!");
        assertThat(computed).containsExactly("once");
    }

    @Test
    void a_side_effect_that_throws_sticks_the_run() {
        Play play = Play.unbegun((ctx, input) ->
                ctx.sideEffect("e", String.class, inside -> { throw new IllegalStateException("broken"); }));
        assertThat(play.hear(new Arrival.RunStarted(7))).isNull();
        assertThat(play.live.stuck().code()).isEqualTo("side_effect_threw");
        assertThat(play.live.stuck().text()).startsWith("The side effect 'e' threw java.lang.IllegalStateException: "
                + "broken, which is not remembered");
    }

    // ---- misuse ----

    private static String misuse(Runnable call) {
        try {
            call.run();
            return "allowed";
        } catch (ContextMisuseException refused) {
            return refused.getMessage();
        }
    }

    @Test
    void the_context_is_refused_in_a_condition_a_side_effect_and_a_query_and_allowed_behind_them() {
        List<String> seen = new ArrayList<>();
        Play play = Play.of((ctx, input) -> {
            ctx.query("q", String.class, question -> misuse(ctx::now));
            ctx.await(() -> seen.add(misuse(ctx::now)));
            ctx.sideEffect("e", String.class, inside -> {
                seen.add(misuse(() -> inside.step("a", step -> { })));
                return "";
            });
            seen.add(misuse(ctx::now));
            return ctx.signals("end", String.class).receive();
        });
        assertThat(seen.get(0)).startsWith("now was called inside a condition of run 'run-1'");
        assertThat(seen.get(1)).startsWith("step 'a' was called inside a side effect of run 'run-1'");
        assertThat(seen.get(2)).isEqualTo("allowed");
        assertThat(Play.text(play.live.answer("q", Play.PAYLOADS.encode("?"))))
                .startsWith("now was called inside the query 'q' of run 'run-1'");
        play.signal("end", "x");
        assertThat(play.result()).isEqualTo("x");
    }

    @Test
    void every_call_on_a_thread_that_is_no_fiber_of_the_run_is_refused() {
        AtomicReference<WorkflowContext> leaked = new AtomicReference<>();
        Play.of((ctx, input) -> {
            leaked.set(ctx);
            return ctx.signals("never", String.class).receive();
        });
        WorkflowContext ctx = leaked.get();
        List<Runnable> calls = List.of(ctx::now, ctx::random, ctx::uuid, ctx::info, ctx::isReplaying, ctx::cancellation,
                () -> ctx.signals("s", String.class), () -> ctx.channel(1), () -> ctx.publish("p", "x"),
                () -> ctx.query("q", String.class, question -> ""), () -> ctx.version("v", 0, 1),
                () -> ctx.sleep(Duration.ZERO), () -> ctx.sleepUntil(Instant.EPOCH), () -> ctx.timer(Duration.ZERO),
                () -> ctx.async(fiber -> ""), () -> ctx.async("b", fiber -> ""), ctx::select,
                () -> ctx.await(() -> true), () -> ctx.await(() -> true, Duration.ZERO),
                () -> ctx.shielded(inside -> ""), () -> ctx.continueAsNew("x"),
                () -> ctx.run(StepSpec.of("a"), step -> { }), () -> ctx.sideEffect("e", String.class, inside -> ""));
        assertThat(calls).allSatisfy(call -> assertThat(misuse(call))
                .contains("which is not a fiber of run 'run-1'. The context belongs to the workflow's own code"));
    }

    @Test
    void names_are_checked_where_they_are_given() {
        Play play = Play.of((ctx, input) -> {
            int refused = 0;
            for (Runnable each : List.<Runnable>of(() -> ctx.sideEffect("", String.class, inside -> ""),
                    () -> ctx.async("a/b", fiber -> ""), () -> ctx.signals(" ", String.class),
                    () -> ctx.publish("a/b", "x"), () -> ctx.query("", String.class, question -> ""),
                    () -> ctx.version("", 0, 1), () -> ctx.version("v", 2, 1))) {
                try {
                    each.run();
                } catch (InvalidArgumentException refusal) {
                    refused++;
                }
            }
            ctx.query("q", String.class, question -> "");
            try {
                ctx.query("q", String.class, question -> "");
            } catch (DuplicateNameException twice) {
                return refused + " refused, one twice";
            }
            return refused + " refused";
        });
        assertThat(play.journal.getFirst().commands()).as("nothing but the end").hasSize(1);
        assertThat(play.result()).isEqualTo("7 refused, one twice");
    }

    @Test
    void a_result_of_another_type_than_declared_fails_the_run() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Play play = Play.of((Workflow.Body) (ctx, input) -> 42);
        Command.RunFailed failed = (Command.RunFailed) play.journal.getFirst().commands().getFirst();
        assertThat(failed.failure().is(WrongTypeException.class)).isTrue();
        assertThat(failed.failure().message()).startsWith("the result of workflow 'play' is declared as ");
    }

    @Test
    void nothing_moves_between_turns_and_the_time_is_that_of_the_last_arrival() {
        Play play = Play.of(STEPS);
        assertThat(play.live.fibers().moving()).isNull();
        assertThat(play.live.now()).isEqualTo(Play.BEGIN);
        play.now += 4;
        play.complete("a", "x");
        assertThat(play.live.now()).isEqualTo(Play.BEGIN + 4);
        assertThat(play.evict().live.now()).isEqualTo(Play.BEGIN + 4);
        assertThat(play.live.plan().runId()).isEqualTo("run-1");
    }

    @Test
    void the_thread_that_moves_in_a_turn_is_that_of_the_fiber() {
        AtomicReference<LiveRun> live = new AtomicReference<>();
        AtomicReference<Boolean> moves = new AtomicReference<>();
        Play play = Play.unbegun((ctx, input) -> {
            moves.set(live.get().fibers().moving() == Thread.currentThread());
            return "";
        });
        live.set(play.live);
        play.hear(new Arrival.RunStarted(7));
        assertThat(moves.get()).isTrue();
    }

    @Test
    void code_that_diverges_is_left_by_no_exception_of_its_own_and_gets_no_further_answer() {
        List<String> seen = new ArrayList<>();
        LiveRun live = Play.of(STEPS).replayedBy((ctx, input) -> {
            try {
                ctx.timer(Duration.ofMillis(5));
            } catch (RuntimeException caught) {
                seen.add("caught " + caught);
            } catch (Error unwinding) {
                ctx.now();
                seen.add("went on");
            }
            return "";
        });
        assertThat(live.stuck()).isNotNull();
        assertThat(seen).isEmpty();
    }
}
