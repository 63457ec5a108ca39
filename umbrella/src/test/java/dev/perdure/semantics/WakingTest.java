// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RetryPolicy;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What moves a run, and at which time it finds itself then. */
class WakingTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void x28_b5_starts_signals_and_timers_wake_their_run_although_nobody_ever_looks() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String said = ctx.signals("go", String.class).receive();
            ctx.sleep(HOUR);
            return ctx.step(StepSpec.of("a", String.class).retry(RetryPolicy.fixed(HOUR, 2)), step -> {
                if (step.attempt() == 1) {
                    throw new IllegalStateException("again");
                }
                return said;
            });
        });
        // Whoever waits for a while in the hope that something has happened then, waits for ever here.
        stage.world.neverLook();
        stage.with(builder -> builder.cacheSize(0)).start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, "order-1", "");
        awaitEvictions(1);
        run.signal("go", "moved");
        awaitEvictions(2);
        stage.world.advance(HOUR);
        awaitEvictions(3);
        stage.world.advance(HOUR);

        assertThat(stage.result(run)).isEqualTo("moved");
    }

    /** Only then does the engine know when the run has to be fetched again. */
    private void awaitEvictions(int many) {
        stage.until("it has left memory", () -> stage.ear.count("evicted") == many);
    }

    @Test
    void runs_that_hear_something_at_once_read_their_inboxes_together() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) ->
                ctx.signals("go", String.class).receive());
        stage.start(workflow);
        List<RunHandle<String>> runs = IntStream.range(0, 100)
                .mapToObj(number -> stage.engine().start(workflow, "order-" + number, "")).toList();
        runs.forEach(run -> stage.awaitRest(run.runId()));
        int before = stage.store().inboxesReadAlone();
        stage.store().holdInboxes();
        runs.forEach(run -> run.signal("go", "on"));
        stage.store().letRead();

        assertThat(runs).allSatisfy(run -> assertThat(stage.result(run)).isEqualTo("on"));
        // How often they are read together depends on how long it takes.
        assertThat(stage.store().inboxesReadAlone() - before).isLessThan(25);
    }

    @Test
    void a_run_whose_inbox_cannot_be_read_keeps_no_other_from_hearing() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) ->
                ctx.signals("go", String.class).receive());
        stage.start(workflow);
        List<RunHandle<String>> runs = IntStream.range(0, 5)
                .mapToObj(number -> stage.engine().start(workflow, "order-" + number, "")).toList();
        runs.forEach(run -> stage.awaitRest(run.runId()));
        stage.store().spoilInbox(stage.disk.find("order-2").orElseThrow().chain());
        stage.store().holdInboxes();
        runs.forEach(run -> run.signal("go", "on"));
        stage.store().letRead();

        for (RunHandle<String> run : runs) {
            if (!run.runId().equals("order-2")) {
                assertThat(stage.result(run)).isEqualTo("on");
            }
        }
        stage.crashAndStart(workflow);
        assertThat(stage.result(stage.engine().handle(workflow, "order-2"))).isEqualTo("on");
    }

    @Test
    void x47_time_in_a_run_never_runs_backwards_and_is_the_same_on_replay_although_the_clock_was_set_back() {
        List<Instant> live = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            List<Instant> seen = new CopyOnWriteArrayList<>();
            ctx.query("seen", String.class, question -> seen.toString());
            for (int i = 0; i < 6; i++) {
                ctx.signals("tick", String.class).receive();
                seen.add(ctx.now());
                if (!ctx.isReplaying()) {
                    live.add(ctx.now());
                }
            }
            return seen.toString();
        });
        stage.start(workflow).start(workflow, "order-1", "");
        for (int i = 0; i < 6; i++) {
            stage.awaitRest("order-1");
            // An engine after the other, on machines whose clocks differ by an hour, and by a part of a second.
            stage.world.advance(Duration.ofMillis(i % 2 == 0 ? 1_234 : -3_600_000));
            stage.crashAndStart(workflow);
            stage.engine().signal("order-1", "tick", "");
        }
        RunHandle<String> run = stage.engine().handle(workflow, "order-1");

        assertThat(stage.result(run)).isEqualTo(live.toString());
        assertThat(live).hasSize(6).isSorted();
        assertThat(run.query("seen", null, String.class)).as("replayed cold").isEqualTo(live.toString());
    }
}
