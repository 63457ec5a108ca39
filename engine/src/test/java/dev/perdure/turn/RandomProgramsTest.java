// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.TextCodec;
import dev.perdure.Workflow;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * X12, X46: any workflow, hearing anything in any order, decides the same whether it stays in memory, is brought back
 * cold at every turn, or is cut off at any unit of its journal. A failure names the seed of its program.
 */
@Timeout(120)
class RandomProgramsTest {

    private static final int PROGRAMS = 1_000;
    private static final Payloads PAYLOADS = TextCodec.payloads(1_000);

    private static LiveRun run(long seed) {
        Workflow.Implemented<String, String> workflow =
                Workflow.of("random", String.class, String.class, new RandomProgram(seed)::run);
        return new LiveRun(new LiveRun.Plan("run-" + seed, new UUID(0, seed), workflow, workflow.body(),
                PAYLOADS.encode("in"), Map.of(), PAYLOADS));
    }

    private static LiveRun replayed(long seed, List<Unit> journal) {
        LiveRun live = run(seed);
        Iterator<Unit> units = journal.iterator();
        live.replay(() -> units.hasNext() ? units.next() : null);
        assertThat(live.stuck()).as("program %d replayed from %d units", seed, journal.size()).isNull();
        return live;
    }

    private static void drop(LiveRun live) {
        assertThat(live.unwind(TimeUnit.SECONDS.toNanos(30), System::nanoTime)).isZero();
    }

    /** The world of one program: what it lets the run hear next, from the seed and from what the run asked for. */
    private static final class Fate {

        private final Random dice;
        private final List<OpenStep> open = new ArrayList<>();
        private long now = 1_000;
        private int messages;

        Fate(long seed) {
            dice = new Random(seed * 31 + 7);
        }

        Map.Entry<Arrival, Long> next(LiveRun live) {
            now += dice.nextInt(10);
            int what = dice.nextInt(20);
            if (what < 12 && !open.isEmpty()) {
                OpenStep step = open.remove(dice.nextInt(open.size()));
                return Map.entry(answer(step), now);
            }
            if (what < 15 && live.nextDue() != Long.MAX_VALUE || open.isEmpty() && what < 19) {
                now = Math.max(now, live.nextDue() == Long.MAX_VALUE ? now : live.nextDue());
                var due = live.dueTimers(now);
                if (!due.isEmpty()) {
                    return Map.entry(due.keySet().iterator().next(), now);
                }
            }
            if (what == 19 && dice.nextInt(10) == 0) {
                return Map.entry(new Arrival.CancelRequested("enough", "fate"), now);
            }
            return Map.entry(new Arrival.SignalReceived("n" + dice.nextInt(3),
                    PAYLOADS.encode("m" + messages), "id-" + messages++), now);
        }

        private Arrival answer(OpenStep step) {
            if (step.isWithdrawn() && dice.nextBoolean()) {
                return new Arrival.StepCancelled(step.at(), step.spec().name());
            }
            if (dice.nextInt(5) == 0) {
                Failure failure = Failure.of(new IllegalStateException("fate"), PAYLOADS);
                return new Arrival.StepFailed(step.at(), step.spec().name(), failure, 1);
            }
            Payload result = step.spec().type().accepts("x") ? PAYLOADS.encode("w" + dice.nextInt(9)) : Payload.NONE;
            return new Arrival.StepCompleted(step.at(), step.spec().name(), result, 1);
        }
    }

    /** The open steps of a run, whichever life of it asked for them. */
    private static void learn(Fate fate, LiveRun live) {
        fate.open.addAll(live.release(live.lastSeq()));
    }

    private List<Unit> liveToTheEnd(long seed) {
        LiveRun live = run(seed);
        Fate fate = new Fate(seed);
        List<Unit> journal = new ArrayList<>();
        journal.add(live.hear(new Arrival.RunStarted(seed), fate.now));
        for (int i = 0; i < 400 && live.end() == null; i++) {
            learn(fate, live);
            var next = fate.next(live);
            Unit unit = live.hear(next.getKey(), next.getValue());
            if (unit != null) {
                journal.add(unit);
            }
        }
        assertThat(live.stuck()).as("program %d", seed).isNull();
        drop(live);
        return journal;
    }

    /** Failures carry traces, which depend on the thread. Everything else is compared. */
    private static String said(List<Unit> units) {
        StringBuilder all = new StringBuilder();
        for (Unit unit : units) {
            all.append(unit.seq()).append(' ').append(unit.at()).append(' ').append(unit.arrival().wireName())
                    .append(' ').append(unit.arrival().subject());
            for (Command command : unit.commands()) {
                all.append("\n    ").append(command.wireName()).append(' ').append(command.subject());
                all.append(' ').append(switch (command) {
                    case Command.RunFailed failed -> failed.failure().summary();
                    case Command.RunCancelled cancelled -> cancelled.failure().summary();
                    case Command.RunCompleted completed -> text(completed.result());
                    case Command.SideEffectRecorded recorded -> text(recorded.value());
                    default -> command.toString();
                });
            }
            all.append('\n');
        }
        return all.toString();
    }

    private static String text(Payload payload) {
        return new String(payload.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void the_programs_use_everything_that_a_journal_can_say() {
        Set<String> kinds = new TreeSet<>();
        for (long seed = 1; seed <= PROGRAMS; seed++) {
            for (Unit unit : liveToTheEnd(seed)) {
                kinds.add(unit.arrival().wireName());
                unit.commands().forEach(command -> kinds.add(command.wireName()));
            }
        }
        assertThat(kinds).contains("run_started", "step_completed", "step_failed", "step_cancelled", "timer_fired",
                "signal_received", "cancel_requested", "timer_set", "timer_cancelled", "signal_awaited",
                "side_effect_recorded", "value_published", "version_marked", "run_completed");
    }

    @Test
    void x12_a7_a_run_brought_back_cold_before_every_turn_says_what_it_would_have_said_warm() {
        int turns = 0;
        for (long seed = 1; seed <= PROGRAMS / 4; seed++) {
            List<Unit> warm = liveToTheEnd(seed);
            List<Unit> cold = new ArrayList<>();
            for (Unit unit : warm) {
                LiveRun live = replayed(seed, cold);
                cold.add(live.hear(unit.arrival(), unit.at()));
                drop(live);
                turns++;
            }
            assertThat(said(cold)).as("program %d", seed).isEqualTo(said(warm));
        }
        assertThat(turns).isGreaterThan(PROGRAMS);
    }

    @Test
    void x46_a_journal_is_replayed_to_its_end_through_its_bytes_and_may_end_after_any_unit() {
        int finished = 0;
        for (long seed = 1; seed <= PROGRAMS; seed++) {
            List<Unit> journal = liveToTheEnd(seed).stream()
                    .map(unit -> UnitFormat.decode(unit.seq(), UnitFormat.encode(unit))).toList();
            LiveRun whole = replayed(seed, journal);
            assertThat(whole.lastSeq()).isEqualTo(journal.get(journal.size() - 1).lastSeq());
            finished += whole.end() != null ? 1 : 0;
            drop(whole);
            int cut = new Random(seed).nextInt(journal.size());
            drop(replayed(seed, journal.subList(0, cut)));
        }
        assertThat(finished).as("programs that came to their end").isGreaterThan(PROGRAMS / 2);
    }

    @Test
    void a_run_cut_off_goes_on_in_another_way_than_before_and_still_replays() {
        for (long seed = 1; seed <= PROGRAMS / 3; seed++) {
            List<Unit> journal = new ArrayList<>(liveToTheEnd(seed));
            Random cuts = new Random(seed);
            for (int life = 0; life < 3; life++) {
                journal.subList(cuts.nextInt(journal.size()), journal.size()).clear();
                LiveRun live = replayed(seed, journal);
                if (journal.isEmpty()) {
                    journal.add(live.hear(new Arrival.RunStarted(seed + life), 1_000));
                }
                Fate other = new Fate(seed * 1_000 + life);
                other.now = Math.max(other.now, live.now());
                for (int i = 0; i < 20 && live.end() == null; i++) {
                    learn(other, live);
                    var next = other.next(live);
                    Unit unit = live.hear(next.getKey(), next.getValue());
                    if (unit != null) {
                        journal.add(unit);
                    }
                }
                assertThat(live.stuck()).as("program %d in life %d", seed, life).isNull();
                drop(live);
            }
            drop(replayed(seed, journal));
        }
    }

    @Test
    void a_program_changed_anywhere_in_what_was_said_is_found_by_its_replay() {
        int found = 0;
        int tried = 0;
        for (long seed = 1; seed <= PROGRAMS / 4; seed++) {
            List<Unit> journal = liveToTheEnd(seed);
            if (said(journal).lines().filter(line -> line.contains("step_completed")).count() < 3) {
                continue;
            }
            LiveRun other = run(seed + 1_000_000);
            Iterator<Unit> units = journal.iterator();
            other.replay(() -> units.hasNext() ? units.next() : null);
            tried++;
            found += other.stuck() != null ? 1 : 0;
            drop(other);
        }
        assertThat(found).as("of %d programs replayed by other code", tried).isGreaterThan(tried * 9 / 10);
    }

    /** Two turns as one: both arrivals first, then what was said to either. As if they had been heard together. */
    private static List<Unit> batched(List<Unit> journal, int at) {
        Unit first = journal.get(at);
        Unit second = journal.get(at + 1);
        List<Command> said = new ArrayList<>(first.commands());
        said.addAll(second.commands());
        List<Unit> batched = new ArrayList<>(journal);
        batched.set(at, new Unit(first.seq(), first.at(), first.arrival(), List.of()));
        batched.set(at + 1, new Unit(first.seq() + 1, second.at(), second.arrival(), said));
        return batched;
    }

    @Test
    void x12_two_arrivals_journaled_as_if_heard_in_one_turn_are_found_by_the_replay() {
        int batches = 0;
        for (long seed = 1; seed <= PROGRAMS / 4; seed++) {
            List<Unit> journal = liveToTheEnd(seed);
            for (int at = 0; at + 1 < journal.size(); at++) {
                // Where nothing was said to the first of them, both journals are the same to the letter.
                if (!journal.get(at).commands().isEmpty()) {
                    LiveRun live = run(seed);
                    Iterator<Unit> units = batched(journal, at).iterator();
                    live.replay(() -> units.hasNext() ? units.next() : null);
                    assertThat(live.stuck()).as("program %d, units %d and the next", seed, at).isNotNull();
                    drop(live);
                    batches++;
                }
            }
        }
        assertThat(batches).isGreaterThan(PROGRAMS / 2);
    }
}
