// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.ActivityContext;
import dev.perdure.EngineObserver;
import dev.perdure.Failed;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.PerdureException;
import dev.perdure.RunInfo;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StepContext;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.engine.JournalText;
import dev.perdure.journal.Unit;
import dev.perdure.proof.fuzz.Trial.Violation;
import dev.perdure.proof.fuzz.program.Actor;
import dev.perdure.proof.fuzz.program.Doing;
import dev.perdure.proof.fuzz.program.Others;
import dev.perdure.proof.fuzz.program.Program;
import dev.perdure.schedule.ScheduleRun;
import dev.perdure.store.Fact;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One program, played as one run by one engine after the other. Everything that the run hears comes from here: the
 * bodies of its steps wait until they are told how to end.
 */
final class Stage implements AutoCloseable {

    static final String RUN = "run";
    private static final Map<String, String> HEADERS = Map.of("trace", "t-1");
    private static final Duration LATER = Duration.ofSeconds(7);
    /** More incarnations than a run has. */
    private static final int MANY = 1_000;
    private static final Payloads PAYLOADS = Payloads.found();

    /** How the body of a step ends. */
    enum Ending {
        RETURNS,
        /** It does not: it says how far it has come, and goes on. */
        BEATS,
        FAILS,
        /** With a pause of its own before the next attempt. */
        FAILS_LATER,
        /** With what no policy of a program tries again. */
        FAILS_FOR_GOOD,
        /** What it comes to is dropped. */
        STOPS
    }

    /** The body of a step, waiting to be told how to end. */
    static final class Body {

        final String fiber;
        private final StepContext step;
        private final boolean once;
        private final World.Gate gate;
        private @Nullable Ending ending;
        private String answer = "";

        private Body(StepContext step, String site, boolean once, World.Gate gate) {
            this.fiber = Others.isOther(step.name()) ? step.name() + " " + site : Ledger.fiber(step.idempotencyKey());
            this.step = step;
            this.once = once;
            this.gate = gate;
        }

        boolean isOf(UUID incarnation) {
            return step.idempotencyKey().startsWith(incarnation.toString());
        }

        boolean hasHeartbeats() {
            return step.name().equals(Others.PATROL.name());
        }

        /** Whether the next engine would simply do it again. */
        boolean isRepeatable() {
            return !once && !step.isCancelRequested();
        }
    }

    /**
     * How a run lives.
     *
     * @param seed of the world
     * @param cacheSize how many runs stay in memory while they wait
     * @param comparable whether lives of other ways must write the same: side effects always see the same, and no
     *     attempt has a limit, which would begin anew after a crash
     * @param fault what is wrong
     */
    record Way(long seed, int cacheSize, boolean comparable, Disk.Fault fault) {
    }

    final Puppets world;
    final Disk disk;
    final Ledger ledger = new Ledger();
    final Tally tally;
    private final Way way;
    private final Workflow.Implemented<Integer, String> workflow;
    private final Doing around = new Around();
    private final List<Body> bodies = new ArrayList<>();
    private final Set<String> tokens = new LinkedHashSet<>();
    private @Nullable Engine engine;
    private int messages;
    private int version;
    private final List<String> logged = new ArrayList<>();

    Stage(Program program, Way way, Tally tally) {
        this.way = way;
        this.tally = tally;
        this.world = new Puppets(way.seed());
        this.disk = new Disk(world, way.fault());
        this.workflow = Workflow.of("fuzz", Integer.class, String.class,
                (ctx, generation) -> Actor.play(program, around, ctx, generation));
        // Incarnations need seeds of their own, since ids are made of them: of the next one, and of what they start.
        world.drawFrom(() -> way.seed() * 31 + disk.incarnations().size() + (clock().isPresent() ? MANY : 0));
        open();
    }

    // ---- engines ----

    private void open() {
        version++;
        EngineBuilder builder = Engine.builder();
        Others.activities(way.comparable()).forEach(activity ->
                builder.activity(activity, (ctx, site) -> around.answer(ctx, site, false)));
        engine = builder.store(disk).world(world).workflow(workflow).cacheSize(way.cacheSize())
                .workflow(Others.PART, (ctx, site) -> ctx.step(Others.PART.name(), String.class,
                        step -> around.answer(step, site, false)))
                .workflow(Others.TICK).queue(Others.queue(way.comparable()))
                .recoveryLimit(1_000_000).closeDeadline(Duration.ZERO).observer(new EngineObserver() {
                    @Override
                    public void runEvicted(String name, String runId) {
                        tally.evictions++;
                    }
                }).start();
        world.settle();
    }

    /** Starts the run on the engine, as its own caller. */
    void start() {
        world.callFromOutside(() -> {
            try {
                engine.start(workflow, options(), 0);
            } catch (PerdureException crashed) {
                // Whoever directs sees that there is no run, and starts it again.
                tally.failedStarts++;
            }
        });
    }

    /** Half of all runs are sent a signal along with their start. */
    private StartOptions options() {
        StartOptions options = StartOptions.id(RUN).attribute("kind", "fuzz");
        for (Map.Entry<String, String> header : HEADERS.entrySet()) {
            options = options.header(header.getKey(), header.getValue());
        }
        return way.seed() % 2 == 0 ? options : options.signal("a", "along");
    }

    /** The run is started by somebody who is not the engine. */
    void startFromOutside() {
        UUID id = world.newId();
        long now = world.currentMillis();
        disk.writeFromOutside(new Write.Start(new NewRun(RUN, id, id, workflow.name(), PAYLOADS.encode(0), HEADERS,
                Map.of(), now, now, null), false, List.of()));
        notice();
    }

    /**
     * The engine is no more, and another takes its place.
     *
     * @param lost how many of the last changes of the disk are lost as well
     */
    void crash(int lost) {
        tally.crashes++;
        disk.die();
        world.settle();
        bodies.forEach(body -> end(body, Ending.STOPS, ""));
        world.settle();
        close();
        disk.comeBack(lost);
        ledger.nextLife(lost > 0);
        open();
    }

    /** The engine is closed in good order; what its steps come to is dropped. */
    void restart() {
        disk.letWrite();
        world.settle();
        close();
        if (disk.isDead()) {
            disk.comeBack(0);
        }
        // An engine that cannot define its queues does not start.
        disk.calmDown();
        ledger.nextLife(false);
        open();
    }

    @Override
    public void close() {
        if (engine != null) {
            disk.letWrite();
            engine.close(Duration.ZERO);
            world.settle();
            // What they return now reaches nobody.
            bodies.forEach(body -> end(body, Ending.STOPS, ""));
            bodies.clear();
            world.settle();
            engine = null;
        }
    }

    // ---- what the run hears ----

    /** What a program finds around it. */
    private final class Around implements Doing {

        @Override
        public String answer(StepContext step, String site, boolean once) {
            return body(step, site, once);
        }

        @Override
        public void plays(List<String> operations) {
            operations.forEach(operation -> tally.played.merge(operation, 1L, Long::sum));
        }

        @Override
        public void log(String line) {
            // An engine that dies goes on for a moment with what its steps came to in dying.
            if (!disk.isDead()) {
                logged.add(line);
            }
        }

        @Override
        public void wrong(String what) {
            ledger.violation(what);
        }

        @Override
        public RunInfo self(RunInfo info) {
            return info;
        }

        /** Each life has newer code. */
        @Override
        public int version() {
            return way.comparable() ? 2 : version;
        }

        @Override
        public boolean isComparable() {
            return way.comparable();
        }
    }

    private String body(StepContext step, String site, boolean once) {
        if (disk.isDead()) {
            throw new IllegalStateException("the machine has stopped");
        }
        String key = step.idempotencyKey();
        UUID incarnation = UUID.fromString(key.substring(0, 36));
        if (step instanceof ActivityContext activity) {
            ledger.attempt(step);
            ledger.reads(step, activity.progress(String.class));
        } else {
            ledger.effect(step, site, once, disk.bare().journal(incarnation, 0, Integer.MAX_VALUE));
        }
        Body body = new Body(step, site, once, world.gate());
        bodies.add(body);
        try {
            while (body.ending == null || body.ending == Ending.BEATS) {
                if (body.ending == null) {
                    body.gate.pass(Long.MAX_VALUE);
                } else {
                    body.ending = null;
                    ledger.says(step, body.answer);
                    tally.heartbeats++;
                    ((ActivityContext) step).heartbeat(body.answer);
                }
            }
        } finally {
            bodies.remove(body);
        }
        return switch (body.ending) {
            case RETURNS -> {
                // What comes from outside is heard by those in memory later than by those brought back.
                if (step.name().equals(Others.PARCEL.name()) && !way.comparable()) {
                    tokens.add(((ActivityContext) step).completeLater());
                }
                yield body.answer;
            }
            case BEATS -> throw new IllegalStateException("goes on");
            case FAILS, STOPS -> throw new IllegalStateException("told to fail");
            case FAILS_LATER -> throw Failed.with("told to fail", List.of("details")).retryAfter(LATER);
            case FAILS_FOR_GOOD -> throw new IllegalArgumentException("told to fail");
        };
    }

    /**
     * Bodies under way in the present incarnation, and in what it or an earlier one has started; a timed-out one is
     * among them until it has returned.
     */
    List<Body> bodies() {
        UUID present = row().map(RunRow::incarnation).orElse(null);
        return bodies.stream().filter(body -> present == null || body.isOf(present) || Others.isOther(body.step.name()))
                .toList();
    }

    /** Whether somebody does something for an incarnation. */
    boolean isBusy(UUID incarnation) {
        return bodies.stream().anyMatch(body -> body.isOf(incarnation));
    }

    private static void end(Body body, Ending ending, String answer) {
        body.answer = answer;
        body.ending = ending;
        body.gate.open();
    }

    /** Ends a body; with an answer, if it returns. */
    void tell(Body body, Ending ending, String answer) {
        end(body, ending, answer);
        world.settle();
    }

    /** What activities have left to somebody outside so far, also what has been completed since. */
    List<String> tokens() {
        return List.copyOf(tokens);
    }

    /** Completes what was left to somebody outside, or lets it fail; unless the disk keeps writers waiting. */
    void complete(String token, boolean well) {
        if (disk.isDead() || disk.isHolding()) {
            return;
        }
        try {
            if (well) {
                engine.complete(token, "m" + ++messages);
            } else {
                engine.fail(token, new IllegalStateException("told to fail"));
            }
            tally.completions++;
        } catch (PerdureException tooLate) {
            tally.failedSends++;
        }
        world.settle();
    }

    /** Something that ticks beside the run. */
    void schedule() {
        world.callFromOutside(() -> {
            try {
                engine.schedules().put(Others.CLOCK, Others.TICK, "");
            } catch (PerdureException crashed) {
                tally.failedStarts++;
            }
        });
    }

    /** Sends a signal through the engine if it writes at once, else from outside. */
    void signal(String name) {
        String value = "m" + ++messages;
        send(new NewMessage(value, NewMessage.Kind.SIGNAL, name, PAYLOADS.encode(value), "fate",
                world.currentMillis()));
    }

    /** Emits an event, in the way in which a signal is sent. */
    void emit(String name) {
        String value = "m" + ++messages;
        send(new Write.Emit(new Fact(name, PAYLOADS.encode(value), "fate", world.currentMillis())),
                () -> engine.emitEvent(name, value));
    }

    void cancel() {
        send(new NewMessage("m" + ++messages, NewMessage.Kind.CANCEL, "enough", Payload.NONE, "fate",
                world.currentMillis()));
    }

    /** @return whether it is sure that the run will hear of it, unless the disk forgets */
    boolean terminate() {
        return send(new NewMessage("m" + ++messages, NewMessage.Kind.TERMINATE, "away", Payload.NONE, "fate",
                world.currentMillis()));
    }

    private boolean send(NewMessage message) {
        return send(message.kind() == NewMessage.Kind.TERMINATE ? new Write.Terminate(RUN, message)
                : new Write.Send(RUN, message), () -> {
            switch (message.kind()) {
                case SIGNAL -> engine.signal(RUN, message.name(), message.value(), message.id());
                case CANCEL -> engine.cancel(RUN, message.name());
                case TERMINATE -> engine.terminate(RUN, message.name());
                default -> throw new IllegalStateException("nobody outside sends " + message.kind());
            }
        });
    }

    private boolean send(Write fromOutside, Runnable throughEngine) {
        if (disk.isDead()) {
            return false;
        }
        if (disk.isHolding()) {
            disk.writeFromOutside(fromOutside);
            notice();
            return true;
        }
        boolean sent = true;
        try {
            throughEngine.run();
        } catch (PerdureException crashed) {
            tally.failedSends++;
            sent = false;
        }
        world.settle();
        return sent;
    }

    /** Lets the engine look. */
    void notice() {
        world.advance(1_000);
    }

    // ---- what there is ----

    Optional<RunRow> row() {
        return disk.bare().find(RUN);
    }

    /** The run, and all that it has started. */
    List<RunRow> rows() {
        return disk.bare().list(RunFilter.all(), Optional.empty(), Integer.MAX_VALUE);
    }

    /** The run of the schedule. */
    Optional<RunRow> clock() {
        return disk.bare().find(ScheduleRun.ID_PREFIX + Others.CLOCK.name());
    }

    /** Which ticks there must have been by now; none without a schedule. */
    Set<String> ticksDue() {
        Set<String> due = new TreeSet<>();
        clock().ifPresent(clock -> {
            Instant now = Instant.ofEpochMilli(world.currentMillis());
            Instant made = Instant.ofEpochMilli(disk.bare().launch(clock.chain()).orElseThrow().createdAt());
            Others.CLOCK.next(made, 1_000).stream().filter(tick -> !tick.isAfter(now))
                    .forEach(tick -> due.add(Others.CLOCK.runId(tick)));
        });
        return due;
    }

    /** How many of a queue go on. */
    long going(String queue) {
        return rows().stream().filter(row -> row.queue().equals(queue) && row.owner() != null).count();
    }

    boolean isOver() {
        return row().map(row -> row.status().isFinished() || row.status() == RunStatus.STUCK).orElse(false);
    }

    List<Unit> journal(UUID incarnation) {
        return disk.bare().journal(incarnation, 0, Integer.MAX_VALUE);
    }

    /** @throws Violation if a step or the program has noticed something */
    void checkLedger() {
        if (!ledger.violations().isEmpty()) {
            throw new Violation(String.join("\n", ledger.violations()) + "\n" + text());
        }
    }

    /** The journals of the whole chain, what it has published, and what it has logged because it was not replayed. */
    String text() {
        StringBuilder all = new StringBuilder();
        row().ifPresent(row -> all.append(row.status()).append(' ').append(row.waiting()).append(row.problem())
                .append('\n'));
        disk.incarnations().forEach(each -> all.append(JournalText.of(journal(each)))
                .append("published ").append(new TreeMap<>(disk.bare().published(each))).append('\n'));
        return all.append("logged ").append(logged).append('\n').toString();
    }
}
