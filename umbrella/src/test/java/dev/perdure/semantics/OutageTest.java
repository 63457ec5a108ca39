// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import dev.perdure.semantics.FrailStore.Fault;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that fails: the engine parks, backs off and goes on, and nothing is lost or doubled. */
class OutageTest extends OnEveryStore {

    private final List<String> effects = new CopyOnWriteArrayList<>();
    private final Workflow.Implemented<String, String> threeSteps = order((ctx, input) -> {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            String name = "step " + i;
            all.append(ctx.step(name, String.class, step -> {
                effects.add(step.runId() + " " + name);
                return "" + step.attempt();
            }));
        }
        return all + ctx.signals("go", String.class).receive();
    });

    /** A caller's write in the same batch would be given back to the test as an error. */
    private static boolean isRunsOnly(List<? extends Write> batch) {
        return batch.stream().allMatch(write -> write instanceof Write.Advance run && run.creation() == null);
    }

    @BeforeEach
    void letTheClockRun() {
        stage.world.letRun();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "REFUSED")
    void g8_a_commit_that_fails_is_sent_again_until_it_lands_once(Fault fault) {
        stage.start(threeSteps);
        RunHandle<String> run = stage.engine().start(threeSteps, "order-1", "");
        stage.store().failWrites(4, fault, OutageTest::isRunsOnly);
        run.signal("go", "!");

        assertThat(stage.result(run)).isEqualTo("111!");
        assertThat(effects).containsExactly("order-1 step 1", "order-1 step 2", "order-1 step 3");
        assertThat(stage.journal("order-1").split("step_completed")).hasSize(4);
        stage.until("told", () -> stage.ear.count("store away") == stage.ear.count("store back"));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void x27_a_last_write_that_fails_lands_all_the_same(Fault fault) {
        stage.start(threeSteps);
        RunHandle<String> run = stage.engine().start(threeSteps, "order-1", "");
        stage.awaitRest("order-1");
        stage.store().failWrites(fault == Fault.REFUSED ? 1 : 3, fault, batch -> batch.stream().anyMatch(write ->
                write instanceof Write.Advance end && end.state() != null && end.state().status().isFinished()));
        run.signal("go", "!");
        if (fault == Fault.REFUSED) {
            stage.until("stuck", () -> run.describe().status() == RunStatus.STUCK);
            assertThat(run.describe().problem()).contains("refused what the run wanted to write", "on purpose",
                    "redrive");
            stage.engine().redrive("order-1");
        }

        assertThat(stage.result(run)).isEqualTo("111!");
        assertThat(effects).hasSize(3);
    }

    @Test
    void x27_a_continuation_that_is_refused_is_told_and_made_after_a_redrive() {
        Workflow.Implemented<String, String> twoLives = order((ctx, life) -> life.isEmpty()
                ? ctx.continueAsNew(ctx.signals("go", String.class).receive()) : life);
        stage.start(twoLives);
        RunHandle<String> run = stage.engine().start(twoLives, "order-1", "");
        stage.awaitRest("order-1");
        stage.store().failWrites(1, Fault.REFUSED, batch -> batch.stream().anyMatch(write ->
                write instanceof Write.Advance end && end.successor() != null));
        run.signal("go", "second");
        stage.until("stuck", () -> run.describe().status() == RunStatus.STUCK);
        assertThat(run.describe().problem()).contains("refused what the run wanted to write", "redrive");
        stage.engine().redrive("order-1");

        assertThat(stage.result(run)).isEqualTo("second");
    }

    @Test
    void g8_an_outage_of_everything_parks_the_engine_and_afterwards_all_runs_go_on() {
        stage.start(threeSteps);
        List<RunHandle<String>> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(stage.engine().start(threeSteps, "order-" + i, ""));
        }
        stage.store().goAway();
        StoreException away = catchThrowableOfType(StoreException.class,
                () -> stage.engine().start(threeSteps, "late", ""));
        assertThat(away.effect()).isEqualTo(StoreException.Effect.NOTHING_RETRY);
        assertThatThrownBy(() -> stage.engine().signal("order-1", "go", "!")).isInstanceOf(StoreException.class);
        stage.store().comeBack();
        for (RunHandle<String> run : runs) {
            run.signal("go", "!");
            assertThat(stage.result(run)).isEqualTo("111!");
        }

        assertThat(Set.copyOf(effects)).as("all steps").hasSize(30);
        assertThat(effects).as("none twice").hasSize(30);
        assertThat(stage.outside().count(RunFilter.all())).as("nothing half-made").isEqualTo(10);
    }

    @Test
    void g8_a_run_that_comes_due_during_an_outage_moves_after_it() {
        Workflow.Implemented<String, String> sleeper = order((ctx, input) -> {
            ctx.sleep(Duration.ofHours(1));
            return "awake";
        });
        stage.with(builder -> builder.cacheSize(0)).start(sleeper);
        RunHandle<String> run = stage.engine().start(sleeper, "order-1", "");
        stage.awaitEvicted();
        stage.store().goAway();
        stage.world.advance(Duration.ofHours(1));
        stage.until("noticed", () -> stage.store().failures() > 2);
        stage.store().comeBack();

        assertThat(stage.result(run)).isEqualTo("awake");
    }

    @Test
    void g8_a_run_that_cannot_be_read_when_it_is_taken_is_tried_again() {
        stage.with(builder -> builder.cacheSize(0)).start(threeSteps);
        RunHandle<String> run = stage.engine().start(threeSteps, "order-1", "");
        stage.awaitRest("order-1");
        stage.awaitEvicted();
        stage.store().failLoads(2);
        run.signal("go", "!");

        assertThat(stage.result(run)).isEqualTo("111!");
        assertThat(stage.store().failures()).isEqualTo(2);
    }

    @Test
    void g8_a_result_asked_for_during_an_outage_comes_after_it() {
        stage.start(threeSteps);
        RunHandle<String> run = stage.engine().start(threeSteps, "order-1", "");
        stage.awaitRest("order-1");
        stage.store().goAway();
        var result = run.resultAsync();
        stage.store().comeBack();
        run.signal("go", "!");

        stage.until("the result", result::isDone);
        assertThat(result.join()).isEqualTo("111!");
    }

    @Test
    void g8_a_start_whose_answer_was_lost_is_an_error_to_the_caller_and_its_run_goes_on_all_the_same() {
        stage.start(threeSteps);
        stage.store().failWrites(1, Fault.ANSWER_LOST);
        StoreException unknown = catchThrowableOfType(StoreException.class,
                () -> stage.engine().start(threeSteps, "order-1", ""));
        assertThat(unknown.effect()).isEqualTo(StoreException.Effect.UNKNOWN);

        RunHandle<String> again = stage.engine().start(threeSteps, "order-1", "");
        assertThat(again.created()).isFalse();
        again.signal("go", "!");
        assertThat(stage.result(again)).isEqualTo("111!");
        assertThat(effects).hasSize(3);
    }

    @Test
    void g8_a_run_that_may_exist_is_looked_for_until_the_store_answers() {
        stage.start(threeSteps);
        stage.store().failWrites(1, Fault.ANSWER_LOST);
        assertThatThrownBy(() -> stage.engine().start(threeSteps, "order-1", "")).isInstanceOf(StoreException.class);
        stage.store().goAway();
        // The engine looks sixteen times a second, and for this run after half of one.
        stage.until("it was looked for in vain", () -> stage.store().failures() > 15);
        stage.store().comeBack();
        stage.engine().signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(threeSteps, "order-1"))).isEqualTo("111!");
    }

    @Test
    void g8_runs_claimed_by_a_claim_whose_answer_was_lost_are_found_and_go_on() {
        stage.start(threeSteps);
        stage.store().loseClaims(2);
        for (int i = 0; i < 5; i++) {
            stage.engine().start(threeSteps, StartOptions.id("order-" + i).signal("go", "!"), "");
        }
        for (int i = 0; i < 5; i++) {
            assertThat(stage.result(stage.engine().handle(threeSteps, "order-" + i))).isEqualTo("111!");
        }
        assertThat(effects).hasSize(15);
        assertThat(stage.store().failures()).isPositive();
        stage.outside().start(threeSteps, StartOptions.id("late").signal("go", "!"), "");
        assertThat(stage.result(stage.engine().handle(threeSteps, "late"))).as("the engine looks on").isEqualTo("111!");
    }

    @Test
    void b2_g8_a_start_that_was_not_written_leaves_nothing_and_may_be_repeated() {
        stage.start(threeSteps);
        for (Fault fault : List.of(Fault.AWAY, Fault.REFUSED, Fault.REQUEST_LOST)) {
            stage.store().failWrites(1, fault);
            assertThatThrownBy(() -> stage.engine().start(threeSteps, "order-1", ""))
                    .isInstanceOf(StoreException.class);
            assertThat(stage.outside().count(RunFilter.all())).isZero();
        }
        RunHandle<String> run = stage.engine().start(threeSteps, "order-1", "");
        run.signal("go", "!");
        assertThat(stage.result(run)).isEqualTo("111!");
        assertThat(effects).hasSize(3);
    }

    @Test
    void x14_h7_a_refused_commit_sticks_its_own_run_and_no_other() {
        stage.start(threeSteps);
        List<RunHandle<String>> runs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            runs.add(stage.engine().start(threeSteps, "order-" + i, ""));
        }
        runs.forEach(run -> stage.awaitRest(run.runId()));
        var poisoned = runs.get(2).incarnation();
        stage.store().failWrites(Integer.MAX_VALUE, Fault.REFUSED, batch -> batch.stream().anyMatch(write ->
                write instanceof Write.Advance end && end.incarnation().equals(poisoned) && !end.units().isEmpty()));
        runs.forEach(run -> run.signal("go", "!"));
        for (RunHandle<String> run : runs) {
            if (run != runs.get(2)) {
                assertThat(stage.result(run)).isEqualTo("111!");
            }
        }
        stage.until("stuck", () -> runs.get(2).describe().status() == RunStatus.STUCK);
        stage.until("told", () -> stage.ear.heardOf("stuck").equals(List.of("stuck order-2")));

        stage.store().failWrites(0, Fault.REFUSED);
        stage.engine().redrive("order-2");
        assertThat(stage.result(runs.get(2))).isEqualTo("111!");
        assertThat(effects).as("no step twice").hasSize(15);
    }

    @Test
    void x14_g8_commits_that_fail_now_and_then_lose_and_double_nothing() {
        Set<String> keys = ConcurrentHashMap.newKeySet();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            for (int i = 0; i < 5; i++) {
                ctx.step("a", step -> keys.add(step.idempotencyKey()));
                effects.add("");
            }
            return input;
        });
        stage.start(workflow);
        List<RunHandle<String>> runs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            runs.add(stage.engine().start(workflow, "order-" + i, "" + i));
            Fault fault = List.of(Fault.AWAY, Fault.ANSWER_LOST, Fault.REQUEST_LOST).get(i % 3);
            stage.store().failWrites(1, fault, OutageTest::isRunsOnly);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(stage.result(runs.get(i))).isEqualTo("" + i);
        }
        assertThat(keys).hasSize(100);
    }
}
