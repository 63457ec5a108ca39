// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.ResultTimeoutException;
import dev.perdure.Schedule;
import dev.perdure.Schedule.Overlap;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunView;
import dev.perdure.proof.Findings;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Schedules that go on while everything else befalls their nodes. They start a run for each tick, or let it wait, and
 * catch up with all of them; {@code check.ticks} looks whether there is one run for each, from the first to the last.
 */
final class Ticks {

    static final Workflow<Void, Void> BEAT = Workflow.named("beat");

    private static final int SCHEDULES = 10;
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int MANY = 10_000;

    private final Client client;
    private final Findings findings;

    Ticks(Client client, Findings findings) {
        this.client = client;
        this.findings = findings;
    }

    static Void beat(WorkflowContext ctx, Void nothing) {
        ctx.sleep(SHORT);
        return nothing;
    }

    void start() {
        for (int i = 0; i < SCHEDULES; i++) {
            client.schedules().put(Schedule.every("tick-" + i, BETWEEN).catchUp(Duration.ofDays(1))
                    .overlap(i % 2 == 0 ? Overlap.QUEUE_ALL : Overlap.ALLOW)
                    .jitter(Duration.ofMillis(i / 2 * 100)), BEAT, null);
        }
    }

    /** Ends the schedules when nothing befalls anybody any more, and waits for the runs that they have started. */
    void close(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> schedules = new ArrayList<>();
        for (int i = 0; i < SCHEDULES; i++) {
            schedules.add("tick-" + i);
        }
        while (!schedules.isEmpty() && System.nanoTime() < deadline) {
            try {
                client.schedules().delete(schedules.getFirst());
                schedules.removeFirst();
            } catch (StoreException | ResultTimeoutException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
        schedules.forEach(each -> findings.violation("schedule " + each + " could not be deleted"));
        List<RunView> beats = client.list(RunFilter.all().workflow(BEAT.name()), MANY).runs();
        for (RunView beat : beats) {
            try {
                client.handle(beat.runId()).result(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (ResultTimeoutException late) {
                findings.violation("the run of tick " + beat.runId() + " has not ended");
            }
        }
        findings.count("ticks", beats.size());
    }
}
