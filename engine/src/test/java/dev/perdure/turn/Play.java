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
import dev.perdure.journal.Wait;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run without an engine: what a test lets it hear, what it said to that, and the same journal taken again. */
final class Play {

    /** The time of the first arrival. */
    static final long BEGIN = 1_000;
    static final Payloads PAYLOADS = TextCodec.payloads(1_000);

    private final Workflow.Body<String, String> body;
    private final List<OpenStep> open = new ArrayList<>();
    final List<Unit> journal = new ArrayList<>();
    LiveRun live;
    long now = BEGIN;

    private Play(Workflow.Body<String, String> body) {
        this.body = body;
        this.live = run(body);
    }

    /** A run that has not begun. */
    static Play unbegun(Workflow.Body<String, String> body) {
        return new Play(body);
    }

    /** A run that has heard that it was started. */
    static Play of(Workflow.Body<String, String> body) {
        Play play = new Play(body);
        play.hear(new Arrival.RunStarted(7));
        return play;
    }

    static LiveRun run(Workflow.Body<String, String> body) {
        Workflow.Implemented<String, String> workflow = Workflow.of("play", String.class, String.class, body);
        return new LiveRun(new LiveRun.Plan("run-1", new UUID(0, 1), workflow, workflow.body(),
                PAYLOADS.encode("in"), Map.of("who", "me"), PAYLOADS));
    }

    // ---- what it hears ----

    /** What it says to an arrival; null if the arrival means nothing to it. */
    @Nullable List<Command> hear(Arrival arrival) {
        Unit unit = live.hear(arrival, now);
        if (unit == null) {
            return null;
        }
        journal.add(unit);
        return unit.commands();
    }

    @Nullable List<Command> signal(String name, String value) {
        return hear(new Arrival.SignalReceived(name, PAYLOADS.encode(value), "id-" + journal.size()));
    }

    @Nullable List<Command> complete(String step, String result) {
        OpenStep asked = step(step);
        return hear(new Arrival.StepCompleted(asked.at(), step, PAYLOADS.encode(result), 1));
    }

    @Nullable List<Command> fail(String step, Exception failure, int attempts) {
        return hear(new Arrival.StepFailed(step(step).at(), step, Failure.of(failure, PAYLOADS), attempts));
    }

    @Nullable List<Command> cancel(String reason) {
        return hear(new Arrival.CancelRequested(reason, "somebody"));
    }

    /** Time passes, and the timers that have come due are heard, each by itself. */
    void later(long millis) {
        now += millis;
        live.dueTimers(now).keySet().forEach(this::hear);
    }

    /** The first open step of a name. */
    OpenStep step(String name) {
        open.addAll(live.release(live.lastSeq()));
        return open.stream().filter(step -> step.spec().name().equals(name) && step.answer() == null).findFirst()
                .orElseThrow(() -> new AssertionError("no open step '" + name + "' in " + open));
    }

    // ---- what it has come to ----

    /** The result, after making sure that the journal leads to it again. */
    String result() {
        Command.RunCompleted completed = (Command.RunCompleted) end();
        assertThat(live.lastSeq()).isEqualTo(journal.getLast().lastSeq());
        return text(completed.result());
    }

    /** What the run ended with; the same when it is replayed. */
    Command end() {
        assertThat(live.stuck()).isNull();
        assertThat(live.end()).as("it has ended; it waits for %s", live.waits()).isNotNull();
        LiveRun again = replayedBy(body);
        assertThat(again.stuck()).isNull();
        assertThat(again.end()).isEqualTo(live.end());
        assertThat(again.lastSeq()).isEqualTo(live.lastSeq());
        return live.end();
    }

    /** What the fibers wait for, as people read it. */
    List<String> waits() {
        return live.waits().stream().map(wait -> wait.fiber() + ": " + wait.kind() + " " + wait.name()
                + " since " + wait.since() + (wait.due() == Long.MAX_VALUE ? "" : " until " + wait.due())).toList();
    }

    Wait onlyWait() {
        assertThat(live.waits()).hasSize(1);
        return live.waits().getFirst();
    }

    /** The run leaves memory and comes back from its journal. */
    Play evict() {
        assertThat(live.unwind(TimeUnit.SECONDS.toNanos(30), System::nanoTime)).isZero();
        live = replayedBy(body);
        open.clear();
        assertThat(live.stuck()).isNull();
        return this;
    }

    /** The journal taken by code that may be another. */
    LiveRun replayedBy(Workflow.Body<String, String> code) {
        LiveRun again = run(code);
        Iterator<Unit> units = journal.iterator();
        again.replay(() -> units.hasNext() ? units.next() : null);
        return again;
    }

    /** Why other code cannot go on from this journal. */
    Report stuckWith(Workflow.Body<String, String> code) {
        Report report = replayedBy(code).stuck();
        assertThat(report).isNotNull();
        return report;
    }

    static String text(Payload payload) {
        return new String(payload.bytes(), StandardCharsets.UTF_8);
    }
}
