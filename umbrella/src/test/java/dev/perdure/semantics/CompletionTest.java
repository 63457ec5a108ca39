// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.Activity;
import dev.perdure.Failed;
import dev.perdure.InvalidArgumentException;
import dev.perdure.RetryPolicy;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunView;
import dev.perdure.store.RunFilter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** C9: activities that are left to somebody outside. */
class CompletionTest extends OnEveryStore {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Activity<String, String> SHIP = Activity.named("ship", String.class, String.class);

    private final List<String> tokens = new CopyOnWriteArrayList<>();

    private void with(Activity<String, String> activity, Activity.Body<String, String> body) {
        stage.with(builder -> builder.activity(activity, body));
    }

    private static Workflow.Implemented<String, String> shipping() {
        return order((ctx, input) -> ctx.call(SHIP, input) + "!");
    }

    private List<RunView> runs() {
        return stage.outside().list(RunFilter.all(), 100).runs();
    }

    private String order() {
        return stage.result(stage.outside().handle(shipping(), "order-1"));
    }

    private void withTokens(Activity<String, String> activity) {
        with(activity, (ctx, what) -> {
            tokens.add(ctx.completeLater());
            return "nobody wants this";
        });
    }

    private RunView awaitDeferred() {
        stage.until("somebody outside is awaited", () -> runs().stream().anyMatch(run -> run.workflow().equals("ship")
                && run.status() == RunStatus.SUSPENDED && run.waits().stream()
                        .anyMatch(wait -> wait.kind().equals("completion"))));
        return runs().stream().filter(run -> run.workflow().equals("ship")).findFirst().orElseThrow();
    }

    @Test
    void c9_an_activity_is_completed_from_outside_and_needs_no_memory_until_then() {
        withTokens(SHIP);
        stage.with(builder -> builder.cacheSize(0)).start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        RunView waiting = awaitDeferred();
        stage.awaitEvicted();
        assertThat(stage.outside().handle(waiting.runId()).explain()).contains("waiting for completion 'ship'");
        stage.crashAndStart(shipping());
        stage.outside().complete(tokens.getFirst(), "shipped by hand");

        assertThat(order()).isEqualTo("shipped by hand!");
        assertThat(tokens).hasSize(1);
        assertThat(runs()).hasSize(1);
    }

    @Test
    void c9_what_fails_from_outside_is_not_tried_again() {
        withTokens(SHIP.retry(RetryPolicy.fixed(Duration.ZERO, 5)));
        stage.start(shipping());
        RunHandle<String> job = stage.engine().start(SHIP, "job-1", "hat");
        awaitDeferred();
        stage.outside().fail(tokens.getFirst(), Failed.with("lost at sea", 7));

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(job));
        assertThat(failed.failure().message()).isEqualTo("lost at sea");
        assertThat(failed.details(Integer.class)).isEqualTo(7);
        assertThat(tokens).hasSize(1);
        assertThatThrownBy(() -> stage.outside().complete(tokens.getFirst(), "late"))
                .isInstanceOf(RunFinishedException.class);
    }

    @Test
    void c9_c2_x18_what_is_not_completed_in_time_is_tried_again_and_the_old_token_counts_for_nothing() {
        withTokens(SHIP.timeout(MINUTE).retry(RetryPolicy.fixed(Duration.ZERO, 2)));
        stage.start(shipping());
        RunHandle<String> job = stage.engine().start(SHIP, "job-1", "hat");
        awaitDeferred();
        stage.world.advance(MINUTE);
        stage.until("there is another attempt", () -> tokens.size() == 2);
        awaitDeferred();
        stage.outside().complete(tokens.getFirst(), "first");
        stage.until("that was read", () -> stage.disk.inbox(job.incarnation()).isEmpty());
        assertThat(stage.view("job-1").status()).isEqualTo(RunStatus.SUSPENDED);
        stage.outside().complete(tokens.getLast(), "second");

        assertThat(stage.result(job)).isEqualTo("second");
        assertThat(tokens).doesNotHaveDuplicates();
    }

    @Test
    void c9_c2_who_is_never_completed_has_failed_by_its_time_out() {
        withTokens(SHIP.timeout(MINUTE));
        stage.start(shipping());
        RunHandle<String> job = stage.engine().start(SHIP, "job-1", "hat");
        awaitDeferred();
        stage.world.advance(MINUTE);

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(job));
        assertThat(failed.failure().is(TimeoutException.class)).isTrue();
        assertThat(failed.failure().message()).contains("left to somebody outside", "PT1M");
    }

    @Test
    void c9_c5_an_attempt_that_is_repeated_after_a_crash_has_the_same_token() {
        Roadblock road = new Roadblock();
        with(SHIP, (ctx, what) -> {
            tokens.add(ctx.completeLater());
            road.pass();
            return "";
        });
        stage.start(shipping());
        stage.engine().start(shipping(), "order-1", "hat");
        road.awaitArrival();
        stage.crashAndStart(shipping());
        road.awaitArrival();
        assertThat(tokens).hasSize(2).containsOnly(tokens.getFirst());
        // Somebody may be quicker than the body.
        stage.outside().complete(tokens.getFirst(), "shipped");

        assertThat(order()).isEqualTo("shipped!");
    }

    @Test
    void c9_f1_an_activity_that_is_left_to_somebody_outside_can_be_stopped() {
        withTokens(SHIP);
        stage.start(shipping());
        RunHandle<String> job = stage.engine().start(SHIP, "job-1", "hat");
        awaitDeferred();
        job.cancel("not needed");

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class, () -> stage.result(job));
        assertThat(failed.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(tokens).hasSize(1);
    }

    @Test
    void c9_what_is_no_token_is_said_to_be_none() {
        stage.start(shipping());
        assertThatThrownBy(() -> stage.outside().complete("order-1", "x")).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("is no token of an activity");
        assertThatThrownBy(() -> stage.outside().complete("00000000-0000-0000-0000-000000000001.1", "x"))
                .isInstanceOf(RunNotFoundException.class);
    }
}
