// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.Schedule;
import dev.perdure.Schedule.Overlap;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunView;
import dev.perdure.engine.Schedules;
import dev.perdure.store.NewMessage;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** D9: what starts runs on a calendar. The clock begins at midnight and moves by hand. */
class SchedulesTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final String HOURLY = "hourly";
    private static final String RUN = "perdure.schedule:" + HOURLY;
    private static final Schedule EACH_HOUR = Schedule.every(HOURLY, HOUR);

    /** Ends at once, with what it knows of its tick. */
    private static final Workflow.Implemented<String, String> REPORT = Workflow.of("report", String.class, String.class,
            (ctx, input) -> input + " " + Schedule.tickOf(ctx.info()).map(Instant::toString).orElse("no tick") + " "
                    + ctx.info().headers().get(Schedule.NAME_HEADER) + " " + ctx.info().headers().get("trace"));

    /** Goes on until it is told to end, or asked to stop. */
    private static final Workflow.Implemented<String, String> LONG = Workflow.of("long", String.class, String.class,
            (ctx, input) -> ctx.signals("go", String.class).receive());

    private Schedules schedules() {
        return stage.engine().schedules();
    }

    private Schedules.View hourly() {
        return stage.outside().schedules().find(HOURLY).orElseThrow();
    }

    private void advance(Duration by) {
        stage.awaitRest(RUN);
        stage.world.advance(by);
    }

    /** The ids of what a schedule has started, oldest first. */
    private List<String> runs(RunStatus... statuses) {
        RunFilter filter = RunFilter.all().attribute(Schedule.NAME_HEADER, HOURLY);
        return stage.outside().list(filter, 1_000).runs().reversed().stream()
                .filter(run -> statuses.length == 0 || List.of(statuses).contains(run.status())).map(RunView::runId)
                .toList();
    }

    private static String at(int hour) {
        return EACH_HOUR.runId(Clockwork.BEGINNING.plus(HOUR.multipliedBy(hour)));
    }

    private void until(String what, Runnable assertion) {
        stage.until(what, () -> {
            try {
                assertion.run();
                return true;
            } catch (AssertionError notYet) {
                return false;
            }
        });
    }

    private void untilRuns(String... ids) {
        stage.until("there are " + List.of(ids), () -> runs().equals(List.of(ids)));
    }

    private void untilEnded(String runId, RunStatus status) {
        stage.until(runId + " is " + status, () -> runs(status).contains(runId));
    }

    // ---- ticks ----

    @Test
    void d9_each_tick_starts_one_run_that_has_its_id_input_headers_and_attributes() {
        stage.start(REPORT);
        assertThat(schedules().put(EACH_HOUR.startOptions(StartOptions.none().header("trace", "t-1")
                .attribute("team", "shop")), REPORT, "sales")).isTrue();
        advance(Duration.ofMinutes(59));
        assertThat(runs()).isEmpty();
        assertThat(hourly().next()).contains(Clockwork.BEGINNING.plus(HOUR));
        advance(Duration.ofMinutes(1));
        untilEnded(at(1), RunStatus.COMPLETED);
        advance(HOUR);
        untilEnded(at(2), RunStatus.COMPLETED);

        assertThat(runs()).containsExactly(at(1), at(2));
        assertThat(at(1)).isEqualTo("hourly:2100-01-01T01:00:00Z");
        assertThat(stage.result(stage.outside().handle(REPORT, at(2))))
                .isEqualTo("sales 2100-01-01T02:00:00Z hourly t-1");
        assertThat(stage.outside().count(RunFilter.all().attribute("team", "shop"))).isEqualTo(2);
        until("all is told", () -> assertThat(hourly()).satisfies(view -> {
            assertThat(view.started()).isEqualTo(2);
            assertThat(view.running()).isEmpty();
            assertThat(view.problem()).isEmpty();
            assertThat(view.next()).contains(Clockwork.BEGINNING.plus(HOUR.multipliedBy(3)));
        }));
    }

    @Test
    void d9_b8_c8_runs_of_a_schedule_wait_in_its_queue_and_keep_to_its_limits() {
        stage.with(builder -> builder.queue(Queue.named("closed").limit(0))).start(REPORT);
        Schedule waiting = EACH_HOUR.startOptions(StartOptions.none().queue("closed").key("shop").priority(3)
                .startWithin(Duration.ofMinutes(30)).finishWithin(HOUR));
        schedules().put(waiting, REPORT, "");
        assertThat(hourly().schedule()).isEqualTo(waiting);
        advance(HOUR);
        untilEnded(at(1), RunStatus.QUEUED);
        stage.world.idle(Duration.ofSeconds(1));
        advance(Duration.ofMinutes(30));
        untilEnded(at(1), RunStatus.CANCELLED);
        until("it says why", () -> assertThat(hourly().problem()).contains("it was not started within PT30M"));
    }

    @Test
    void d9_a_schedule_gives_its_runs_their_ids_and_times() {
        for (StartOptions options : List.of(StartOptions.id("a"), StartOptions.none().delay(HOUR),
                StartOptions.none().signal("go", ""), StartOptions.none().startAt(Clockwork.BEGINNING),
                StartOptions.none().policy(StartOptions.Policy.FAIL))) {
            assertThatThrownBy(() -> EACH_HOUR.startOptions(options)).isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("a schedule gives its runs their ids and times");
        }
    }

    @Test
    void d9_a_cron_expression_goes_by_its_time_zone() {
        stage.start(REPORT);
        schedules().put(Schedule.cron(HOURLY, "30 2 * * *", ZoneId.of("America/New_York")), "report",
                Stage.payloads().encode("sales"));
        advance(Duration.ofHours(7));
        assertThat(runs()).isEmpty();
        advance(Duration.ofMinutes(30));
        untilRuns("hourly:2100-01-01T07:30:00Z");
    }

    @Test
    void d9_ticks_that_nobody_was_there_for_are_caught_up_with_if_they_are_not_too_late() {
        stage.start(REPORT);
        schedules().put(EACH_HOUR.overlap(Overlap.ALLOW).catchUp(Duration.ofHours(3)), REPORT, "");
        stage.awaitRest("perdure.schedule:hourly");
        stage.stop();
        stage.world.advance(Duration.ofHours(10));
        stage.start(REPORT);

        untilRuns(at(8), at(9), at(10));
        until("the others are missed", () -> assertThat(hourly().missed()).isEqualTo(7));
    }

    @Test
    void d9_jitter_is_late_by_what_the_tick_decides_and_the_id_is_that_of_the_tick() {
        Schedule spread = EACH_HOUR.jitter(Duration.ofMinutes(30));
        Instant tick = Clockwork.BEGINNING.plus(HOUR);
        Duration late = Duration.between(tick, spread.due(tick));
        assertThat(late).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(30));
        stage.start(REPORT);
        schedules().put(spread, REPORT, "");
        advance(HOUR);
        stage.awaitRest("perdure.schedule:hourly");
        assertThat(runs()).isEmpty();
        advance(late);
        untilRuns(at(1));
    }

    @Test
    void d9_many_ticks_go_through_several_incarnations_and_none_is_lost() {
        stage.start(REPORT);
        schedules().put(Schedule.every(HOURLY, Duration.ofMinutes(1)).overlap(Overlap.ALLOW)
                .catchUp(Duration.ofDays(1)), REPORT, "");
        stage.awaitRest("perdure.schedule:hourly");
        stage.stop();
        stage.world.advance(Duration.ofMinutes(120));
        stage.start(REPORT);

        stage.until("all have run", () -> runs(RunStatus.COMPLETED).size() == 120);
        until("it has continued as new", () -> assertThat(stage.disk.find("perdure.schedule:hourly").orElseThrow())
                .satisfies(row -> assertThat(row.incarnation()).isNotEqualTo(row.chain())));
        assertThat(hourly().started()).isEqualTo(120);
    }

    @Test
    void d9_x5_a_crash_before_or_after_any_commit_of_a_tick_leaves_one_run_for_it() {
        stage.start(REPORT);
        boolean died = true;
        int deaths = 0;
        for (int writes = 0; died && writes < 20; writes++) {
            for (boolean written : new boolean[] {false, true}) {
                schedules().put(EACH_HOUR, REPORT, "");
                stage.awaitRest("perdure.schedule:hourly");
                Instant tick = hourly().next().orElseThrow();
                long before = runs().size();
                stage.store().dieWriting(writes, written);
                stage.world.advance(HOUR);
                stage.until("it has died or is done", () -> stage.store().isDead()
                        || hourly().started() == 1 && hourly().running().isEmpty());
                died = stage.store().isDead();
                deaths += died ? 1 : 0;
                stage.crashAndStart(REPORT);
                untilEnded(EACH_HOUR.runId(tick), RunStatus.COMPLETED);
                until("it is told once", () -> assertThat(hourly()).satisfies(view -> {
                    assertThat(view.started()).isEqualTo(1);
                    assertThat(view.running()).isEmpty();
                    assertThat(view.next()).contains(tick.plus(HOUR));
                }));
                assertThat(runs()).hasSize((int) before + 1);
                assertThat(schedules().delete(HOURLY)).isTrue();
            }
        }
        assertThat(died).as("all commits of a tick were tried").isFalse();
        // Two commits at least: the tick with the start of its run, and that run's end.
        assertThat(deaths).isGreaterThanOrEqualTo(4);
    }

    // ---- overlap ----

    @ParameterizedTest
    @EnumSource(Overlap.class)
    void d9_a_tick_while_an_earlier_run_goes_on_is_treated_by_the_policy(Overlap policy) {
        stage.start(LONG);
        schedules().put(EACH_HOUR.overlap(policy), LONG, "");
        for (int hour = 1; hour <= 3; hour++) {
            advance(HOUR);
            Instant next = Clockwork.BEGINNING.plus(HOUR.multipliedBy(hour + 1));
            stage.until("the tick is dealt with", () -> hourly().next().equals(Optional.of(next)));
            if (policy == Overlap.CANCEL_RUNNING) {
                String started = at(hour);
                stage.until("it has been started", () -> hourly().running().equals(List.of(started)));
            }
        }
        stage.crashAndStart(LONG);
        Schedules.View view = hourly();
        switch (policy) {
            case SKIP -> {
                assertThat(runs()).containsExactly(at(1));
                assertThat(view.skipped()).isEqualTo(2);
                stage.outside().signal(at(1), "go", "");
                stage.until("it has been heard", () -> hourly().running().isEmpty());
                advance(HOUR);
                untilRuns(at(1), at(4));
            }
            case QUEUE_ONE -> {
                assertThat(runs()).containsExactly(at(1));
                assertThat(view.skipped()).isEqualTo(1);
                assertThat(view.waiting()).isEqualTo(1);
                stage.outside().signal(at(1), "go", "");
                untilRuns(at(1), at(2));
            }
            case QUEUE_ALL -> {
                assertThat(runs()).containsExactly(at(1));
                assertThat(view.waiting()).isEqualTo(2);
                stage.outside().signal(at(1), "go", "");
                untilRuns(at(1), at(2));
                stage.outside().signal(at(2), "go", "");
                untilRuns(at(1), at(2), at(3));
            }
            case CANCEL_RUNNING -> {
                assertThat(runs(RunStatus.CANCELLED)).containsExactly(at(1), at(2));
                untilRuns(at(1), at(2), at(3));
            }
            case ALLOW -> {
                assertThat(runs()).containsExactly(at(1), at(2), at(3));
                assertThat(view.running()).containsExactly(at(1), at(2), at(3));
            }
        }
    }

    // ---- steering ----

    @Test
    void d9_a_paused_schedule_starts_nothing_and_what_was_said_is_seen_though_no_engine_runs() {
        stage.start(REPORT);
        schedules().put(EACH_HOUR, REPORT, "");
        stage.awaitRest("perdure.schedule:hourly");
        stage.stop();
        stage.outside().schedules().pause(HOURLY, "the shop is closed");
        assertThat(hourly().pausedWhy()).contains("the shop is closed");
        assertThat(hourly().next()).isEmpty();
        stage.start(REPORT);
        advance(HOUR.multipliedBy(3));
        stage.awaitRest("perdure.schedule:hourly");
        assertThat(runs()).isEmpty();
        schedules().resume(HOURLY);
        assertThat(hourly().pausedWhy()).isEmpty();
        advance(HOUR);
        untilRuns(at(4));
    }

    @Test
    void d9_a_triggered_run_starts_at_once_also_beside_others_and_in_a_pause() {
        stage.start(LONG);
        schedules().put(EACH_HOUR, LONG, "");
        schedules().pause(HOURLY, "for now");
        String first = schedules().trigger(HOURLY);
        String second = stage.outside().schedules().trigger(HOURLY);
        stage.until("both run", () -> runs().equals(List.of(first, second)));
        schedules().resume(HOURLY);
        advance(HOUR);
        until("the tick is skipped", () -> assertThat(hourly().skipped()).isEqualTo(1));

        assertThat(runs()).containsExactly(first, second);
    }

    @Test
    void d9_a_backfill_runs_past_ticks_one_after_the_other_and_leaves_those_alone_that_have_had_their_run() {
        stage.start(REPORT);
        schedules().put(EACH_HOUR, REPORT, "");
        advance(HOUR);
        untilEnded(at(1), RunStatus.COMPLETED);
        Instant dayBefore = Clockwork.BEGINNING.minus(HOUR.multipliedBy(2));
        assertThat(schedules().backfill(HOURLY, dayBefore, Clockwork.BEGINNING.plus(HOUR))).isEqualTo(4);
        untilRuns(at(1), at(-2), at(-1), at(0));
        assertThat(stage.result(stage.outside().handle(REPORT, at(-2)))).contains(dayBefore.toString());
        Instant tomorrow = Clockwork.BEGINNING.plus(Duration.ofDays(1));
        assertThat(schedules().backfill(HOURLY, dayBefore, tomorrow)).as("what is to come is left out").isEqualTo(4);
        assertThatThrownBy(() -> schedules().backfill(HOURLY, tomorrow, tomorrow))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("nothing of the past");
        assertThatThrownBy(() -> schedules().backfill(HOURLY, Clockwork.BEGINNING.minus(Duration.ofDays(99)),
                Clockwork.BEGINNING)).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("1000");
    }

    @Test
    void d9_schedules_are_made_replaced_listed_and_deleted_at_run_time() {
        stage.start(REPORT, LONG);
        Schedule other = Schedule.every("another", Duration.ofMinutes(90));
        assertThat(schedules().put(EACH_HOUR, LONG, "1")).isTrue();
        assertThat(schedules().put(EACH_HOUR, LONG, "1")).isFalse();
        assertThat(schedules().put(other, LONG, "")).isTrue();
        assertThat(schedules().list()).extracting(view -> view.schedule().name()).containsExactly("another", HOURLY);
        advance(HOUR);
        untilRuns(at(1));
        assertThat(schedules().put(EACH_HOUR.overlap(Overlap.ALLOW), REPORT, "2")).isFalse();
        assertThat(hourly().workflow()).isEqualTo("report");
        advance(HOUR);
        untilEnded(at(2), RunStatus.COMPLETED);
        assertThat(schedules().delete(HOURLY)).isTrue();
        assertThat(schedules().delete(HOURLY)).isFalse();
        assertThat(stage.outside().schedules().find(HOURLY)).isEmpty();
        assertThat(schedules().list()).extracting(Schedules.View::schedule).containsExactly(other);
        stage.world.advance(HOUR);
        assertThat(schedules().put(EACH_HOUR, REPORT, "3")).isTrue();
        advance(HOUR);
        untilEnded(at(4), RunStatus.COMPLETED);

        assertThat(runs()).as("a run goes on when its schedule is deleted").containsExactly(at(1), at(2), at(4));
        assertThat(runs(RunStatus.SUSPENDED)).containsExactly(at(1));
        assertThatThrownBy(() -> schedules().pause("none", "why")).hasMessageContaining("no schedule 'none'");
    }

    @Test
    void d9_a_schedule_that_is_made_after_it_was_deleted_is_there_although_whoever_deleted_it_did_not_wait()
            throws Exception {
        stage.start(REPORT);
        schedules().put(EACH_HOUR, REPORT, "first");
        stage.awaitRest(RUN);
        stage.store().holdWrites();
        stage.disk.write(List.of(new Write.Terminate(RUN, new NewMessage("~deleted",
                NewMessage.Kind.TERMINATE, "", Payload.NONE, "", stage.world.currentMillis()))));
        AtomicBoolean isNew = new AtomicBoolean();
        Thread maker = Thread.startVirtualThread(() ->
                isNew.set(stage.outside().schedules().put(EACH_HOUR, REPORT, "first")));
        stage.until("it has seen the first one", () -> maker.getState() != Thread.State.RUNNABLE);
        stage.store().letWrite();
        maker.join();

        assertThat(isNew).isTrue();
        assertThat(stage.outside().schedules().find(HOURLY)).isPresent();
    }

    @Test
    void d9_a_schedule_that_is_made_just_while_its_predecessor_ends_is_there() {
        stage.start(REPORT);
        schedules().put(EACH_HOUR, REPORT, "first");
        FrailStore between = new FrailStore(stage.disk, new Bell());
        between.beforeInbox(() -> stage.outside().schedules().delete(HOURLY));
        try (Client maker = Client.connect(between)) {
            assertThat(maker.schedules().put(EACH_HOUR, REPORT, "first")).isTrue();
        }
        assertThat(stage.outside().schedules().find(HOURLY)).isPresent();
    }

    @Test
    void d9_what_cannot_tick_is_refused_before_anything_is_written() {
        stage.start(REPORT);
        assertThatThrownBy(() -> schedules().put(Schedule.cron(HOURLY, "61 * * * *", ZoneId.of("UTC")), REPORT, ""))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("61 * * * *");
        assertThatThrownBy(() -> Schedule.every(HOURLY, Duration.ofMillis(999))).hasMessageContaining("once a second");
        assertThatThrownBy(() -> EACH_HOUR.catchUp(Duration.ofSeconds(1))).hasMessageContaining("catchUp");
        assertThatThrownBy(() -> Schedule.every("a/b", HOUR)).hasMessageContaining("a/b");
        assertThat(schedules().list()).isEmpty();
    }

    @Test
    void d9_a_tick_whose_id_is_taken_says_so_and_the_schedule_goes_on() {
        stage.start(REPORT, LONG);
        stage.engine().start(LONG, StartOptions.id(at(1)), "");
        schedules().put(EACH_HOUR, REPORT, "");
        advance(HOUR);
        until("the problem is told", () -> assertThat(hourly().problem()).contains("'" + at(1) + "'", "'long'"));
        advance(HOUR);
        untilRuns(at(2));
    }
}
