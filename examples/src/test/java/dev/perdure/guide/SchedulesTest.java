// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunView;
import dev.perdure.engine.Schedules;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The snippets of schedules.md. */
class SchedulesTest {

    private static final Workflow.Implemented<String, String> TIDY = Workflow.of("tidy", String.class, String.class,
            (ctx, what) -> what + " for " + Schedule.tickOf(ctx.info()).map(Instant::toString).orElse("somebody"));

    private final Store store = new MemoryStore();
    private final MovableClock clock = new MovableClock();

    private Engine start() {
        return Engine.builder().store(store).world(clock).workflow(TIDY).start();
    }

    private static List<RunView> completed(Engine engine) {
        return engine.list(RunFilter.all().attribute("schedule", "tidy").status(RunStatus.COMPLETED), 10).runs();
    }

    @Test
    void d9_a_schedule_starts_runs() {
        try (Engine engine = start()) {
            // snippet:put
            Schedule schedule = Schedule.every("tidy", Duration.ofHours(6));
            engine.schedules().put(schedule, TIDY, "the shelves");
            // end
            Await.until("it waits for its first tick", () ->
                    engine.schedules().find("tidy").orElseThrow().next().isPresent());
            Instant tick = engine.schedules().find("tidy").orElseThrow().next().orElseThrow();
            clock.skip(Duration.between(Instant.now(), tick));
            Await.until("it has run", () -> completed(engine).size() == 1);
            // snippet:runs
            List<RunView> runs = engine.list(RunFilter.all().attribute("schedule", "tidy"), 100).runs();
            // end
            assertThat(runs.getFirst().runId()).startsWith("tidy:20").endsWith("Z");
        }
    }

    @Test
    void d9_options_of_a_schedule() {
        // snippet:options
        Schedule schedule = Schedule.cron("tidy", "0 8-20/2 * * MON-SAT", ZoneId.of("Europe/Berlin"))
                .overlap(Schedule.Overlap.QUEUE_ONE)
                .catchUp(Duration.ofHours(12))
                .jitter(Duration.ofMinutes(5))
                .startOptions(StartOptions.none().queue("reports").finishWithin(Duration.ofHours(1))
                        .attribute("team", "shop"));
        // end
        // snippet:preview
        List<Instant> ticks = schedule.next(Instant.parse("2026-11-21T18:30:00Z"), 2);
        // end
        assertThat(ticks).containsExactly(Instant.parse("2026-11-21T19:00:00Z"), Instant.parse("2026-11-23T07:00:00Z"));
    }

    @Test
    void d9_a_schedule_is_steered_at_run_time() {
        try (Engine engine = start()) {
            engine.schedules().put(Schedule.every("tidy", Duration.ofHours(6)), TIDY, "the shelves");
            // snippet:steer
            Schedules schedules = engine.schedules();
            schedules.pause("tidy", "the shop is being painted");
            String runId = schedules.trigger("tidy");
            schedules.resume("tidy");
            Instant now = Instant.now();
            int ticks = schedules.backfill("tidy", now.minus(Duration.ofDays(2)), now);
            // end
            assertThat(ticks).isEqualTo(8);
            Await.until("all have run", () -> completed(engine).size() == 9);
            assertThat(completed(engine)).extracting(RunView::runId).contains(runId);
            // snippet:view
            Schedules.View view = schedules.find("tidy").orElseThrow();
            String line = view.next() + ", " + view.started() + " started, " + view.skipped() + " skipped, "
                    + view.running() + " running, " + view.pausedWhy() + view.problem();
            // end
            assertThat(line).contains("started");
            schedules.delete("tidy");
            assertThat(schedules.list()).isEmpty();
        }
    }
}
