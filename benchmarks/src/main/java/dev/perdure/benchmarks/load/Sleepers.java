// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.store.RunFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs that wait: every even one for a time hours away, every odd one for a signal. */
public final class Sleepers {

    public static final String SIGNAL = "wake";
    public static final Workflow<Integer, Void> TIMED = Workflow.named("waits-for-time", Integer.class);

    /** Answers with the signal's value. */
    public static final Workflow<Integer, Long> SIGNALLED = Workflow.named("waits-for-signal", Integer.class,
            Long.class);

    private static final Duration NIGHT = Duration.ofHours(12);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final int STARTERS = 512;

    private Sleepers() {
    }

    /**
     * Gives an engine the code of both workflows.
     *
     * @param builder of the engine
     * @return the same
     */
    public static EngineBuilder on(EngineBuilder builder) {
        return builder.workflow(TIMED, Workflow.Body.of((ctx, number) -> ctx.sleep(NIGHT)))
                .workflow(SIGNALLED, (ctx, number) -> ctx.signals(SIGNAL, Long.class).receive());
    }

    /**
     * The name of a sleeper.
     *
     * @param number its number; those that wait for a signal are odd
     * @return the run id
     */
    public static String id(int number) {
        return "sleeper-" + number;
    }

    /**
     * Starts sleepers, many at a time, and returns when all are asleep: suspended in the store.
     *
     * @param client to start with
     * @param first the first number
     * @param runs how many
     */
    public static void putToBed(Client client, int first, int runs) throws InterruptedException {
        AtomicInteger next = new AtomicInteger(first);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> starters = new ArrayList<>();
        for (int i = 0; i < Math.min(STARTERS, runs); i++) {
            starters.add(Thread.ofVirtual().name("starter-" + i).start(() -> {
                try {
                    for (int n = next.getAndIncrement(); n < first + runs; n = next.getAndIncrement()) {
                        Workflow<Integer, ?> workflow = n % 2 == 0 ? TIMED : SIGNALLED;
                        client.start(workflow, id(n), n);
                    }
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                }
            }));
        }
        for (Thread starter : starters) {
            starter.join();
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new BrokenMeasurementException("a sleeper could not be started: " + thrown, thrown);
        }
        awaitAsleep(client, (long) first + runs);
    }

    /**
     * Waits until so many runs are suspended in the store.
     *
     * @param client to look with
     * @param runs how many
     */
    public static void awaitAsleep(Client client, long runs) throws InterruptedException {
        RunFilter asleep = RunFilter.all().status(RunStatus.SUSPENDED);
        // Looking is work, too: not more often than needed to see the moment on the scale of a round.
        Pause.until("not all runs fell asleep", LONGEST_WAIT, Duration.ofMillis(20),
                () -> client.count(asleep) >= runs);
    }
}
