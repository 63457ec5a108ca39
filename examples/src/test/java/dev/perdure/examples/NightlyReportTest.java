// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NightlyReportTest {

    @Test
    void d9_a_night_that_is_made_up_for_is_reported_once_and_with_its_own_day() throws InterruptedException {
        BlockingQueue<String> sent = new LinkedBlockingQueue<>();
        NightlyReport reports = new NightlyReport(day -> 4_200, sent::add);
        try (Engine engine =
                Engine.builder().store(new MemoryStore()).workflow(NightlyReport.REPORT, reports::run).start()) {
            NightlyReport.schedule(engine);
            NightlyReport.schedule(engine);
            Instant from = Instant.parse("2026-10-24T00:00:00Z");
            engine.schedules().backfill("nightly", from, Instant.parse("2026-10-25T23:00:00Z"));

            assertThat(sent.poll(30, TimeUnit.SECONDS)).isEqualTo("all shops on 2026-10-23: 4200 cents");
            assertThat(sent.poll(30, TimeUnit.SECONDS)).isEqualTo("all shops on 2026-10-24: 4200 cents");
            assertThat(engine.handle(NightlyReport.REPORT, "nightly:2026-10-25T00:30:00Z").result())
                    .isEqualTo("all shops on 2026-10-24: 4200 cents");
            assertThat(engine.schedules().list()).hasSize(1);
            assertThat(sent).isEmpty();
        }
    }
}
