// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.DuplicateNameException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter.Launch;
import dev.perdure.engine.RunView;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** C8: runs that wait in a queue for its limits to let them in. */
class QueuesTest extends OnEveryStore {

    private static final Activity<String, String> SEND = Activity.named("send", String.class, String.class);
    private static final Queue MAIL = Queue.named("mail");

    /** Lets attempts end. */
    private final Semaphore gate = new Semaphore(0);
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> running = new ConcurrentHashMap<>();
    private final List<String> tooMany = new CopyOnWriteArrayList<>();
    private int mostAtOnce = Integer.MAX_VALUE;
    private int mostOfKey = Integer.MAX_VALUE;

    /** The first letter of the input is the key. */
    private String send(ActivityContext ctx, String what) throws InterruptedException {
        String key = what.substring(0, 1);
        if (running.merge("all", 1, Integer::sum) > mostAtOnce || running.merge(key, 1, Integer::sum) > mostOfKey) {
            tooMany.add(what + " beside " + running);
        }
        begun.add(what);
        stage.bell.ring();
        try {
            gate.acquire();
        } finally {
            running.merge(key, -1, Integer::sum);
            running.merge("all", -1, Integer::sum);
        }
        return "sent " + what;
    }

    private void open(Queue... queues) {
        stage.with(builder -> {
            for (Queue queue : queues) {
                builder.queue(queue);
            }
            return builder.activity(SEND, this::send);
        }).start(order((ctx, input) -> ctx.call(SEND, input) + "!"));
    }

    private static StartOptions mail(String id) {
        return StartOptions.id(id).queue("mail");
    }

    private RunHandle<String> enqueue(String what) {
        return stage.engine().start(SEND, mail(what).key(what.substring(0, 1)), what);
    }

    private void awaitBegun(int count) {
        stage.until(count + " have begun", () -> begun.size() >= count);
    }

    private QueueView mail() {
        return stage.engine().queues().stream().filter(each -> each.queue().name().equals("mail")).findFirst()
                .orElseThrow();
    }

    // ---- limits ----

    @Test
    void c8_no_more_than_the_limit_go_on_at_once() {
        mostAtOnce = 2;
        open(MAIL.limit(2));
        List<RunHandle<String>> jobs = IntStream.range(0, 7).mapToObj(i -> enqueue("m" + i)).toList();
        awaitBegun(2);
        stage.until("five wait", () -> mail().waiting() == 5 && mail().running() == 2);
        gate.release(7);
        assertThat(jobs.stream().map(stage::result)).hasSize(7).doesNotHaveDuplicates();
        assertThat(tooMany).isEmpty();
        assertThat(begun).hasSize(7);
        stage.until("nothing is left", () -> mail().waiting() == 0 && mail().running() == 0);
    }

    @Test
    void c8_each_key_has_its_limit_and_none_keeps_another_back() {
        mostOfKey = 1;
        open(MAIL.limitPerKey(1));
        List<RunHandle<String>> jobs = new ArrayList<>();
        for (String what : List.of("a1", "a2", "a3", "b1", "b2", "c1")) {
            jobs.add(enqueue(what));
        }
        stage.until("one of each key", () -> begun.containsAll(List.of("a1", "b1", "c1")));
        assertThat(begun).hasSize(3);
        gate.release(6);
        jobs.forEach(stage::result);
        assertThat(tooMany).isEmpty();
        assertThat(begun.stream().filter(each -> each.startsWith("a"))).containsExactly("a1", "a2", "a3");
    }

    @Test
    void c8_a_rate_lets_so_many_begin_in_its_time() {
        open(MAIL.rate(2, Duration.ofMinutes(1)));
        gate.release(5);
        List<RunHandle<String>> jobs = IntStream.range(0, 5).mapToObj(i -> enqueue("m" + i)).toList();
        awaitBegun(2);
        stage.until("three wait", () -> mail().waiting() == 3);
        stage.world.advance(Duration.ofSeconds(30));
        awaitBegun(3);
        stage.world.advance(Duration.ofSeconds(30));
        awaitBegun(4);
        assertThat(begun).hasSize(4);
        stage.world.advance(Duration.ofHours(1));
        jobs.forEach(stage::result);
    }

    @Test
    void c8_the_more_urgent_comes_first_and_the_others_in_the_order_in_which_they_came() {
        open(MAIL.limit(1));
        enqueue("m0");
        awaitBegun(1);
        stage.engine().start(SEND, mail("m1"), "m1");
        stage.engine().start(SEND, mail("m2").priority(1), "m2");
        stage.engine().start(SEND, mail("m3").priority(-1), "m3");
        gate.release(4);
        awaitBegun(4);
        assertThat(begun).containsExactly("m0", "m2", "m1", "m3");
    }

    @Test
    void c8_limits_are_changed_while_runs_wait() {
        open(MAIL.limit(0));
        gate.release(3);
        List<RunHandle<String>> jobs = List.of(enqueue("a"), enqueue("b"), enqueue("c"));
        assertThat(begun).isEmpty();
        stage.outside().setQueue(MAIL);
        jobs.forEach(stage::result);
        assertThat(mail().queue()).isEqualTo(MAIL);
    }

    @Test
    void c8_what_was_set_at_run_time_outlives_an_engine_of_the_same_code_and_not_one_of_new_code() {
        open(MAIL.limit(3));
        stage.outside().setQueue(MAIL.limit(8));
        stage.restart();
        assertThat(mail().queue()).isEqualTo(MAIL.limit(8));
        stage.with(builder -> {
            assertThatThrownBy(() -> builder.queue(MAIL)).isInstanceOf(DuplicateNameException.class);
            return builder;
        });
        stage.restart();
    }

    // ---- who has a place ----

    @Test
    void c8_who_waits_gives_its_place_back_and_takes_one_before_it_goes_on() {
        Workflow.Implemented<String, String> approval = order((ctx, input) -> {
            begun.add(input + " asks");
            String word = ctx.signals("approval", String.class).receive();
            return input + " " + word;
        });
        stage.with(builder -> builder.queue(MAIL.limit(1))).start(approval);
        RunHandle<String> first = stage.engine().start(approval, mail("first"), "first");
        RunHandle<String> second = stage.engine().start(approval, mail("second"), "second");
        stage.until("both have asked", () -> mail().running() == 0
                && stage.view("first").status() == RunStatus.SUSPENDED
                && stage.view("second").status() == RunStatus.SUSPENDED);
        stage.outside().signal("first", "approval", "yes");
        stage.engine().signal("second", "approval", "no");
        assertThat(stage.result(first)).isEqualTo("first yes");
        assertThat(stage.result(second)).isEqualTo("second no");
    }

    @Test
    void c8_an_attempt_that_waits_for_its_next_holds_no_place() {
        open(MAIL.limit(1));
        Activity<String, String> failing = Activity.named("failing", String.class, String.class)
                .retry(RetryPolicy.fixed(Duration.ofMinutes(1), 2)).queue("mail");
        stage.with(builder -> builder.activity(failing, (ctx, what) -> {
            begun.add("failing " + ctx.attempt());
            if (ctx.attempt() == 1) {
                throw new IllegalStateException("not now");
            }
            return "at last";
        })).restart(order((ctx, input) -> input));
        RunHandle<String> job = stage.engine().start(failing, "f", "x");
        awaitBegun(1);
        gate.release();
        assertThat(stage.result(enqueue("m1"))).isEqualTo("sent m1");
        stage.world.advance(Duration.ofMinutes(1));
        assertThat(stage.result(job)).isEqualTo("at last");
    }

    @Test
    void c13_e1_a_parent_and_its_nested_children_complete_with_a_single_place() {
        Workflow<Integer, Integer> nested = Workflow.named("nested", Integer.class, Integer.class);
        stage.with(builder -> builder.queue(MAIL.limit(1)).activity(SEND, (ctx, what) -> what)
                .workflow(nested, (ctx, depth) -> depth == 0 ? Integer.parseInt(ctx.call(SEND, "40"))
                        : ctx.call(nested, depth - 1) + 1)).start();
        assertThat(stage.result(stage.engine().start(nested, mail("root"), 2))).isEqualTo(42);
        assertThat(stage.outside().list(RunFilter.all(), 9).runs()).hasSizeGreaterThanOrEqualTo(3)
                .allMatch(run -> stage.disk.find(run.incarnation()).orElseThrow().queue().equals("mail"));
    }

    @Test
    void e1_what_a_run_starts_waits_where_the_run_does_unless_it_is_said_otherwise() {
        Activity<String, String> labelled = Activity.named("labelled", String.class, String.class).queue("labels");
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            ctx.start(SEND, StartOptions.id("inherits"), "x");
            ctx.start(SEND, StartOptions.id("own key").key("mine"), "x");
            ctx.start(SEND, StartOptions.id("elsewhere").queue("other").priority(7), "x");
            ctx.start(labelled, StartOptions.id("by its definition"), "x");
            return ctx.signals("go", String.class).receive();
        });
        stage.start(parent);
        stage.engine().start(parent, mail("root").key("k").priority(2), "x");
        stage.until("all were started", () -> stage.outside().count(RunFilter.all()) == 5);
        assertThat(ticket("inherits")).isEqualTo(new Ticket("mail", "k", 2));
        assertThat(ticket("own key")).isEqualTo(new Ticket("mail", "mine", 2));
        assertThat(ticket("elsewhere")).isEqualTo(new Ticket("other", "", 7));
        assertThat(ticket("by its definition")).isEqualTo(new Ticket("labels", "", 0));
    }

    private Ticket ticket(String runId) {
        return stage.disk.launch(stage.disk.find(runId).orElseThrow().incarnation()).orElseThrow().ticket();
    }

    // ---- crashes, and the rest ----

    @Test
    void c8_a_crash_gives_places_back_and_no_run_is_lost() {
        open(MAIL.limit(2));
        List<RunHandle<String>> jobs = IntStream.range(0, 4).mapToObj(i -> enqueue("m" + i)).toList();
        awaitBegun(2);
        stage.crashAndStart(order((ctx, input) -> input));
        awaitBegun(4);
        assertThat(begun.subList(2, 4)).as("those that have begun come first").containsExactlyInAnyOrder("m0", "m1");
        gate.release(9);
        assertThat(jobs.stream().map(run -> stage.result(stage.outside().handle(SEND, run.runId()))))
                .containsExactly("sent m0", "sent m1", "sent m2", "sent m3");
    }

    @Test
    void b9_c7_c8_many_jobs_are_enqueued_at_once_and_one_id_is_one_job() {
        open(MAIL.limitPerKey(3));
        gate.release(1_000);
        List<Launch<String>> jobs = IntStream.range(0, 60).mapToObj(i -> new Launch<>(
                mail("job-" + i % 50).key("k" + i % 7), "j" + i % 50)).toList();
        List<RunHandle<String>> handles = stage.outside().startAll(SEND, jobs);
        handles.forEach(stage::result);
        assertThat(begun).hasSize(50);
        assertThat(stage.outside().list(RunFilter.all(), 100).runs()).hasSize(50)
                .allMatch(run -> run.status() == RunStatus.COMPLETED);
    }

    @Test
    void c8_b4_a_delayed_run_stands_in_line_when_its_time_has_come() {
        open(MAIL.limit(5));
        gate.release();
        RunHandle<String> job = stage.engine().start(SEND, mail("late").delay(Duration.ofMinutes(5)), "late");
        assertThat(mail().waiting()).isZero();
        stage.world.advance(Duration.ofMinutes(5));
        assertThat(stage.result(job)).isEqualTo("sent late");
    }

    @Test
    void f5_a_run_of_a_queue_is_left_to_a_node_that_knows_its_code() {
        stage.outside().start(SEND, mail("m1"), "m1");
        stage.start(order((ctx, input) -> input));
        stage.engine().start(order((ctx, input) -> input), mail("known"), "x").result(Bell.LIMIT);
        assertThat(stage.view("m1")).extracting(RunView::status).isEqualTo(RunStatus.QUEUED);
        gate.release();
        open();
        assertThat(stage.result(stage.outside().handle(SEND, "m1"))).isEqualTo("sent m1");
    }

    @Test
    void bad_limits_are_refused_with_a_reason() {
        assertThatThrownBy(() -> MAIL.limit(-1)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("limit of queue 'mail' is -1");
        assertThatThrownBy(() -> MAIL.limitPerKey(0)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("limit(0)");
        assertThatThrownBy(() -> MAIL.rate(1, Duration.ZERO)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> StartOptions.none().queue(" ")).isInstanceOf(InvalidArgumentException.class);
    }
}
