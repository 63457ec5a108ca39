// SPDX-License-Identifier: Apache-2.0
package dev.perdure.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.RunStatus;
import dev.perdure.Schedule;
import dev.perdure.Schedule.Overlap;
import dev.perdure.StartOptions;
import dev.perdure.TextCodec;
import dev.perdure.Workflow;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import dev.perdure.turn.Child;
import dev.perdure.turn.LiveRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.api.Test;

/** The code of a schedule, turn by turn, with a codec that knows nothing of schedules. */
class ScheduleRunTest {

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long BEGIN = Instant.parse("2026-11-22T00:00:30Z").toEpochMilli();
    private static final Payloads PAYLOADS = TextCodec.payloads(1_000);

    private final List<Unit> journal = new ArrayList<>();
    private final Set<String> started = new HashSet<>();
    private long now = BEGIN;
    private Payload input = Payload.NONE;
    private LiveRun live;
    private ScheduleState state;
    private int lives;

    private void begin(Schedule schedule) {
        begin(ScheduleState.begin(new Plan(schedule, "report", PAYLOADS.encode("in")), now).encode());
    }

    private void begin(Payload with) {
        input = with;
        state = ScheduleState.decode(with);
        journal.clear();
        lives++;
        live = run();
        hear(new Arrival.RunStarted(7));
    }

    private LiveRun run() {
        Workflow.Body<Payload, Payload> body = ScheduleRun::run;
        return new LiveRun(new LiveRun.Plan("perdure.schedule:tidy", new UUID(0, lives), ScheduleRun.WORKFLOW, body,
                input, Map.of(), PAYLOADS));
    }

    /** Hears something, and makes sure that the journal leads here again. */
    private void hear(Arrival arrival) {
        Unit unit = live.hear(arrival, now);
        assertThat(live.stuck()).isNull();
        if (unit == null) {
            return;
        }
        journal.add(unit);
        live.children().takeStarted().forEach(child -> started.add(child.started().runId()));
        live.children().takeCancelled();
        Payload published = live.takePublished().get(ScheduleRun.PUBLISHED);
        if (published != null) {
            state = ScheduleState.decode(published);
        }
        if (live.end() instanceof Command.RunContinued continued) {
            assertReplays();
            begin(continued.input());
        } else {
            assertThat(live.end()).isNull();
        }
    }

    private void assertReplays() {
        LiveRun again = run();
        Iterator<Unit> units = journal.iterator();
        again.replay(() -> units.hasNext() ? units.next() : null);
        assertThat(again.stuck()).isNull();
        assertThat(again.lastSeq()).isEqualTo(live.lastSeq());
        assertThat(again.nextDue()).isEqualTo(live.nextDue());
        assertThat(again.children().open()).hasSameSizeAs(live.children().open());
        again.unwind(Duration.ofSeconds(30).toNanos(), System::nanoTime);
    }

    private void order(Order order) {
        hear(new Arrival.SignalReceived(Order.SIGNAL, order.encode(), "m-" + now + "-" + journal.size()));
    }

    private void later(long millis) {
        now += millis;
        List.copyOf(live.dueTimers(now).keySet()).forEach(this::hear);
    }

    private void end(Child child, boolean well) {
        Command.ChildStarted said = child.started();
        hear(well ? new Arrival.ChildCompleted(said.at(), said.name(), PAYLOADS.encode("out"))
                : new Arrival.ChildFailed(said.at(), said.name(), RunStatus.FAILED,
                        Failure.of(new IllegalStateException("no luck"), PAYLOADS)));
    }

    /** Each tick that is settled was started, skipped or missed, or waits: none is lost and none is there twice. */
    private void assertEachTickOnce() {
        long ticks = Math.floorDiv(state.settled(), MINUTE) - Math.floorDiv(BEGIN, MINUTE);
        ScheduleState.Counts counts = state.counts();
        assertThat(counts.started() + counts.skipped() + counts.missed() + state.waiting().size())
                .as("of %s", state).isEqualTo(ticks);
        assertThat(started).hasSize((int) counts.started());
    }

    @ParameterizedTest
    @EnumSource(Overlap.class)
    void d9_whatever_it_hears_no_tick_is_lost_or_doubled_and_its_journal_replays(Overlap policy) {
        for (int seed = 0; seed < 15; seed++) {
            Random random = new Random(seed);
            now = BEGIN;
            started.clear();
            begin(Schedule.every("tidy", Duration.ofMinutes(1)).overlap(policy).catchUp(Duration.ofMinutes(10))
                    .jitter(Duration.ofSeconds(random.nextInt(3) * 20)));
            for (int i = 0; i < 300; i++) {
                List<Child> open = live.children().open();
                if (!open.isEmpty() && random.nextInt(3) == 0) {
                    end(open.get(random.nextInt(open.size())), random.nextInt(4) > 0);
                } else {
                    later(random.nextInt(40) == 0 ? random.nextLong(60 * MINUTE) : random.nextLong(2 * MINUTE));
                }
                assertEachTickOnce();
                if (policy != Overlap.ALLOW && policy != Overlap.CANCEL_RUNNING) {
                    assertThat(live.children().open()).as("one at a time").hasSizeLessThan(2);
                }
            }
            assertReplays();
            assertThat(started.size()).as("it has started runs").isGreaterThan(10);
            live.unwind(Duration.ofSeconds(30).toNanos(), System::nanoTime);
        }
        assertThat(lives).as("it has continued as new").isGreaterThan(15);
    }

    /**
     * Journals of released builds are read for ever: the file is what a play wrote in 0.1. Whoever changes the code of
     * schedules keeps it, and puts what {@link #d9_a_play_of_everything_it_may_hear} writes beside it, under a new
     * name.
     */
    @Test
    void f9_d9_a_journal_of_the_first_release_replays() throws IOException {
        List<String> golden = Files.readAllLines(Path.of("src/test/resources/schedule-0.1.journal"));
        input = new Payload(Words.CODEC, HexFormat.of().parseHex(golden.getFirst()));
        long seq = 1;
        for (String line : golden.subList(1, golden.size())) {
            Unit unit = UnitFormat.decode(seq, HexFormat.of().parseHex(line));
            journal.add(unit);
            seq = unit.lastSeq() + 1;
        }
        live = run();
        Iterator<Unit> units = journal.iterator();
        live.replay(() -> units.hasNext() ? units.next() : null);
        assertThat(live.stuck()).isNull();
        assertThat(live.lastSeq()).isEqualTo(seq - 1).isGreaterThan(40);
        assertThat(live.children().open()).hasSize(1);
    }

    @Test
    void d9_a_play_of_everything_it_may_hear() throws IOException {
        Schedule schedule = Schedule.every("tidy", Duration.ofMinutes(1)).catchUp(Duration.ofMinutes(5));
        begin(schedule.overlap(Overlap.QUEUE_ONE).jitter(Duration.ofSeconds(10))
                .startOptions(StartOptions.none().header("trace", "t-1")));
        later(MINUTE);
        later(MINUTE);
        end(live.children().open().getFirst(), true);
        end(live.children().open().getFirst(), false);
        order(new Order.Pause("for now"));
        order(new Order.Trigger("tidy:triggered-1"));
        end(live.children().open().getFirst(), true);
        order(new Order.Backfill(List.of(BEGIN / MINUTE * MINUTE - MINUTE, BEGIN / MINUTE * MINUTE)));
        end(live.children().open().getFirst(), true);
        end(live.children().open().getFirst(), true);
        order(new Order.Resume());
        later(20 * MINUTE);
        order(new Order.Replace(new Plan(schedule.overlap(Overlap.CANCEL_RUNNING), "other", Payload.NONE)));
        later(2 * MINUTE);
        assertReplays();

        Path file = Path.of("target", "schedule.journal");
        List<String> lines = new ArrayList<>(List.of(HexFormat.of().formatHex(input.bytes())));
        journal.forEach(unit -> lines.add(HexFormat.of().formatHex(UnitFormat.encode(unit))));
        Files.write(file, lines);
        assertThat(live.children().open()).hasSize(1);
    }

    @Test
    void d9_where_nothing_reads_cron_expressions_it_says_so_and_looks_again_each_minute() {
        begin(Schedule.cron("tidy", "* * * * *", ZoneId.of("UTC")));
        assertThat(state.problem()).contains("perdure-cron");
        assertThat(live.nextDue()).isEqualTo(now + MINUTE);
        later(MINUTE);
        assertThat(live.nextDue()).isEqualTo(now + MINUTE);
        order(new Order.Replace(new Plan(Schedule.every("tidy", Duration.ofMinutes(1)), "report", Payload.NONE)));
        later(MINUTE);
        assertThat(started).containsExactly("tidy:2026-11-22T00:02:00Z");
        assertReplays();
    }

    @Test
    void d9_an_order_that_it_does_not_know_is_told_and_passed_over() {
        begin(Schedule.every("tidy", Duration.ofMinutes(1)));
        hear(new Arrival.SignalReceived(Order.SIGNAL, new Words.Writer().number(99).payload(), "m-1"));
        assertThat(state.problem()).contains("99");
        later(MINUTE);
        assertThat(started).containsExactly("tidy:2026-11-22T00:01:00Z");
    }

    @Test
    void d9_while_it_is_paused_no_timer_runs_and_what_waits_waits_on() {
        begin(Schedule.every("tidy", Duration.ofMinutes(1)).overlap(Overlap.QUEUE_ONE));
        later(MINUTE);
        later(MINUTE);
        order(new Order.Pause("for now"));
        end(live.children().open().getFirst(), true);
        assertThat(live.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(started).hasSize(1);
        assertThat(state.waiting()).hasSize(1);
        now += 10 * MINUTE;
        order(new Order.Resume());
        assertThat(started).hasSize(2);
        later(MINUTE);
        assertThat(state.counts()).as("the ticks of the pause are not made up for")
                .isEqualTo(new ScheduleState.Counts(2, 0, 0));
        assertReplays();
    }
}
