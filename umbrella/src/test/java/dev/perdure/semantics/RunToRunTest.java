// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.CancelledException;
import dev.perdure.PerdureException;
import dev.perdure.Promise;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import java.util.List;
import org.junit.jupiter.api.Test;

/** D7: signals from one run to another. */
class RunToRunTest extends OnEveryStore {

    /** Receives until it is told to stop, and returns everything. */
    private static final Workflow.Implemented<String, String> COLLECT = Workflow.of("collect", String.class,
            String.class, (ctx, input) -> {
                StringBuilder all = new StringBuilder(input);
                var items = ctx.signals("item", String.class);
                for (String item = items.receive(); !item.equals("."); item = items.receive()) {
                    all.append(item);
                }
                return all.toString();
            });

    /** Sends each letter of its input to the collector, when it is told to. */
    private static final Workflow.Implemented<String, String> SEND = order((ctx, letters) -> {
        ctx.signals("go", String.class).receive();
        for (String letter : letters.split("")) {
            ctx.signal("collector", "item", letter);
        }
        return "sent";
    });

    @Test
    void d7_signals_of_a_run_are_received_by_another_in_their_order() {
        stage.start(COLLECT, SEND);
        RunHandle<String> collector = stage.engine().start(COLLECT, "collector", "");
        RunHandle<String> sender = stage.engine().start(SEND, "sender", "abc.");
        stage.engine().signal("sender", "go", "");

        assertThat(stage.result(sender)).isEqualTo("sent");
        assertThat(stage.result(collector)).isEqualTo("abc");
        assertThat(stage.journal("sender")).contains("signal_sent", "to run 'collector'", "signal_delivered");
    }

    @Test
    void d7_the_sender_hears_that_there_is_no_such_run_or_that_it_has_finished_live_and_on_replay() {
        Workflow.Implemented<String, String> sender = order((ctx, input) -> {
            String seen = "";
            for (String to : List.of("nobody", "collector")) {
                try {
                    ctx.signal(to, "item", "x");
                    seen += "sent ";
                } catch (RunNotFoundException unknown) {
                    seen += unknown.getMessage().contains("'nobody'") + " ";
                } catch (RunFinishedException late) {
                    seen += late.status() + " " + late.getMessage().contains("'collector'") + " ";
                }
            }
            return seen + ctx.signals("go", String.class).receive();
        });
        stage.start(COLLECT, sender);
        RunHandle<String> collector = stage.engine().start(COLLECT, "collector", "");
        stage.engine().signal("collector", "item", ".");
        assertThat(stage.result(collector)).isEmpty();
        stage.engine().start(sender, "order-1", "");
        stage.awaitRest("order-1");
        stage.crashAndStart(COLLECT, sender);
        stage.engine().signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(sender, "order-1"))).isEqualTo("true COMPLETED true !");
        assertThat(stage.view("collector").unread()).isZero();
    }

    @Test
    void d7_a_run_signals_the_child_that_it_has_just_started_and_itself() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            var child = ctx.start(COLLECT, StartOptions.id("child"), "got ");
            ctx.signal(child.runId(), "item", "a");
            ctx.signal(ctx.info().runId(), "self", "b");
            ctx.signal("child", "item", ctx.signals("self", String.class).receive());
            ctx.signal("child", "item", ".");
            return child.get();
        });
        stage.start(parent, COLLECT);

        assertThat(stage.result(stage.engine().start(parent, "order-1", ""))).isEqualTo("got ab");
    }

    @Test
    void d7_branches_signal_at_the_same_time() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            Promise.all(List.of("a", "b", "c").stream()
                    .map(each -> ctx.runAsync(fiber -> fiber.signal("collector", "item", each))).toList()).get();
            ctx.signal("collector", "item", ".");
            return "sent";
        });
        stage.start(parent, COLLECT);
        RunHandle<String> collector = stage.engine().start(COLLECT, "collector", "");

        assertThat(stage.result(stage.engine().start(parent, "order-1", ""))).isEqualTo("sent");
        assertThat(stage.result(collector)).isEqualTo("abc");
    }

    @Test
    void d7_a_run_that_is_asked_to_stop_sends_nothing_more_but_from_a_shield() {
        Workflow.Implemented<String, String> sender = order((ctx, input) -> {
            try {
                ctx.signals("never", String.class).receive();
            } catch (CancelledException asked) {
                try {
                    ctx.signal("collector", "item", "x");
                } catch (CancelledException again) {
                    ctx.runShielded(shielded -> ctx.signal("collector", "item", "y"));
                }
                throw asked;
            }
            return "";
        });
        stage.start(sender, COLLECT);
        RunHandle<String> collector = stage.engine().start(COLLECT, "collector", "");
        stage.engine().start(sender, "order-1", "");
        stage.awaitRest("order-1");
        stage.engine().cancel("order-1", "enough");
        stage.until("it has stopped", () -> stage.view("order-1").status() == RunStatus.CANCELLED);
        stage.engine().signal("collector", "item", ".");

        assertThat(stage.result(collector)).isEqualTo("y");
    }

    @Test
    void d7_an_answer_to_a_former_life_is_not_heard_by_the_next() {
        Workflow.Implemented<String, String> sender = order((ctx, input) -> {
            if (input.isEmpty()) {
                ctx.runAsync(fiber -> fiber.signal("collector", "item", "a"));
                ctx.signals("go", String.class).tryReceive();
                ctx.await(() -> true);
                return ctx.continueAsNew("second");
            }
            ctx.signal("collector", "item", "b");
            return input;
        });
        stage.start(sender, COLLECT);
        RunHandle<String> collector = stage.engine().start(COLLECT, "collector", "");
        assertThat(stage.result(stage.engine().start(sender, "order-1", ""))).isEqualTo("second");
        stage.engine().signal("collector", "item", ".");

        assertThat(stage.result(collector)).isIn("ab", "b");
    }

    @Test
    void d7_an_engine_that_dies_at_any_write_delivers_each_signal_exactly_once() {
        int deaths = 0;
        boolean died = true;
        for (int writes = 0; died; writes++) {
            died = diesSending("before-" + writes, writes, false) | diesSending("after-" + writes, writes, true);
            deaths += died ? 2 : 0;
        }
        assertThat(deaths).as("the sending, its answer, and the receiving of it, twice").isGreaterThanOrEqualTo(8);
    }

    /** Whether the engine came to that write while two signals were sent and heard. */
    private boolean diesSending(String runId, int writes, boolean written) {
        Workflow.Implemented<String, String> send = order((ctx, letters) -> {
            ctx.signals("go", String.class).receive();
            ctx.signal(letters, "item", "a");
            ctx.signal(letters, "item", "b");
            return "sent";
        });
        String collector = "collector of " + runId;
        stage.start(COLLECT, send);
        stage.engine().start(COLLECT, collector, "");
        stage.engine().start(send, runId, collector);
        stage.awaitRest(runId);
        stage.awaitRest(collector);
        stage.store().dieWriting(writes, written);
        go(runId);
        stage.until("sent and heard, or dead", () -> stage.store().isDead()
                || stage.journal(collector).split("signal_received", -1).length > 2
                && stage.view(runId).status().isFinished());
        boolean died = stage.store().isDead();
        stage.crashAndStart(COLLECT, send);
        go(runId);
        assertThat(stage.result(stage.engine().handle(send, runId))).isEqualTo("sent");
        stage.engine().signal(collector, "item", ".");
        assertThat(stage.result(stage.engine().handle(COLLECT, collector))).as(stage.journal(runId)).isEqualTo("ab");
        stage.stop();
        return died;
    }

    private void go(String runId) {
        try {
            stage.engine().signal(runId, "go", "", "go");
        } catch (RunFinishedException done) {
            // It has gone long ago.
        } catch (PerdureException unknown) {
            assertThat(stage.store().isDead()).isTrue();
        }
    }
}
