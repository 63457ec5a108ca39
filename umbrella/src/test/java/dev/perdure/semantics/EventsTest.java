// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.PerdureException;
import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** D6: events by name, of which the first wins. */
class EventsTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    private static final Workflow.Implemented<String, String> AWAIT = order((ctx, name) ->
            ctx.info().runId() + " " + ctx.awaitEvent(name, String.class));

    private static final Workflow.Implemented<String, String> EMIT = Workflow.of("emit", String.class, String.class,
            (ctx, name) -> {
                ctx.emitEvent(name, "from " + ctx.info().runId());
                return "emitted";
            });

    @Test
    void d6_whoever_waits_before_and_after_gets_the_first_event_of_the_name() {
        stage.start(AWAIT, EMIT);
        List<RunHandle<String>> before = List.of(stage.engine().start(AWAIT, "order-1", "paid"),
                stage.engine().start(AWAIT, "order-2", "paid"));
        stage.awaitRest("order-1");
        stage.awaitRest("order-2");
        assertThat(stage.engine().event("paid", String.class)).isEmpty();
        assertThat(stage.result(stage.engine().start(EMIT, "first", "paid"))).isEqualTo("emitted");
        assertThat(stage.result(stage.engine().start(EMIT, "second", "paid"))).isEqualTo("emitted");
        assertThat(stage.outside().emitEvent("paid", "from outside")).isFalse();

        assertThat(stage.result(before.get(0))).isEqualTo("order-1 from first");
        assertThat(stage.result(before.get(1))).isEqualTo("order-2 from first");
        assertThat(stage.result(stage.engine().start(AWAIT, "order-3", "paid"))).isEqualTo("order-3 from first");
        assertThat(stage.outside().event("paid", String.class)).contains("from first");
    }

    @Test
    void d6_x28_events_wake_who_waits_for_them_on_the_same_node_although_nobody_ever_looks() {
        Workflow.Implemented<String, String> hears = order((ctx, input) ->
                ctx.awaitEvent("paid", String.class) + ctx.awaitEvent("packed", String.class)
                        + ctx.awaitEvent("sent", String.class));
        stage.world.neverLook();
        stage.start(hears, EMIT);
        RunHandle<String> run = stage.engine().start(hears, "order-1", "");
        // One after the other, and too fast for looks.
        stage.engine().emitEvent("paid", "cash, ");
        stage.engine().emitEvent("packed", "well, ");
        stage.engine().start(EMIT, "emitter", "sent");

        assertThat(stage.result(run)).isEqualTo("cash, well, from emitter");
    }

    @Test
    void d6_a_client_emits_and_reads_events_and_wakes_whoever_has_left_memory() {
        stage.with(builder -> builder.cacheSize(0)).start(AWAIT);
        RunHandle<String> run = stage.engine().start(AWAIT, "order-1", "paid");
        stage.awaitRest("order-1");
        stage.awaitEvicted();
        assertThat(stage.outside().emitEvent("paid", "cash")).isTrue();
        assertThat(stage.result(run)).isEqualTo("order-1 cash");
        assertThat(stage.engine().emitEvent("sold", "a")).isTrue();
        assertThat(stage.engine().emitEvent("sold", "b")).isFalse();
        assertThat(stage.engine().event("sold", String.class)).contains("a");
    }

    @Test
    void d6_waiting_for_an_event_can_be_given_up_and_stays_given_up_on_replay() {
        Workflow.Implemented<String, String> patient = order((ctx, name) -> {
            Optional<String> first = ctx.awaitEvent(name, String.class, HOUR);
            Optional<String> second = ctx.awaitEvent(name, String.class, HOUR);
            ctx.sleep(HOUR);
            return first + " " + second + " " + ctx.awaitEvent("never", String.class, Duration.ZERO);
        });
        stage.start(patient);
        stage.engine().start(patient, "order-1", "paid");
        stage.awaitRest("order-1");
        stage.world.advance(HOUR);
        stage.awaitRest("order-1");
        stage.crashAndStart(patient);
        stage.engine().emitEvent("paid", "late");
        stage.until("it has heard", () -> stage.journal("order-1").contains("fact_learned"));
        stage.crashAndStart(patient);
        stage.world.advance(HOUR);
        assertThat(stage.result(stage.engine().handle(patient, "order-1")))
                .isEqualTo("Optional.empty Optional[late] Optional.empty");
    }

    @Test
    void d6_a_crash_of_the_engine_between_wait_and_event_loses_nothing() {
        stage.start(AWAIT, EMIT);
        stage.engine().start(AWAIT, "order-1", "paid");
        stage.awaitRest("order-1");
        stage.crash();
        assertThat(stage.outside().emitEvent("paid", "meanwhile")).isTrue();
        stage.start(AWAIT, EMIT);
        assertThat(stage.result(stage.engine().handle(AWAIT, "order-1"))).isEqualTo("order-1 meanwhile");
    }

    @Test
    void d6_explain_tells_which_event_a_run_waits_for() {
        stage.start(AWAIT);
        stage.engine().start(AWAIT, "order-1", "invoice-7-paid");
        stage.awaitRest("order-1");
        assertThat(stage.outside().handle("order-1").explain()).contains("event 'invoice-7-paid'");
        assertThat(stage.view("order-1").waits()).singleElement()
                .satisfies(wait -> assertThat(wait.kind()).isEqualTo("event"));
    }

    @Test
    void d6_a_run_that_is_cancelled_while_it_waits_stops_and_an_event_comes_too_late() {
        stage.start(AWAIT);
        stage.engine().start(AWAIT, "order-1", "paid");
        stage.awaitRest("order-1");
        stage.engine().cancel("order-1", "enough");
        stage.until("it has stopped", () -> stage.view("order-1").status() == RunStatus.CANCELLED);
        assertThat(stage.disk.listening(stage.view("order-1").incarnation())).isEmpty();
        assertThat(stage.engine().emitEvent("paid", "late")).isTrue();
        assertThat(stage.view("order-1").status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void d6_an_event_needs_a_name_and_a_value() {
        stage.start(AWAIT);
        assertThatThrownBy(() -> stage.engine().emitEvent("paid", null)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("'paid'").hasMessageContaining("true");
        assertThatThrownBy(() -> stage.engine().emitEvent(" ", "x")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> stage.engine().event("a/b", String.class))
                .isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void d6_an_engine_that_dies_at_any_write_loses_no_event_and_no_wake_up() {
        int deaths = 0;
        boolean died = true;
        for (int writes = 0; died; writes++) {
            died = diesEmitting("before-" + writes, writes, false) | diesEmitting("after-" + writes, writes, true);
            deaths += died ? 2 : 0;
        }
        assertThat(deaths).as("the wait, the emission, and the hearing of it").isGreaterThanOrEqualTo(6);
    }

    /** Whether the engine came to that write while one run emitted what another waited for. */
    private boolean diesEmitting(String name, int writes, boolean written) {
        stage.start(AWAIT, EMIT);
        stage.store().dieWriting(writes, written);
        start(AWAIT, "await " + name, name);
        start(EMIT, "emit " + name, name);
        stage.until("emitted and heard, or dead", () -> stage.store().isDead() || finished("await " + name)
                && finished("emit " + name));
        boolean died = stage.store().isDead();
        stage.crashAndStart(AWAIT, EMIT);
        start(AWAIT, "await " + name, name);
        start(EMIT, "emit " + name, name);
        assertThat(stage.result(stage.engine().handle(AWAIT, "await " + name)))
                .isEqualTo("await " + name + " from emit " + name);
        stage.stop();
        return died;
    }

    private boolean finished(String runId) {
        return stage.disk.find(runId).filter(run -> run.status().isFinished()).isPresent();
    }

    private void start(Workflow.Implemented<String, String> workflow, String runId, String input) {
        try {
            stage.engine().start(workflow, runId, input);
        } catch (PerdureException unknown) {
            assertThat(stage.store().isDead()).isTrue();
        }
    }
}
