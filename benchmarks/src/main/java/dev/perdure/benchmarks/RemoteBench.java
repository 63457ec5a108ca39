// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Measurement;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.benchmarks.lab.Footprint;
import dev.perdure.benchmarks.lab.Plan;
import dev.perdure.benchmarks.lab.Report;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.SecondProcess;
import dev.perdure.benchmarks.lab.StoreKind;
import dev.perdure.benchmarks.load.LoadedEngine;
import dev.perdure.benchmarks.load.Sleepers;
import dev.perdure.engine.Engine;
import dev.perdure.store.RunFilter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;

/**
 * An engine in this process, a client in another, and one file between them. Measured are a signal from there until the
 * run here reacts to it, what the engine costs while nothing happens, and whether anything fails when the other process
 * holds the write lock for two seconds.
 *
 * <p>The reaction is the beginning of a step that the run takes after it has received the signal: it begins only when
 * the signal is durable in the run's journal. Both processes read the same clock of the same machine.
 */
@Command(name = "remote",
        description = "Signals from a second process, the price of being idle, and a lock held for too long.")
final class RemoteBench extends Measurement {

    static final String SIGNAL = "wake";
    static final Workflow<Integer, Long> REACTS = Workflow.named("reacts", Integer.class, Long.class);

    private static final Duration LOCKED = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int LOAD = 50;
    private static final int SIGNALS_WHILE_LOCKED = 10;
    private static final double WARM_UP = 0.1;

    /** The next sleeper that nobody has woken yet. */
    private int next;

    RemoteBench() {
        super(new Plan.Usual(100, 10, 2));
    }

    /** What one round found. */
    private record Round(double reaction, double result, double idle, long stepsWhileLocked) {
    }

    @Override
    public String objectionTo(StoreKind store) {
        return store == StoreKind.MEMORY ? SecondProcess.NOT_IN_MEMORY : "";
    }

    static String id(int number) {
        return "remote-" + number;
    }

    /**
     * A time that two processes of one machine agree on.
     *
     * @return microseconds since 1970
     */
    static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    private static Long react(WorkflowContext ctx, Integer number) {
        ctx.signals(SIGNAL, Long.class).receive();
        return ctx.step("react", Long.class, step -> micros());
    }

    @Override
    public void measure(Plan plan, BenchDirectory place, Report report) throws Exception {
        int warmUps = (int) Math.ceil(plan.warmup() / WARM_UP) + 1;
        int sleepers = warmUps + plan.rounds() * (plan.runs() + SIGNALS_WHILE_LOCKED);
        List<Round> rounds = new ArrayList<>();
        try (LoadedEngine loaded = LoadedEngine.start(plan.store(), place, LOAD,
                builder -> builder.workflow(REACTS, RemoteBench::react))) {
            loaded.load().hold();
            report.settings(loaded.settings());
            for (int number = 0; number < sleepers; number++) {
                loaded.engine().start(REACTS, id(number), number);
            }
            Sleepers.awaitAsleep(loaded.engine(), sleepers);
            try (SecondProcess remote = SecondProcess.start(RemoteProcess.class, loaded.address().toString());
                    SecondProcess holder = SecondProcess.start(RemoteProcess.class, loaded.address().toString())) {
                remote.hear("connected", LONGEST_WAIT);
                holder.hear("connected", LONGEST_WAIT);
                report.progress("warming up with " + warmUps + " signals");
                signal(remote, warmUps);
                loaded.load().slice(Plan.seconds(Math.max(plan.warmup(), 0.1)));
                for (int i = 0; i < plan.rounds(); i++) {
                    Samples[] took = signal(remote, plan.runs());
                    double idle = idle(plan);
                    long steps = locked(plan, loaded, remote, holder);
                    rounds.add(new Round(took[0].median(), took[1].median(), idle, steps));
                    report.progress("round " + (i + 1) + ": " + rounds.getLast());
                }
            }
            loaded.load().takeOff();
            print(plan, rounds, failures(loaded.engine()), report);
        }
    }

    private static void print(Plan plan, List<Round> rounds, long failures, Report report) {
        report.count("signals", (long) plan.rounds() * plan.runs());
        report.figure("remote_signal_median_ms", median(rounds, Round::reaction), "ms");
        report.figure("remote_result_median_ms", median(rounds, Round::result), "ms");
        report.figure("idle_cpu_percent", median(rounds, Round::idle), "percent");
        report.figure("lock_held_ms", lockTime(plan).toMillis(), "ms");
        report.count("lock_steps_while_held_and_after", rounds.stream().mapToLong(Round::stepsWhileLocked).sum());
        report.count("lock_failures", failures);
        if (failures > 0) {
            throw new BrokenMeasurementException(failures + " runs failed while another process held the lock");
        }
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Samples.median(rounds.stream().mapToDouble(figure).toArray());
    }

    /** Milliseconds to the reaction here, and to the result over there. */
    private Samples[] signal(SecondProcess remote, int count) throws IOException, InterruptedException {
        remote.say("signal " + next + " " + (next + count));
        next += count;
        Samples[] millis = {new Samples(), new Samples()};
        for (int i = 0; i < count; i++) {
            String[] micros = remote.hear("took", LONGEST_WAIT).split(" ");
            millis[0].add(Long.parseLong(micros[0]) / 1e3);
            millis[1].add(Long.parseLong(micros[1]) / 1e3);
        }
        return millis;
    }

    /**
     * Processor time of this whole process as a part of one processor, with many runs asleep and a client connected.
     */
    private static double idle(Plan plan) throws InterruptedException {
        // What the signals before have left to do (compiling, above all) is not idleness.
        Pause.of(Plan.seconds(Math.min(plan.seconds(), 2)));
        long cpu = Footprint.cpuNanos();
        long begun = System.nanoTime();
        Pause.of(Plan.seconds(plan.seconds()));
        return (Footprint.cpuNanos() - cpu) * 100.0 / (System.nanoTime() - begun);
    }

    private static Duration lockTime(Plan plan) {
        Duration round = Plan.seconds(plan.seconds());
        return round.compareTo(LOCKED) < 0 ? round : LOCKED;
    }

    /** Load and signals go on while the other process holds the lock; all of it must end well. */
    private long locked(Plan plan, LoadedEngine loaded, SecondProcess remote, SecondProcess holder) throws Exception {
        Duration time = lockTime(plan);
        loaded.load().resume();
        long before = loaded.load().durableSteps();
        holder.say("lock " + time.toMillis());
        holder.hear("locked", LONGEST_WAIT);
        signal(remote, SIGNALS_WHILE_LOCKED);
        holder.hear("unlocked", LONGEST_WAIT);
        loaded.load().hold();
        return loaded.load().durableSteps() - before;
    }

    private static long failures(Engine engine) {
        return engine.count(RunFilter.all().status(RunStatus.FAILED, RunStatus.STUCK, RunStatus.CANCELLED,
                RunStatus.TERMINATED));
    }
}
