// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Payload;
import dev.perdure.RunExistsException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StartOptions.Policy;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How runs begin. */
class StartingTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Workflow.Implemented<String, String> echo =
            order((ctx, input) -> ctx.step("say", String.class, step -> "said " + input));
    private final Workflow.Implemented<String, String> waiting =
            order((ctx, input) -> input + ctx.signals("go", String.class).receive());

    @Test
    void b1_starting_a_second_time_joins_the_run_and_ignores_the_input() {
        stage.start(waiting);
        RunHandle<String> first = stage.engine().start(waiting, "order-1", "a");
        RunHandle<String> second = stage.engine().start(waiting, "order-1", "b");
        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.incarnation()).isEqualTo(first.incarnation());

        second.signal("go", "!");
        assertThat(stage.result(first)).isEqualTo("a!");
        RunHandle<String> third = stage.engine().start(waiting, "order-1", "c");
        assertThat(third.created()).isFalse();
        assertThat(stage.result(third)).as("a finished run is joined, too").isEqualTo("a!");
    }

    @Test
    void b1_many_who_start_one_id_at_the_same_moment_get_one_run() throws Exception {
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> once = order((ctx, input) -> ctx.step("once", String.class, step -> {
            bodies.incrementAndGet();
            return "by " + input;
        }));
        stage.start(once);
        List<Future<RunHandle<String>>> starts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                String input = "caller " + i;
                starts.add(threads.submit(() -> stage.engine().start(once, "order-1", input)));
            }
        }
        Set<String> results = ConcurrentHashMap.newKeySet();
        int created = 0;
        for (Future<RunHandle<String>> start : starts) {
            created += start.get().created() ? 1 : 0;
            results.add(stage.result(start.get()));
        }
        assertThat(created).isOne();
        assertThat(results).hasSize(1);
        assertThat(bodies).hasValue(1);
    }

    @Test
    void b1_the_policy_fail_refuses_an_id_that_is_taken() {
        stage.start(waiting).start(waiting, "order-1", "a");

        assertThatThrownBy(() -> stage.engine().start(waiting, StartOptions.id("order-1").policy(Policy.FAIL), "b"))
                .isInstanceOf(RunExistsException.class)
                .hasMessageContaining("already a run 'order-1'").hasMessageContaining("USE_EXISTING");
        assertThat(stage.outside().handle("order-1").describe().incarnation())
                .isEqualTo(stage.engine().handle(waiting, "order-1").incarnation());
    }

    @Test
    void b1_the_policy_restart_finished_joins_a_run_that_goes_on() {
        stage.start(waiting).start(waiting, "order-1", "a");
        StartOptions restart = StartOptions.id("order-1").policy(Policy.RESTART_FINISHED);

        assertThat(stage.engine().start(waiting, restart, "b").created()).isFalse();
    }

    @Test
    void x35_a_restarted_id_has_nothing_of_the_run_before() {
        Set<String> keys = ConcurrentHashMap.newKeySet();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.publish("input", input);
            if (input.equals("a")) {
                ctx.publish("only a", true);
            }
            return ctx.step("say", String.class, step -> {
                keys.add(step.idempotencyKey());
                return "said " + input;
            });
        });
        stage.start(workflow);
        StartOptions restart = StartOptions.id("order-1").policy(Policy.RESTART_FINISHED);
        RunHandle<String> first = stage.engine().start(workflow, restart, "a");
        assertThat(stage.result(first)).isEqualTo("said a");

        RunHandle<String> second = stage.engine().start(workflow, restart, "b");
        assertThat(second.created()).isTrue();
        assertThat(stage.result(second)).isEqualTo("said b");
        assertThat(keys).as("idempotency keys").hasSize(2);
        assertThat(second.read("only a", Boolean.class)).isEmpty();
        assertThat(stage.result(first.pinned())).as("the first life is still there").isEqualTo("said a");
        assertThat(stage.result(first)).as("a handle follows its own chain only").isEqualTo("said a");
        assertThat(first.pinned().read("input", String.class)).contains("a");
    }

    @Test
    void b1_an_id_of_another_workflow_is_refused() {
        Workflow.Implemented<String, String> other = Workflow.of("other", String.class, String.class, (ctx, in) -> in);
        stage.start(echo, other).start(echo, "order-1", "a");

        assertThatThrownBy(() -> stage.engine().start(other, "order-1", "b")).isInstanceOf(RunExistsException.class)
                .hasMessageContaining("belongs to a run of workflow 'order'").hasMessageContaining("another id");
        assertThatThrownBy(() -> stage.engine().handle(other, "order-1"))
                .hasMessageContaining("is of workflow 'order', not of 'other'");
    }

    @Test
    void b1_a_run_without_an_id_gets_one_that_sorts_by_time() {
        stage.start(echo);
        RunHandle<String> run = stage.engine().start(echo, "a");

        assertThat(UUID.fromString(run.runId()).version()).isEqualTo(7);
        assertThat(run.created()).isTrue();
        assertThat(stage.result(run)).isEqualTo("said a");
    }

    @Test
    void b4_a_delayed_run_waits_and_its_engine_may_end_meanwhile() {
        stage.start(echo);
        RunHandle<String> run = stage.engine().start(echo, StartOptions.id("order-1").delay(HOUR), "a");
        assertThat(run.describe().status()).isEqualTo(RunStatus.QUEUED);
        assertThat(run.explain()).isEqualTo("queued; to be started at 2100-01-01T01:00:00Z");

        stage.restart(echo);
        stage.world.advance(HOUR.dividedBy(2));
        assertThat(stage.view("order-1").status()).isEqualTo(RunStatus.QUEUED);
        stage.world.advance(HOUR.dividedBy(2));
        assertThat(stage.result(stage.engine().handle(echo, "order-1"))).isEqualTo("said a");
        assertThat(stage.journal("order-1")).startsWith("    1  2100-01-01T01:00:00Z      run_started");
    }

    @Test
    void b4_a_run_may_be_started_at_an_instant_and_a_past_one_means_at_once() {
        Instant later = Clockwork.BEGINNING.plus(HOUR);
        stage.start(echo);
        RunHandle<String> future = stage.engine().start(echo, StartOptions.id("future").startAt(later), "f");
        RunHandle<String> past = stage.engine().start(echo, StartOptions.id("past").startAt(Instant.EPOCH), "p");

        assertThat(stage.result(past)).isEqualTo("said p");
        assertThat(future.describe().wakeAt()).contains(later);
        stage.world.advance(HOUR);
        assertThat(stage.result(future)).isEqualTo("said f");
    }

    @Test
    void b4_a_start_far_beyond_any_calendar_waits_for_ever() {
        stage.start(echo);
        RunHandle<String> run = stage.engine().start(echo, StartOptions.id("order-1").startAt(Instant.MAX), "f");
        assertThat(run.describe().status()).isEqualTo(RunStatus.QUEUED);
    }

    @Test
    void b5_a_local_start_takes_its_first_turn_in_the_commit_that_makes_the_run() {
        stage.start(waiting).start(waiting, "order-1", "a");

        assertThat(stage.journal("order-1")).as("when start returns").contains("run_started", "signal_awaited");
        assertThat(stage.view("order-1").status()).isEqualTo(RunStatus.SUSPENDED);
    }

    @Test
    void a_run_started_from_outside_is_taken_up_by_the_engine() {
        stage.start(echo);
        RunHandle<String> run = stage.outside().start(echo, "order-1", "a");

        assertThat(run.created()).isTrue();
        assertThat(stage.result(run)).isEqualTo("said a");
    }

    @Test
    void b6_headers_go_along_to_the_run_live_and_on_replay() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String before = ctx.info().headers().toString();
            ctx.signals("go", String.class).receive();
            return before + ctx.info().headers();
        });
        StartOptions options = StartOptions.id("order-1").header("trace", "t-1").header("user", "u");
        stage.start(workflow).start(workflow, options, "");
        stage.awaitRest("order-1");
        stage.crashAndStart(workflow).signal("order-1", "go", "");

        assertThat(stage.result(stage.engine().handle(workflow, "order-1")))
                .isEqualTo("{trace=t-1, user=u}{trace=t-1, user=u}");
    }

    @Test
    void b7_a_run_is_started_and_read_by_the_name_of_its_workflow() {
        stage.start(echo);
        Payload input = Stage.payloads().encode("a", TypeRef.of(String.class));
        RunHandle<Payload> run = stage.engine().start("order", StartOptions.id("order-1"), input);

        assertThat(stage.result(run).text()).isEqualTo("\"said a\"");
        assertThat(stage.result(stage.engine().handle("order-1")).text()).isEqualTo("\"said a\"");
        assertThat(stage.result(stage.engine().handle(echo, "order-1"))).isEqualTo("said a");
    }

    @Test
    void b10_a_workflow_that_is_not_registered_is_found_by_the_resolver() {
        Workflow.Implemented<String, String> tenant =
                Workflow.of("tenant-7", String.class, String.class, (ctx, input) -> {
                    ctx.sleep(HOUR);
                    return "seven " + input;
                });
        stage.with(builder -> builder.resolver(name ->
                name.equals("tenant-7") ? Optional.of(tenant) : Optional.empty()));
        stage.start(echo);
        RunHandle<String> here = stage.engine().start(tenant, "here", "a");
        RunHandle<String> outside = stage.outside().start(tenant, "outside", "b");
        stage.awaitRest("here");
        stage.awaitRest("outside");
        stage.outside().start(Workflow.of("tenant-8", String.class, String.class, (ctx, input) -> input), "unknown",
                "c");
        stage.crashAndStart(echo);
        stage.world.advance(HOUR);

        assertThat(stage.result(stage.engine().handle(tenant, here.runId()))).isEqualTo("seven a");
        assertThat(stage.result(stage.engine().handle(tenant, outside.runId()))).isEqualTo("seven b");
        assertThat(stage.view("unknown").status()).isEqualTo(RunStatus.QUEUED);
    }

    @Test
    void x16_f5_a_run_of_an_unknown_workflow_is_left_alone_until_an_engine_knows_it() {
        Workflow.Implemented<String, String> other =
                Workflow.of("other", String.class, String.class, (ctx, in) -> ctx.step("a", String.class, step -> in));
        stage.start(echo);
        stage.outside().start(other, "order-1", "a");
        assertThat(stage.result(stage.engine().start(echo, "order-2", "b"))).isEqualTo("said b");
        assertThat(stage.view("order-1").status()).isEqualTo(RunStatus.QUEUED);
        assertThat(stage.view("order-1").owner()).isEmpty();
        assertThat(stage.outside().handle("order-1").explain())
                .contains("no node with its workflow 'other' has taken it yet");

        stage.restart(echo, other);
        assertThat(stage.result(stage.engine().handle(other, "order-1"))).isEqualTo("a");
        assertThat(stage.ear.heardOf("step order-1")).containsExactly("step order-1 a 1");
    }

    @Test
    void x16_a_run_under_way_whose_workflow_is_gone_is_left_alone_and_goes_on_when_it_is_back() {
        stage.start(waiting, echoAs("other")).start(waiting, "order-1", "a");
        stage.awaitRest("order-1");
        stage.restart(echoAs("other"));
        stage.outside().signal("order-1", "go", "!");
        assertThat(stage.result(stage.engine().start(echoAs("other"), "order-2", "b"))).isEqualTo("said b");
        assertThat(stage.view("order-1").status()).isEqualTo(RunStatus.SUSPENDED);

        stage.restart(waiting);
        assertThat(stage.result(stage.engine().handle(waiting, "order-1"))).isEqualTo("a!");
    }

    private static Workflow.Implemented<String, String> echoAs(String name) {
        return Workflow.of(name, String.class, String.class,
                (ctx, input) -> ctx.step("say", String.class, step -> "said " + input));
    }

    @Test
    void d3_signals_sent_with_the_start_are_there_from_the_beginning() {
        Workflow.Implemented<String, String> two = order((ctx, input) -> {
            var go = ctx.signals("go", String.class);
            return go.receive() + go.receive();
        });
        stage.start(two);
        StartOptions options = StartOptions.id("order-1").signal("go", "1").signal("go", "2");

        assertThat(stage.result(stage.engine().start(two, options, ""))).isEqualTo("12");
    }

    @Test
    void d3_signals_sent_with_a_start_go_to_the_run_that_exists_already() {
        stage.start(waiting).start(waiting, "order-1", "a");
        RunHandle<String> joined = stage.engine().start(waiting, StartOptions.id("order-1").signal("go", "?"), "b");

        assertThat(joined.created()).isFalse();
        assertThat(stage.result(joined)).isEqualTo("a?");
    }

    @Test
    void workflows_without_input_or_result_have_forms_of_their_own() {
        AtomicInteger ran = new AtomicInteger();
        Workflow.Implemented<Void, Void> neither = Workflow.of("neither", ctx -> ctx.step("a", step ->
                ran.incrementAndGet()));
        Workflow.Implemented<String, Void> input =
                Workflow.of("input", String.class, (ctx, in) -> ctx.step(in, step -> ran.incrementAndGet()));
        stage.start(neither, input);

        assertThat(stage.result(stage.engine().start(neither, null))).isNull();
        assertThat(stage.result(stage.engine().start(input, "in"))).isNull();
        assertThat(ran).hasValue(2);
    }

    @Test
    void an_implementation_is_any_method_that_fits_its_definition() {
        Workflow<List<String>, Integer> definition =
                Workflow.named("count", new TypeRef<List<String>>() { }, TypeRef.of(Integer.class));
        try (var engine = Engine.builder().store(stage.disk)
                .workflow(definition, (ctx, input) -> input.size()).start()) {
            assertThat(engine.start(definition, List.of("a", "b")).result(Bell.LIMIT)).isEqualTo(2);
        }
    }
}
