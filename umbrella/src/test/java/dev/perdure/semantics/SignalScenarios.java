// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static dev.perdure.semantics.Scenario.later;
import static dev.perdure.semantics.Scenario.signal;

import dev.perdure.Promise;
import dev.perdure.RunNotFoundException;
import dev.perdure.Signals;
import dev.perdure.TypeRef;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Messages and published values. */
final class SignalScenarios {

    private static final Duration HOUR = Duration.ofHours(1);

    record Approval(String by, boolean granted) {
    }

    private SignalScenarios() {
    }

    private static Scenario.Act emit(String name, Object value) {
        return stage -> stage.engine().emitEvent(name, value);
    }

    private static boolean emitted(WorkflowContext ctx) {
        ctx.emitEvent("seen", true);
        return ctx.awaitEvent("seen", Boolean.class);
    }

    static Stream<Scenario> all() {
        return Stream.of(
                Scenario.of("D3 signals of a name come in order, also those sent before anybody waits",
                        (ctx, input) -> {
                            ctx.sleep(HOUR);
                            Signals<Integer> numbers = ctx.signals("number", Integer.class);
                            Signals<String> words = ctx.signals("word", String.class);
                            return words.receive() + numbers.receive() + numbers.receive() + words.receive();
                        }, stage -> {
                            signal("number", 1).on(stage);
                            signal("word", "a").on(stage);
                            signal("number", 2).on(stage);
                        }, later(HOUR), signal("word", "b")).gives("a12b"),

                Scenario.of("D3 a signal has the type its receiver asks for", (ctx, input) -> {
                    Approval approval = ctx.signals("approval", Approval.class).receive();
                    Map<String, List<Integer>> table =
                            ctx.signals("table", new TypeRef<Map<String, List<Integer>>>() { }).receive();
                    return approval.by() + approval.granted() + table.get("x").get(1);
                }, signal("approval", new Approval("ann", true)), signal("table", Map.of("x", List.of(1, 2))))
                        .gives("anntrue2"),

                Scenario.of("D5 waiting for a signal can be given up, and it stays given up on replay",
                        (ctx, input) -> {
                            Signals<String> signals = ctx.signals("go", String.class);
                            var first = signals.receive(HOUR);
                            var second = signals.receive(HOUR);
                            ctx.sleep(HOUR);
                            return first + " " + second + " " + signals.receive(Duration.ZERO);
                        }, later(HOUR), signal("go", "late"), later(HOUR))
                        .gives("Optional.empty Optional[late] Optional.empty"),

                Scenario.of("D5 trying to receive takes what is there and never waits", (ctx, input) -> {
                    Signals<String> signals = ctx.signals("go", String.class);
                    String seen = signals.tryReceive() + " " + signals.isReady();
                    ctx.signals("now", String.class).receive();
                    return seen + " " + signals.isReady() + " " + signals.tryReceive() + signals.tryReceive();
                }, signal("go", "x"), signal("now", "")).gives("Optional.empty false true Optional[x]Optional.empty"),

                Scenario.of("D3 several fibers that wait for one name are served in the order in which they began",
                        (ctx, input) -> {
                            List<String> seen = new ArrayList<>();
                            List<Promise<Void>> all = new ArrayList<>();
                            for (int i = 0; i < 3; i++) {
                                int who = i;
                                all.add(ctx.runAsync(fiber ->
                                        seen.add(who + fiber.signals("go", String.class).receive())));
                            }
                            Promise.all(all).get();
                            return seen.toString();
                        }, signal("go", "a"), signal("go", "b"), signal("go", "c")).gives("[0a, 1b, 2c]"),

                Scenario.of("D3 a receiver whose time is up leaves the next signal to those behind it",
                        (ctx, input) -> {
                            List<String> seen = new ArrayList<>();
                            Promise<Void> one = ctx.runAsync(fiber ->
                                    seen.add("one " + fiber.signals("go", String.class).receive(HOUR)));
                            Promise<Void> two = ctx.runAsync(fiber ->
                                    seen.add("two " + fiber.signals("go", String.class).receive()));
                            Promise.all(List.of(one, two)).get();
                            return seen.toString();
                        }, later(HOUR), signal("go", "a")).gives("[one Optional.empty, two a]"),

                Scenario.of("D3 what nobody received is counted", (ctx, input) -> {
                    ctx.sleep(HOUR);
                    return "done";
                }, signal("stray", 1), signal("stray", 2), later(HOUR)).gives("done"),

                Scenario.of("D7 a signal that is sent is answered, and comes even to the run that sends it",
                        (ctx, input) -> {
                            String seen = "";
                            try {
                                ctx.signal("nobody", "go", "x");
                            } catch (RunNotFoundException nobody) {
                                seen += nobody.code();
                            }
                            ctx.signal(Scenario.RUN, "go", "a");
                            ctx.sleep(HOUR);
                            ctx.signal(Scenario.RUN, "go", "b");
                            Signals<String> signals = ctx.signals("go", String.class);
                            return seen + " " + signals.receive() + signals.receive();
                        }, later(HOUR)).gives("run_not_found ab"),

                Scenario.of("D6 an event is awaited before and after it is known, and the first of a name wins",
                        (ctx, input) -> {
                            String before = ctx.awaitEvent("paid", String.class);
                            ctx.emitEvent("shipped", "1");
                            ctx.emitEvent("shipped", "2");
                            ctx.sleep(HOUR);
                            return before + ctx.awaitEvent("shipped", String.class)
                                    + ctx.awaitEvent("paid", String.class, HOUR)
                                    + ctx.awaitEvent("x", String.class, HOUR);
                        }, emit("paid", "a"), later(HOUR), later(HOUR)).gives("a1Optional[a]Optional.empty"),

                Scenario.of("D6 several branches wait for one event and all learn it", (ctx, input) -> {
                    Promise<String> one = ctx.async(fiber -> fiber.awaitEvent("paid", String.class));
                    Promise<String> two = ctx.async(fiber -> fiber.awaitEvent("paid", String.class));
                    return one.get() + two.get() + emitted(ctx);
                }, emit("paid", "a")).gives("aatrue"),

                Scenario.of("D8 a published value takes its place in the journal", (ctx, input) -> {
                    ctx.publish("stage", "packing");
                    ctx.sleep(HOUR);
                    ctx.publish("stage", "shipping");
                    ctx.publish("gone", "soon");
                    ctx.publish("gone", null);
                    return "done";
                }, later(HOUR)).gives("done"));
    }
}
