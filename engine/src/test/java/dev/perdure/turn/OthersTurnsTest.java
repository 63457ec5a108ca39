// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Activity;
import dev.perdure.ActivityFailedException;
import dev.perdure.CancelledException;
import dev.perdure.ChildFailedException;
import dev.perdure.ChildRun;
import dev.perdure.Failure;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run asks of others: children, activities, signals to other runs, events, transactions. */
@Timeout(60)
class OthersTurnsTest {

    private static final Workflow.Implemented<String, String> CHILD = Workflow.of("child", String.class, String.class,
            (ctx, input) -> input);
    private static final Activity<String, String> ERRAND = Activity.named("errand", String.class, String.class);

    private static Arrival.ChildCompleted completed(Position at, String name, String result) {
        return new Arrival.ChildCompleted(at, name, Play.PAYLOADS.encode(result));
    }

    private static Arrival.ChildFailed failed(Position at, String name, RunStatus status) {
        return new Arrival.ChildFailed(at, name, status,
                Failure.of(new IllegalStateException("no such thing"), Play.PAYLOADS));
    }

    /** Where the first child that is open was started. */
    private static Position childOf(Play play) {
        return play.live.children().open().getFirst().started().at();
    }

    // ---- children ----

    @Test
    void a_child_is_handed_over_once_and_its_result_is_heard() {
        StartOptions options = StartOptions.id("child-1").signal("go", "now");
        Play play = Play.of((ctx, input) -> ctx.start(CHILD, options, "x").get());
        assertThat(play.journal.getFirst().commands()).singleElement().isInstanceOfSatisfying(
                Command.ChildStarted.class, said -> {
                    assertThat(said.name()).isEqualTo("child");
                    assertThat(said.runId()).isEqualTo("child-1");
                });
        Children children = play.live.children();
        assertThat(children.takeStarted()).singleElement().satisfies(child -> {
            assertThat(child.hasChosenId()).isTrue();
            assertThat(child.isActivity()).isFalse();
            assertThat(Play.text(child.input())).isEqualTo("x");
            assertThat(child.signals()).extracting(Play::text).containsExactly("now");
            assertThat(children.at(child.started().at())).isSameAs(child);
        });
        assertThat(children.takeStarted()).isEmpty();

        Children again = play.evict().live.children();
        assertThat(again.takeStarted()).isEmpty();
        assertThat(again.open()).extracting(child -> child.started().runId()).containsExactly("child-1");
        assertThat(play.waits()).singleElement().asString().contains("child child child-1");

        Position at = childOf(play);
        play.hear(completed(at, "child", "done"));
        assertThat(play.result()).isEqualTo("done");
        assertThat(again.open()).isEmpty();
        assertThat(again.at(at)).isNull();
    }

    @Test
    void an_id_that_is_made_up_comes_from_the_seed_and_the_position() {
        Play play = Play.of((ctx, input) -> {
            ChildRun<String> first = ctx.start(CHILD, "x");
            ChildRun<String> second = ctx.start(ERRAND, "y");
            return first.get() + second.get();
        });
        List<Child> started = play.live.children().takeStarted();
        assertThat(started).extracting(Child::hasChosenId).containsExactly(false, false);
        assertThat(started).extracting(Child::isActivity).containsExactly(false, true);
        assertThat(started).extracting(child -> child.started().runId()).doesNotHaveDuplicates();
        assertThat(started).allSatisfy(child -> {
            assertThat(child.started().child()).hasToString(child.started().runId());
            assertThat(child.started().child().version()).isEqualTo(7);
            assertThat(child.started().child().getMostSignificantBits() >>> 16).isEqualTo(Play.BEGIN);
        });

        assertThat(play.evict().live.children().open()).extracting(Child::started)
                .containsExactlyElementsOf(started.stream().map(Child::started).toList());
        play.hear(completed(started.get(1).started().at(), "errand", "2"));
        play.hear(completed(started.get(0).started().at(), "child", "1"));
        assertThat(play.result()).isEqualTo("12");
    }

    @Test
    void a_child_that_fails_fails_its_promise_and_says_how_it_ended() {
        Play play = Play.of((ctx, input) -> {
            try {
                return ctx.call(CHILD, "x");
            } catch (ChildFailedException failed) {
                return failed.status() + " " + failed.getMessage();
            }
        });
        Position at = childOf(play);
        play.hear(failed(at, "child", RunStatus.TERMINATED));
        assertThat(play.result()).startsWith("TERMINATED").contains("no such thing");
    }

    @Test
    void an_activity_that_fails_is_told_from_a_child() {
        Play play = Play.of((ctx, input) -> {
            try {
                return ctx.call(ERRAND, "x");
            } catch (ActivityFailedException failed) {
                return failed.getMessage();
            }
        });
        Position at = childOf(play);
        play.hear(failed(at, "errand", RunStatus.FAILED));
        assertThat(play.result()).contains("no such thing");
    }

    @Test
    void a_child_that_is_cancelled_is_handed_over_once_and_its_end_means_nothing_any_more() {
        Play play = Play.of((ctx, input) -> {
            ChildRun<String> child = ctx.start(CHILD, StartOptions.id("child-1"), "x");
            ctx.signals("off", String.class).receive();
            String told = child.cancel() + " " + child.cancel();
            try {
                child.get();
                return told;
            } catch (CancelledException gone) {
                return told + " " + gone.getMessage() + ctx.signals("off", String.class).receive();
            }
        });
        Position at = play.live.children().takeStarted().getFirst().started().at();
        assertThat(play.live.children().takeCancelled()).isEmpty();
        assertThat(play.signal("off", "")).contains(new Command.ChildCancelled(at));
        assertThat(play.live.children().takeCancelled()).extracting(child -> child.started().at()).containsExactly(at);
        assertThat(play.live.children().takeCancelled()).isEmpty();
        assertThat(play.live.children().open()).isEmpty();
        assertThat(play.hear(completed(at, "child", "late"))).isNull();

        assertThat(play.evict().live.children().takeCancelled()).isEmpty();
        play.signal("off", "!");
        assertThat(play.result()).isEqualTo("true false child 'child-1' was cancelled by the code!");
    }

    @Test
    void who_is_cancelled_while_he_calls_cancels_what_he_called() {
        Play play = Play.of((ctx, input) -> ctx.call(CHILD, "x"));
        Position at = childOf(play);
        assertThat(play.cancel("enough")).contains(new Command.ChildCancelled(at));
        assertThat(play.end()).isInstanceOf(Command.RunCancelled.class);
    }

    @Test
    void an_answer_to_what_was_not_asked_means_nothing() {
        Play play = Play.of((ctx, input) -> ctx.call(CHILD, "x"));
        Position at = childOf(play);
        assertThat(play.hear(completed(new Position("main", 77), "child", "stray"))).isNull();
        play.hear(completed(at, "child", "mine"));
        assertThat(play.result()).isEqualTo("mine");
    }

    @Test
    void what_another_code_does_not_ask_for_is_named_in_the_report() {
        Play play = Play.of((ctx, input) -> ctx.call(CHILD, "x"));
        Position at = childOf(play);
        play.hear(completed(at, "child", "mine"));
        assertThat(play.stuckWith((ctx, input) -> ctx.step("child", String.class, step -> "")).text())
                .contains("'child'");
    }

    @Test
    void a_result_that_cannot_be_read_is_named_in_the_report() {
        Play play = Play.of((ctx, input) -> ctx.start(CHILD, StartOptions.id("child-1"), "x").get());
        Position at = childOf(play);
        play.hear(new Arrival.ChildCompleted(at, "child", new Payload("odd", new byte[] {1})));
        assertThat(play.live.stuck().text()).contains("the result of child 'child-1'");
    }

    // ---- signals to other runs ----

    @Test
    void a_signal_to_another_run_is_handed_over_once_and_waits_for_what_becomes_of_it() {
        Play play = Play.of((ctx, input) -> {
            ctx.signal("other-1", "go", "v");
            return "sent";
        });
        Exchange exchange = play.live.exchange();
        Command.SignalSent said = (Command.SignalSent) play.journal.getFirst().commands().getFirst();
        assertThat(said.name()).isEqualTo("go");
        assertThat(said.runId()).isEqualTo("other-1");
        assertThat(exchange.takeSent()).singleElement().satisfies(sending -> {
            assertThat(sending.sent()).isEqualTo(said);
            assertThat(Play.text(sending.value())).isEqualTo("v");
        });
        assertThat(exchange.takeSent()).isEmpty();
        assertThat(exchange.isSending()).isTrue();
        assertThat(exchange.nameAt(said.at())).isEqualTo("go");
        assertThat(exchange.awaitedFacts()).isEmpty();
        assertThat(play.waits()).containsExactly("main: signal to other-1 since 1000");

        assertThat(play.evict().live.exchange().takeSent()).isEmpty();
        assertThat(play.live.exchange().isSending()).isTrue();
        play.cancel("enough");
        assertThat(play.live.end()).as("the signal is on its way").isNull();
        play.hear(new Arrival.SignalDelivered(said.at(), "go"));
        assertThat(play.live.exchange().isSending()).isFalse();
        assertThat(play.live.exchange().nameAt(said.at())).isNull();
        assertThat(play.result()).isEqualTo("sent");
    }

    @Test
    void a_signal_that_nobody_can_hear_is_an_error_for_its_sender() {
        Play play = Play.of((ctx, input) -> {
            String told = "";
            for (int i = 0; i < 2; i++) {
                try {
                    ctx.signal("other-1", "go", "v");
                } catch (RunNotFoundException missing) {
                    told += "missing ";
                } catch (RunFinishedException finished) {
                    told += "finished " + finished.status();
                }
            }
            return told;
        });
        Position first = play.live.exchange().takeSent().getFirst().sent().at();
        play.hear(new Arrival.SignalRefused(first, "go", null));
        Position second = play.live.exchange().takeSent().getFirst().sent().at();
        play.hear(new Arrival.SignalRefused(second, "go", RunStatus.FAILED));
        assertThat(play.result()).isEqualTo("missing finished FAILED");
    }

    // ---- events ----

    @Test
    void an_event_is_handed_over_once_and_nobody_waits_for_it() {
        Play play = Play.of((ctx, input) -> {
            ctx.emitEvent("paid", "1");
            ctx.emitEvent("sold", "2");
            return ctx.step("a", String.class, step -> "");
        });
        assertThat(play.live.exchange().takeEmitted())
                .extracting(each -> each.emitted().name() + Play.text(each.value())).containsExactly("paid1", "sold2");
        assertThat(play.live.exchange().takeEmitted()).isEmpty();
        assertThat(play.evict().live.exchange().takeEmitted()).isEmpty();
        play.complete("a", "done");
        assertThat(play.result()).isEqualTo("done");
    }

    @Test
    void who_waits_for_an_event_says_so_once_and_learns_it() {
        Play play = Play.of((ctx, input) -> ctx.awaitEvent("paid", String.class));
        Exchange exchange = play.live.exchange();
        Command.FactAwaited said = (Command.FactAwaited) play.journal.getFirst().commands().getFirst();
        assertThat(said.due()).isEqualTo(Long.MAX_VALUE);
        assertThat(exchange.takeAwaited()).containsExactly(said);
        assertThat(exchange.takeAwaited()).isEmpty();
        assertThat(exchange.awaitedFacts()).containsExactly("paid");
        assertThat(exchange.isSending()).isFalse();
        assertThat(play.waits()).containsExactly("main: event paid since 1000");

        Exchange again = play.evict().live.exchange();
        assertThat(again.takeAwaited()).isEmpty();
        assertThat(again.awaitedFacts()).containsExactly("paid");
        play.hear(new Arrival.FactLearned(said.at(), "paid", Play.PAYLOADS.encode("twice")));
        assertThat(again.takeGivenUp()).isEmpty();
        assertThat(again.awaitedFacts()).isEmpty();
        assertThat(play.result()).isEqualTo("twice");
    }

    @Test
    void an_event_that_cannot_be_read_is_named_in_the_report() {
        Play play = Play.of((ctx, input) -> ctx.awaitEvent("paid", String.class));
        Position at = play.live.exchange().takeAwaited().getFirst().at();
        play.hear(new Arrival.FactLearned(at, "paid", new Payload("odd", new byte[] {1})));
        assertThat(play.live.stuck().text()).contains("the event 'paid'");
    }

    @Test
    void who_waits_for_an_event_too_long_gives_up_and_says_where() {
        Play play = Play.of((ctx, input) -> ctx.awaitEvent("paid", String.class, Duration.ofSeconds(1)).orElse("none")
                + ctx.awaitEvent("paid", String.class, Duration.ofSeconds(1)).orElse("none"));
        Command.FactAwaited first = play.live.exchange().takeAwaited().getFirst();
        assertThat(first.due()).isEqualTo(Play.BEGIN + 1_000);
        play.later(1_000);
        assertThat(play.live.exchange().takeGivenUp()).containsExactly(first.at());
        assertThat(play.live.exchange().takeGivenUp()).isEmpty();
        assertThat(play.hear(new Arrival.FactLearned(first.at(), "paid", Play.PAYLOADS.encode("late")))).isNull();

        Command.FactAwaited second = play.live.exchange().takeAwaited().getFirst();
        assertThat(play.evict().live.exchange().takeGivenUp()).isEmpty();
        play.hear(new Arrival.FactLearned(second.at(), "paid", Play.PAYLOADS.encode("once")));
        assertThat(play.live.nextDue()).as("its limit is no timer any more").isEqualTo(Long.MAX_VALUE);
        assertThat(play.result()).isEqualTo("noneonce");
    }

    @Test
    void who_is_cancelled_while_he_waits_for_an_event_says_where_he_has_given_up() {
        Play play = Play.of((ctx, input) -> cancelled(() -> ctx.awaitEvent("paid", String.class)));
        Position at = play.live.exchange().takeAwaited().getFirst().at();
        play.cancel("enough");
        assertThat(play.live.exchange().takeGivenUp()).containsExactly(at);
        assertThat(play.result()).isEqualTo("yes ");
    }

    @Test
    void who_is_cancelled_begins_nothing_new_with_others() {
        Play play = Play.of((ctx, input) -> {
            String told = cancelled(() -> ctx.signals("off", String.class).receive());
            return told + cancelled(() -> ctx.start(CHILD, "x")) + cancelled(() -> ctx.awaitEvent("paid", String.class))
                    + cancelled(() -> {
                        ctx.signal("other-1", "go", "v");
                        return "";
                    });
        });
        assertThat(play.cancel("enough")).hasOnlyElementsOfType(Command.RunCompleted.class);
        assertThat(play.result()).isEqualTo("yes yes yes yes ");
    }

    private static String cancelled(Supplier<?> call) {
        try {
            call.get();
            return "no ";
        } catch (CancelledException asked) {
            return "yes ";
        }
    }

    // ---- transactions ----

    @Test
    void a_transaction_is_a_step_that_the_driver_can_tell_from_others() {
        Play play = Play.of((ctx, input) -> {
            ctx.transaction("note", connection -> { });
            return ctx.transaction("pay", String.class, connection -> "") + ctx.step("a", String.class, step -> "");
        });
        Position note = play.step("note").at();
        assertThat(play.live.awaitsTransaction(note, "note")).isTrue();
        assertThat(play.live.awaitsTransaction(note, "pay")).isFalse();
        play.hear(new Arrival.StepCompleted(note, "note", Play.PAYLOADS.encode(null), 1));
        assertThat(play.live.awaitsTransaction(note, "note")).isFalse();
        play.complete("pay", "paid ");
        assertThat(play.live.awaitsTransaction(play.step("a").at(), "a")).isFalse();
        play.complete("a", "done");
        assertThat(play.result()).isEqualTo("paid done");
    }

    @Test
    void a_transaction_is_never_at_most_once() {
        Play play = Play.of((ctx, input) -> {
            assertThatThrownBy(() -> ctx.transaction(StepSpec.of("pay", String.class).atMostOnce(), connection -> ""))
                    .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("Drop atMostOnce()");
            return "refused";
        });
        assertThat(play.result()).isEqualTo("refused");
    }
}
