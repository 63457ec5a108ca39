// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;

/**
 * Every night, when the shops are closed, a report of the day is made and sent, by one node, whichever is up. The day
 * is that of the tick and not of the clock, so that a report that is late, or is made up for later, is of its own day.
 */
public final class NightlyReport {

    static final Workflow<String, String> REPORT = Workflow.named("report", String.class, String.class);

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final Ledger ledger;
    private final Mail mail;

    NightlyReport(Ledger ledger, Mail mail) {
        this.ledger = ledger;
        this.mail = mail;
    }

    /** Knows what was sold. */
    interface Ledger {
        long centsOf(LocalDate day) throws Exception;
    }

    /** Sends a report. */
    interface Mail {
        void send(String report) throws Exception;
    }

    // snippet:nightly-put
    /** Called at every start of the application: a schedule that is the same already goes on as it is. */
    static void schedule(Client client) {
        Schedule nightly = Schedule.cron("nightly", "30 2 * * *", BERLIN)
                .overlap(Schedule.Overlap.QUEUE_ONE)
                .startOptions(StartOptions.none().attribute("team", "sales"));
        client.schedules().put(nightly, REPORT, "all shops");
    }
    // end

    // snippet:nightly-run
    String run(WorkflowContext ctx, String shops) {
        Instant tick = Schedule.tickOf(ctx.info()).orElse(ctx.now());
        LocalDate day = tick.atZone(BERLIN).toLocalDate().minusDays(1);
        long cents = ctx.step("add up", Long.class, step -> ledger.centsOf(day));
        String report = shops + " on " + day + ": " + cents + " cents";
        ctx.step("send", step -> mail.send(report));
        return report;
    }
    // end

    /**
     * Makes up for three nights of the past, and shows when the next one is.
     *
     * @param args none
     */
    public static void main(String[] args) {
        CountDownLatch sent = new CountDownLatch(3);
        NightlyReport reports = new NightlyReport(day -> day.getDayOfMonth() * 100L, report -> {
            System.out.println(report);
            sent.countDown();
        });
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(REPORT, reports::run).start()) {
            schedule(engine);
            engine.schedules().backfill("nightly", Instant.parse("2026-03-28T00:00:00Z"),
                    Instant.parse("2026-03-31T00:00:00Z"));
            sent.await();
            Schedule nightly = engine.schedules().find("nightly").orElseThrow().schedule();
            System.out.println("the next at " + nightly.next(Instant.now(), 1).getFirst().atZone(BERLIN));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
