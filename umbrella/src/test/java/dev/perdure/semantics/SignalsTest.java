// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.InvalidArgumentException;
import dev.perdure.PerdureException;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Messages on their way to a run. */
class SignalsTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    /** Receives until it is told to stop, and returns everything. */
    private final Workflow.Implemented<String, String> collector = order((ctx, input) -> {
        StringBuilder all = new StringBuilder(input);
        var items = ctx.signals("item", String.class);
        for (String item = items.receive(); !item.equals("."); item = items.receive()) {
            all.append(item);
        }
        return all.toString();
    });

    @Test
    void d3_a_signal_to_an_unknown_run_is_an_error_of_the_sender() {
        stage.start(collector);

        assertThatThrownBy(() -> stage.engine().signal("nobody", "item", "x")).isInstanceOf(RunNotFoundException.class)
                .hasMessageContaining("'nobody'");
        assertThatThrownBy(() -> stage.outside().signal("nobody", "item", "x"))
                .isInstanceOf(RunNotFoundException.class);
    }

    @Test
    void d3_a_signal_to_a_finished_run_is_an_error_of_the_sender() {
        stage.start(collector).start(collector, "order-1", "");
        stage.engine().signal("order-1", "item", ".");
        stage.awaitRest("order-1");

        RunFinishedException finished = catchThrowableOfType(RunFinishedException.class,
                () -> stage.engine().signal("order-1", "item", "late"));
        assertThat(finished).hasMessageContaining("COMPLETED").hasMessageContaining("order-1");
        assertThat(stage.view("order-1").unread()).isZero();
    }

    @Test
    void d3_a_message_with_an_id_is_accepted_once_over_restarts() {
        stage.start(collector).start(collector, "order-1", "");
        assertThat(stage.engine().signal("order-1", "item", "a", "m-1")).isTrue();
        assertThat(stage.engine().signal("order-1", "item", "a", "m-1")).isFalse();
        stage.awaitRest("order-1");
        stage.crashAndStart(collector);
        assertThat(stage.engine().signal("order-1", "item", "a", "m-1")).isFalse();
        assertThat(stage.outside().signal("order-1", "item", "b", "m-2")).isTrue();
        stage.engine().signal("order-1", "item", ".");

        assertThat(stage.result(stage.engine().handle(collector, "order-1"))).isEqualTo("ab");
    }

    @Test
    void d3_a_start_that_is_repeated_because_its_answer_was_lost_sends_a_message_with_an_id_once() {
        stage.start(collector);
        StartOptions start = StartOptions.id("order-1").signal("item", "a", "m-1");
        stage.engine().start(collector, start, "");
        stage.engine().start(collector, start, "");
        stage.outside().start(collector, start.signal("item", "b", "m-2"), "");
        stage.engine().signal("order-1", "item", ".");

        assertThat(stage.result(stage.engine().handle(collector, "order-1"))).isEqualTo("ab");
        assertThatThrownBy(() -> stage.engine().start(collector, StartOptions.id("order-2").signal("item", "a", "~1"),
                "")).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("~1");
        assertThatThrownBy(() -> stage.engine().handle(collector, "order-2"))
                .isInstanceOf(RunNotFoundException.class);
    }

    @Test
    void d3_a_message_with_an_id_is_accepted_once_in_a_whole_chain() {
        Workflow.Implemented<String, String> lives = order((ctx, input) -> {
            String item = ctx.signals("item", String.class).receive();
            return item.equals(".") ? input : ctx.continueAsNew(input + item);
        });
        stage.start(lives).start(lives, "order-1", "");
        assertThat(stage.engine().signal("order-1", "item", "a", "m-1")).isTrue();
        stage.until("next life", () -> stage.ear.count("finished order-1 CONTINUED") == 1);
        assertThat(stage.engine().signal("order-1", "item", "a", "m-1")).isFalse();
        stage.engine().signal("order-1", "item", ".");

        assertThat(stage.result(stage.engine().handle(lives, "order-1"))).isEqualTo("a");
    }

    @Test
    void d4_a_signal_heard_by_an_engine_that_crashes_before_it_is_durable_is_heard_once_by_the_next() {
        stage.start(collector).start(collector, "order-1", "");
        for (String item : List.of("a", "b", "c")) {
            stage.awaitRest("order-1");
            stage.store().holdWrites();
            stage.outside().signal("order-1", "item", item);
            stage.engine().handle(collector, "order-1");
            stage.crashAndStart(collector);
        }
        stage.engine().signal("order-1", "item", ".");

        assertThat(stage.result(stage.engine().handle(collector, "order-1"))).isEqualTo("abc");
    }

    @Test
    void x2_d4_an_engine_that_dies_at_any_write_of_a_wait_loses_no_signal_and_hears_none_twice() {
        int deaths = 0;
        boolean died = true;
        for (int writes = 0; died; writes++) {
            died = diesWaiting("before-" + writes, writes, false) | diesWaiting("after-" + writes, writes, true);
            deaths += died ? 2 : 0;
        }
        assertThat(deaths).as("the message is written, and the turn that hears it").isGreaterThanOrEqualTo(4);
    }

    /** Whether the engine came to that write while one signal was sent and heard. */
    private boolean diesWaiting(String runId, int writes, boolean written) {
        stage.start(collector).start(collector, runId, "");
        stage.awaitRest(runId);
        stage.store().dieWriting(writes, written);
        try {
            stage.engine().signal(runId, "item", "a", "m-1");
        } catch (PerdureException unknown) {
            // Whoever gets no answer sends it again, under the same id.
            assertThat(stage.store().isDead()).isTrue();
        }
        stage.until("heard, or dead", () ->
                stage.store().isDead() || stage.journal(runId).contains("signal_received"));
        boolean died = stage.store().isDead();
        stage.crashAndStart(collector);
        stage.engine().signal(runId, "item", "a", "m-1");
        stage.engine().signal(runId, "item", ".");
        assertThat(stage.result(stage.engine().handle(collector, runId))).as(stage.journal(runId)).isEqualTo("a");
        stage.stop();
        return died;
    }

    @Test
    void d4_a_signal_whose_commit_lost_its_answer_is_neither_lost_nor_heard_twice() {
        stage.start(collector).start(collector, "order-1", "");
        stage.awaitRest("order-1");
        stage.world.letRun();
        for (FrailStore.Fault fault : List.of(FrailStore.Fault.ANSWER_LOST, FrailStore.Fault.REQUEST_LOST,
                FrailStore.Fault.AWAY)) {
            stage.store().failWrites(2, fault, batch -> batch.stream().allMatch(Write.Advance.class::isInstance));
            int before = stage.store().failures();
            stage.engine().signal("order-1", "item", fault.name().substring(0, 2));
            stage.until("failed twice", () -> stage.store().failures() == before + 2);
            stage.awaitRest("order-1");
        }
        stage.engine().signal("order-1", "item", ".");

        assertThat(stage.result(stage.engine().handle(collector, "order-1"))).isEqualTo("ANREAW");
    }

    @Test
    void d3_signals_of_many_senders_all_come_and_each_senders_in_order() throws Exception {
        stage.start(collector).start(collector, "order-1", "");
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sent = new ArrayList<>();
            for (char sender = 'a'; sender <= 'd'; sender++) {
                char who = sender;
                sent.add(senders.submit(() -> {
                    for (int i = 0; i < 25; i++) {
                        stage.engine().signal("order-1", "item", who + "" + i + " ");
                    }
                }));
            }
            for (Future<?> each : sent) {
                each.get();
            }
        }
        stage.engine().signal("order-1", "item", ".");
        String[] all = stage.result(stage.engine().handle(collector, "order-1")).split(" ");

        assertThat(all).hasSize(100).doesNotHaveDuplicates();
        for (char sender = 'a'; sender <= 'd'; sender++) {
            String who = String.valueOf(sender);
            List<Integer> numbers = List.of(all).stream().filter(item -> item.startsWith(who))
                    .map(item -> Integer.parseInt(item.substring(1))).toList();
            assertThat(numbers).as("sender %s", who).isSorted().hasSize(25);
        }
    }

    @Test
    void x21_signals_sent_while_a_run_continues_as_new_all_arrive() {
        Workflow.Implemented<String, String> lives = order((ctx, input) -> {
            String item = ctx.signals("item", String.class).receive();
            return item.equals(".") ? input : ctx.continueAsNew(input + item);
        });
        stage.start(lives);
        RunHandle<String> run = stage.engine().start(lives, "order-1", "");
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            stage.engine().signal("order-1", "item", i + " ");
            expected.append(i).append(' ');
            if (i == 10) {
                stage.crashAndStart(lives);
            }
        }
        stage.engine().signal("order-1", "item", ".");

        assertThat(stage.result(stage.engine().handle(lives, "order-1"))).isEqualTo(expected.toString());
        assertThat(run.pinned().incarnation()).isNotEqualTo(stage.view("order-1").incarnation());
    }

    @Test
    void a10_a_handle_follows_the_chain_and_a_pinned_one_does_not() {
        Workflow.Implemented<String, String> lives = order((ctx, input) -> {
            if (input.length() < 3) {
                ctx.sleep(HOUR);
                return ctx.continueAsNew(input + "x");
            }
            return input;
        });
        stage.start(lives);
        RunHandle<String> run = stage.engine().start(lives, "order-1", "");
        for (int i = 0; i < 3; i++) {
            stage.awaitRest("order-1");
            stage.world.advance(HOUR);
            int life = i + 1;
            stage.until("life " + life, () -> stage.ear.count("CONTINUED") == life);
        }

        assertThat(stage.result(run)).isEqualTo("xxx");
        assertThat(run.pinned().describe().status()).isEqualTo(RunStatus.CONTINUED);
        assertThatThrownBy(() -> stage.result(run.pinned())).hasMessageContaining("continued as")
                .hasMessageContaining("not pinned");
    }

    @Test
    void a10_each_life_draws_its_random_numbers_anew() {
        Workflow.Implemented<String, String> lives = order((ctx, input) -> {
            long number = ctx.random().nextLong();
            return input.isEmpty() ? ctx.continueAsNew("" + number) : "" + !input.equals("" + number);
        });
        stage.start(lives);

        assertThat(stage.result(stage.engine().start(lives, ""))).isEqualTo("true");
    }

    @Test
    void d3_unread_signals_of_a_finished_run_are_counted_and_told() {
        stage.start(order((ctx, input) -> {
            ctx.sleep(HOUR);
            return "";
        })).start(collector, "order-1", "");
        stage.awaitRest("order-1");
        stage.engine().signal("order-1", "item", "x");
        stage.engine().signal("order-1", "item", "y");
        stage.awaitRest("order-1");
        stage.world.advance(HOUR);
        stage.awaitRest("order-1");

        assertThat(stage.view("order-1").unread()).isEqualTo(2);
        assertThat(stage.outside().handle("order-1").explain()).endsWith("; 2 signals were never received");
    }
}
