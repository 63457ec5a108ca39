// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static dev.perdure.semantics.Scenario.later;
import static dev.perdure.semantics.Scenario.signal;

import dev.perdure.CancelledException;
import dev.perdure.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** Durable time. */
final class TimeScenarios {

    private static final Duration HOUR = Duration.ofHours(1);

    private TimeScenarios() {
    }

    static Stream<Scenario> all() {
        return Stream.of(
                Scenario.of("D1 a sleep lasts as long as was asked for", (ctx, input) -> {
                    ctx.sleep(HOUR.multipliedBy(24));
                    return ctx.now().toString();
                }, later(HOUR.multipliedBy(23)), later(HOUR)).gives("2100-01-02T00:00:00Z"),

                Scenario.of("D1 a sleep until an instant ends then, and one until a past instant at once",
                        (ctx, input) -> {
                            ctx.sleepUntil(Instant.parse("2100-01-01T03:00:00Z"));
                            ctx.sleepUntil(Instant.parse("1990-01-01T00:00:00Z"));
                            ctx.sleep(Duration.ZERO);
                            return ctx.now().toString();
                        }, later(HOUR.multipliedBy(2)), later(HOUR)).gives("2100-01-01T03:00:00Z"),

                Scenario.of("D1 a timer yields the time at which it fired", (ctx, input) -> {
                    Timer timer = ctx.timer(HOUR);
                    boolean before = timer.isReady();
                    Instant fired = timer.get();
                    return before + " " + fired + " " + timer.deadline() + " " + timer.isReady() + " " + timer.cancel();
                }, later(HOUR)).gives("false 2100-01-01T01:00:00Z 2100-01-01T01:00:00Z true false"),

                Scenario.of("D1 a timer called off in time throws to who waits, and never fires", (ctx, input) -> {
                    Timer timer = ctx.timer(HOUR);
                    var waiting = ctx.async(fiber -> {
                        try {
                            return "fired " + timer.get();
                        } catch (CancelledException cancelled) {
                            return "cancelled";
                        }
                    });
                    ctx.signals("stop", String.class).receive();
                    boolean inTime = timer.cancel();
                    String seen = waiting.get();
                    ctx.sleep(HOUR.multipliedBy(2));
                    return inTime + " " + seen + " " + timer.cancel() + " " + timer.isReady();
                }, signal("stop", ""), later(HOUR), later(HOUR)).gives("true cancelled false true"),

                Scenario.of("D1 timers fire in the order of their times, whatever the order they were set in",
                        (ctx, input) -> {
                            StringBuilder order = new StringBuilder();
                            for (int hours : new int[] {3, 1, 2}) {
                                Timer timer = ctx.timer(HOUR.multipliedBy(hours));
                                ctx.runAsync(fiber -> {
                                    timer.get();
                                    order.append(hours);
                                });
                            }
                            ctx.sleep(HOUR.multipliedBy(4));
                            return order + " " + ctx.now();
                        }, later(HOUR.multipliedBy(5))).gives("123 2100-01-01T05:00:00Z"));
    }
}
