// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import org.junit.jupiter.api.Test;

/** Changing code under runs that are under way. */
class VersionsTest extends OnEveryStore {

    private static String item(WorkflowContext ctx) {
        return ctx.signals("item", String.class).receive();
    }

    private String goOn(Workflow.Implemented<String, String> workflow, String... items) {
        for (String item : items) {
            stage.engine().signal("order-1", "item", item);
        }
        return stage.result(stage.engine().handle(workflow, "order-1"));
    }

    private void begin(Workflow.Implemented<String, String> workflow, String... items) {
        stage.start(workflow).start(workflow, "order-1", "");
        for (String item : items) {
            stage.engine().signal("order-1", "item", item);
        }
        stage.awaitRest("order-1");
    }

    @Test
    void x4_a_run_that_passed_before_the_change_was_made_stays_on_the_old_branch() {
        begin(order((ctx, input) -> {
            ctx.step("ship", step -> { });
            return "old" + item(ctx);
        }));
        Workflow.Implemented<String, String> changed = order((ctx, input) -> {
            if (ctx.version("parcels", 0, 1) == 0) {
                ctx.step("ship", step -> { });
            } else {
                ctx.step("ship in parcels", step -> { });
            }
            return "version " + ctx.version("parcels", 0, 1) + item(ctx);
        });
        stage.restart(changed);

        assertThat(goOn(changed, "!")).isEqualTo("version 0!");
    }

    @Test
    void x4_a_run_that_comes_to_the_change_later_takes_the_new_branch_and_keeps_it() {
        begin(order((ctx, input) -> item(ctx) + "old"));
        Workflow.Implemented<String, String> changed = order((ctx, input) -> {
            String first = item(ctx);
            int version = ctx.version("parcels", 0, 1);
            return first + version + item(ctx) + ctx.version("parcels", 0, 1);
        });
        stage.restart(changed);
        stage.engine().signal("order-1", "item", "a");
        stage.awaitRest("order-1");
        stage.crashAndStart(changed);

        assertThat(goOn(changed, "b")).isEqualTo("a1b1");
    }

    @Test
    void x4_a_run_on_a_version_that_the_code_no_longer_knows_is_stuck_until_it_does() {
        Workflow.Implemented<String, String> newest =
                order((ctx, input) -> ctx.version("parcels", 0, 2) + item(ctx));
        begin(newest);
        stage.restart(order((ctx, input) -> ctx.version("parcels", 0, 1) + item(ctx)));
        stage.engine().signal("order-1", "item", "!");
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);
        assertThat(stage.view("order-1").problem()).contains("on version 2 of change 'parcels'", "only 0 to 1",
                "VersionsTest.java", "redrive");

        stage.restart(newest).redrive("order-1");
        assertThat(stage.result(stage.engine().handle(newest, "order-1"))).isEqualTo("2!");
    }

    @Test
    void f3_a_version_takes_no_position_so_that_asking_for_one_shifts_nothing() {
        begin(order((ctx, input) -> ctx.step("a", String.class, step -> "a") + item(ctx)));
        Workflow.Implemented<String, String> changed = order((ctx, input) -> {
            ctx.version("one", 0, 1);
            ctx.version("two", 0, 1);
            String a = ctx.step("a", String.class, step -> "again");
            ctx.version("three", 0, 1);
            return a + item(ctx) + ctx.version("three", 0, 1) + ctx.version("four", 0, 1);
        });
        stage.restart(changed);

        assertThat(goOn(changed, "!")).isEqualTo("a!01");
    }

    /** Three rounds; the change is asked for in every round from the second code on. */
    private static Workflow.Implemented<String, String> loop(boolean asks) {
        return order((ctx, input) -> {
            StringBuilder seen = new StringBuilder();
            for (int round = 0; round < 4; round++) {
                seen.append(asks ? "" + ctx.version("round", 0, 1) : "-").append(item(ctx));
            }
            return seen.toString();
        });
    }

    @Test
    void x50_a_loop_begun_before_the_change_stays_on_the_old_version_in_all_its_rounds() {
        begin(loop(false), "a", "b");
        stage.restart(loop(true));
        stage.engine().signal("order-1", "item", "c");
        stage.awaitRest("order-1");
        stage.crashAndStart(loop(true));

        assertThat(goOn(loop(true), "d")).isEqualTo("0a0b0c0d");
    }

    @Test
    void x50_a_loop_begun_after_the_change_is_on_the_new_version_in_all_its_rounds() {
        begin(loop(true), "a", "b");
        stage.crashAndStart(loop(true));

        assertThat(goOn(loop(true), "c", "d")).isEqualTo("1a1b1c1d");
        assertThat(stage.journal("order-1")).as("recorded once").containsOnlyOnce("version_marked");
    }

    @Test
    void x50_a_change_that_a_loop_comes_to_in_a_later_round_is_not_given_to_its_earlier_ones_on_replay() {
        Workflow.Implemented<String, String> late = order((ctx, input) -> {
            StringBuilder seen = new StringBuilder();
            for (int round = 0; round < 4; round++) {
                seen.append(round < 2 ? "-" : "" + ctx.version("round", 0, 1)).append(item(ctx));
            }
            return seen.toString();
        });
        begin(late, "a", "b", "c");
        stage.crashAndStart(late);

        assertThat(goOn(late, "d")).isEqualTo("-a-b1c1d");
    }

    @Test
    void x50_a_run_cut_off_right_after_a_change_was_made_answers_the_same_when_replayed_to_its_end() {
        begin(loop(false), "a");
        stage.crashAndStart(loop(true));
        String first = goOn(loop(true), "b", "c", "d");
        String journal = stage.journal("order-1");

        assertThat(first).isEqualTo("0a0b0c0d");
        assertThat(journal).doesNotContain("version_marked");
    }
}
