// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static dev.perdure.semantics.Scenario.later;
import static dev.perdure.semantics.Scenario.signal;

import java.time.Duration;
import java.util.stream.Stream;

/** Versions, and going on as new. */
final class ChangeScenarios {

    private static final Duration HOUR = Duration.ofHours(1);

    private ChangeScenarios() {
    }

    static Stream<Scenario> all() {
        return Stream.of(
                Scenario.of("F3 a run that comes to a change for the first time takes its newest version and keeps it",
                        (ctx, input) -> {
                            int before = ctx.version("packing", 0, 2);
                            ctx.sleep(HOUR);
                            int after = ctx.version("packing", 0, 2);
                            int other = ctx.version("other", 1, 1);
                            ctx.sleep(HOUR);
                            return before + " " + after + " " + other + " " + ctx.version("other", 0, 1);
                        }, later(HOUR), later(HOUR)).gives("2 2 1 1"),

                Scenario.of("A10 a run that continues as new begins again, with its unread signals",
                        (ctx, input) -> {
                            if (input.equals("in")) {
                                ctx.publish("life", 1);
                                String first = ctx.signals("item", String.class).receive();
                                ctx.sleep(HOUR);
                                return ctx.continueAsNew(first);
                            }
                            ctx.sleep(HOUR);
                            var items = ctx.signals("item", String.class);
                            return input + items.receive() + items.receive() + ctx.info().journalSize();
                        }, stage -> {
                            signal("item", "a").on(stage);
                            signal("item", "b").on(stage);
                        }, later(HOUR), signal("item", "c"), later(HOUR)).gives("abc5"));
    }
}
