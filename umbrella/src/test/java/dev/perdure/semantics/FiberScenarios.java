// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static dev.perdure.semantics.Scenario.later;
import static dev.perdure.semantics.Scenario.signal;

import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.ContextMisuseException;
import dev.perdure.Promise;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepFailedException;
import dev.perdure.Timer;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Concurrency inside a run. */
final class FiberScenarios {

    private static final Duration HOUR = Duration.ofHours(1);

    private FiberScenarios() {
    }

    static Stream<Scenario> all() {
        return Stream.of(combining(), choosing(), channels(), conditions()).flatMap(all -> all);
    }

    /** A branch that answers once a signal of its name has come. */
    private static Promise<String> onSignal(WorkflowContext ctx, String name) {
        return ctx.async(name, fiber -> fiber.signals(name, String.class).receive());
    }

    private static Stream<Scenario> combining() {
        return Stream.of(
                Scenario.of("A9 branches run beside each other and share memory", (ctx, input) -> {
                    List<String> seen = new ArrayList<>();
                    Promise<String> one = ctx.async(fiber -> {
                        seen.add("one begins");
                        fiber.sleep(HOUR);
                        seen.add("one ends");
                        return "1";
                    });
                    Promise<Void> two = ctx.runAsync(fiber -> {
                        seen.add("two begins");
                        fiber.step("inside", step -> { });
                        seen.add("two ends");
                    });
                    seen.add("main");
                    two.get();
                    return one.get() + " " + seen;
                }, later(HOUR)).gives("1 [main, one begins, two begins, two ends, one ends]"),

                Scenario.of("A9 branches may have branches, each with its own place in the journal", (ctx, input) -> {
                    Promise<String> outer = ctx.async("outer", fiber -> {
                        Promise<String> left = fiber.async(inner -> inner.step("left", String.class, step -> "l"));
                        Promise<String> right = fiber.async("right", inner -> {
                            inner.sleep(HOUR);
                            return "r";
                        });
                        return left.get() + right.get();
                    });
                    return outer.get();
                }, later(HOUR)).gives("lr"),

                Scenario.of("A9 all gives every value in the order of the promises, however they came",
                        (ctx, input) -> Promise.all(List.of(onSignal(ctx, "a"), onSignal(ctx, "b"), Promise.of("c")))
                                .get().toString(),
                        signal("b", "2"), signal("a", "1")).gives("[1, 2, c]"),

                Scenario.of("A9 all of nothing is there at once",
                        (ctx, input) -> Promise.all(List.<Promise<String>>of()).get().toString()).gives("[]"),

                Scenario.of("A9 all fails with the first failure, and the others go on", (ctx, input) -> {
                    Promise<String> slow = onSignal(ctx, "slow");
                    Promise<String> bad = ctx.async("bad", fiber -> {
                        fiber.signals("bad", String.class).receive();
                        throw new IllegalStateException("bad");
                    });
                    String message = "";
                    try {
                        Promise.all(List.of(slow, bad)).get();
                    } catch (IllegalStateException expected) {
                        message = expected.getMessage();
                    }
                    return message + " " + slow.get();
                }, signal("bad", ""), signal("slow", "value")).gives("bad value"),

                Scenario.of("A9 any gives the first value and passes over failures", (ctx, input) -> {
                    Promise<String> bad = ctx.async("bad", fiber -> {
                        fiber.signals("bad", String.class).receive();
                        throw new IllegalStateException("bad");
                    });
                    return Promise.any(List.of(bad, onSignal(ctx, "a"), onSignal(ctx, "b"))).get();
                }, signal("bad", ""), signal("b", "2")).gives("2"),

                Scenario.of("A9 any fails when all have failed", (ctx, input) -> {
                    Promise<String> one = ctx.async(fiber -> fiber.step("one", String.class, step -> {
                        throw new IllegalStateException("first");
                    }));
                    Promise<String> two = ctx.async(fiber -> {
                        fiber.sleep(HOUR);
                        throw new IllegalStateException("second");
                    });
                    try {
                        return Promise.any(List.of(one, two)).get();
                    } catch (IllegalStateException last) {
                        return last.getMessage();
                    }
                }, later(HOUR)).gives("second"),

                Scenario.of("A7 race is decided by what was heard first, and its loser can be cancelled",
                        (ctx, input) -> {
                            List<String> seen = new ArrayList<>();
                            Promise<String> slow = ctx.async("slow", fiber -> {
                                try {
                                    return fiber.signals("slow", String.class).receive();
                                } catch (CancelledException cancelled) {
                                    seen.add("slow was cancelled");
                                    throw cancelled;
                                }
                            });
                            String first = Promise.race(List.of(slow, onSignal(ctx, "quick"))).get();
                            boolean open = slow.cancel();
                            ctx.sleep(HOUR);
                            return first + " " + open + " " + seen + " " + slow.isReady() + " " + slow.cancel();
                        }, signal("quick", "q"), signal("slow", "s"), later(HOUR))
                        .gives("q true [slow was cancelled] true false"),

                Scenario.of("A9 race takes a failure for an outcome", (ctx, input) -> {
                    Promise<String> bad = ctx.async(fiber -> fiber.step("bad", String.class, step -> {
                        throw new IllegalStateException("broken");
                    }));
                    try {
                        return Promise.race(List.of(onSignal(ctx, "a"), bad)).get();
                    } catch (StepFailedException failed) {
                        return failed.failure().message();
                    }
                }).gives("broken"),

                Scenario.of("A9 waiting for a promise can be given up, and it stays given up on replay",
                        (ctx, input) -> {
                            Promise<String> promise = onSignal(ctx, "late");
                            boolean first = promise.await(HOUR);
                            boolean second = promise.await(HOUR);
                            return first + " " + second + " " + promise.get();
                        }, later(HOUR), signal("late", "came"), later(HOUR)).gives("false true came"));
    }

    private static Stream<Scenario> choosing() {
        return Stream.of(
                Scenario.of("A9 select takes the branch that comes first, and tells which are pending",
                        (ctx, input) -> {
                            Signals<String> approvals = ctx.signals("approval", String.class);
                            Timer deadline = ctx.timer(HOUR);
                            Promise<String> never = onSignal(ctx, "never");
                            Selection first = ctx.select(never, deadline, approvals);
                            String seen = first.index() + first.value(approvals) + first.is(approvals)
                                    + first.is(deadline) + first.pending().size();
                            first.cancelPending();
                            ctx.sleep(HOUR.multipliedBy(2));
                            return seen + deadline.isReady() + never.isReady();
                        }, signal("approval", "yes"), later(HOUR.multipliedBy(2))).gives("2yestruefalse2truetrue"),

                Scenario.of("A9 select by a time-out once taken is taken on every replay", (ctx, input) -> {
                    Signals<String> approvals = ctx.signals("approval", String.class);
                    Timer deadline = ctx.timer(HOUR);
                    Selection first = ctx.select(approvals, deadline);
                    String late = approvals.receive();
                    return first.is(deadline) + " " + first.value(deadline) + " " + late;
                }, later(HOUR), signal("approval", "late")).gives("true 2100-01-01T01:00:00Z late"),

                Scenario.of("A9 select takes the branch named first when several are ready", (ctx, input) -> {
                    Channel<String> channel = ctx.channel(3);
                    channel.send("c");
                    Selection first = ctx.select(ctx.signals("none", String.class), Promise.of("p"), channel);
                    return first.index() + " " + channel.receive().orElse("lost");
                }).gives("1 c"),

                Scenario.of("A9 the value of a branch that has not won is refused", (ctx, input) -> {
                    Promise<String> ready = Promise.of("p");
                    Channel<String> channel = ctx.channel(1);
                    Selection first = ctx.select(channel, ready);
                    try {
                        return first.value(channel);
                    } catch (ContextMisuseException refused) {
                        return refused.getMessage();
                    }
                }).gives("branch 0 of the select has not won, branch 1 has. Ask is(branch) first"),

                Scenario.of("A9 a select throws what its winner failed with", (ctx, input) -> {
                    Promise<String> bad = ctx.async(fiber -> {
                        fiber.sleep(HOUR);
                        throw new IllegalStateException("bad");
                    });
                    Selection first = ctx.select(bad, ctx.signals("none", String.class));
                    try {
                        return first.value(bad);
                    } catch (IllegalStateException failed) {
                        return failed.getMessage();
                    }
                }, later(HOUR)).gives("bad"),

                Scenario.of("X22 two selects over one signal are served in the order in which they began to wait",
                        (ctx, input) -> {
                            List<String> seen = new ArrayList<>();
                            Signals<String> items = ctx.signals("item", String.class);
                            Promise<Void> one = ctx.runAsync(fiber -> {
                                Timer timer = fiber.timer(HOUR);
                                Selection first = fiber.select(items, timer);
                                seen.add("one " + (first.is(items) ? first.value(items) : "nothing"));
                            });
                            Promise<Void> two = ctx.runAsync(fiber -> {
                                Selection first = fiber.select(items, fiber.timer(HOUR));
                                seen.add("two " + first.value(items));
                            });
                            Promise.all(List.of(one, two)).get();
                            return seen + " " + items.receive();
                        }, signal("item", "a"), signal("item", "b"), signal("item", "c"))
                        .gives("[one a, two b] c"),

                Scenario.of("X22 what a losing branch might have taken is there for the next", (ctx, input) -> {
                    Signals<String> items = ctx.signals("item", String.class);
                    Timer deadline = ctx.timer(HOUR);
                    Promise<String> loser = ctx.async(fiber -> {
                        Selection first = fiber.select(deadline, items);
                        return first.is(deadline) ? "deadline" : first.value(items);
                    });
                    String lost = loser.get();
                    return lost + " " + items.receive() + items.receive();
                }, later(HOUR), signal("item", "a"), signal("item", "b")).gives("deadline ab"));
    }

    private static Stream<Scenario> channels() {
        return Stream.of(
                Scenario.of("A9 a buffered channel keeps the order, and its sender waits while it is full",
                        (ctx, input) -> {
                            List<String> seen = new ArrayList<>();
                            Channel<Integer> channel = ctx.channel(2);
                            ctx.runAsync(fiber -> {
                                for (int i = 1; i <= 5; i++) {
                                    channel.send(i);
                                    seen.add("sent " + i);
                                }
                                channel.close();
                            });
                            ctx.sleep(HOUR);
                            seen.add("awake");
                            int sum = 0;
                            for (var next = channel.receive(); next.isPresent(); next = channel.receive()) {
                                sum = sum * 10 + next.get();
                            }
                            return sum + " " + seen.subList(0, 3) + channel.isClosed();
                        }, later(HOUR)).gives("12345 [sent 1, sent 2, awake]true"),

                Scenario.of("A9 a channel without a buffer hands over from sender to receiver", (ctx, input) -> {
                    List<String> seen = new ArrayList<>();
                    Channel<String> channel = ctx.channel(0);
                    ctx.runAsync(fiber -> {
                        channel.send("x");
                        seen.add("sent");
                    });
                    ctx.sleep(HOUR);
                    seen.add("receive");
                    String got = channel.receive().orElseThrow();
                    ctx.sleep(HOUR);
                    return got + " " + seen;
                }, later(HOUR), later(HOUR)).gives("x [receive, sent]"),

                Scenario.of("A9 nobody sends to a closed channel, also who waits to", (ctx, input) -> {
                    Channel<String> channel = ctx.channel(1);
                    channel.send("kept");
                    Promise<String> blocked = ctx.async(fiber -> {
                        try {
                            channel.send("too much");
                            return "sent";
                        } catch (ContextMisuseException closed) {
                            return "refused";
                        }
                    });
                    ctx.sleep(HOUR);
                    channel.close();
                    String sender = blocked.get();
                    String late;
                    try {
                        late = "" + channel.trySend("late");
                    } catch (ContextMisuseException closed) {
                        late = "refused, too";
                    }
                    return sender + ", " + late + ", " + channel.receive() + channel.receive() + channel.tryReceive();
                }, later(HOUR)).gives("refused, refused, too, Optional[kept]Optional.emptyOptional.empty"),

                Scenario.of("A9 trying to send and to receive never waits", (ctx, input) -> {
                    Channel<String> channel = ctx.channel(1);
                    return "" + channel.tryReceive() + channel.trySend("a") + channel.trySend("b")
                            + channel.tryReceive() + channel.isReady() + ctx.<String>channel(0).trySend("x");
                }).gives("Optional.emptytruefalseOptional[a]falsefalse"),

                Scenario.of("A9 a select over an unbuffered channel takes the value from a waiting sender",
                        (ctx, input) -> {
                            Channel<String> channel = ctx.channel(0);
                            Promise<String> sender = ctx.async(fiber -> {
                                fiber.sleep(HOUR);
                                channel.send("v");
                                return "delivered";
                            });
                            Selection first = ctx.select(ctx.timer(HOUR.multipliedBy(9)), channel);
                            return first.value(channel) + " " + sender.get();
                        }, later(HOUR)).gives("v delivered"));
    }

    private static Stream<Scenario> conditions() {
        return Stream.of(
                Scenario.of("A9 a condition wakes the fiber that waits for it once another has made it true",
                        (ctx, input) -> {
                            int[] count = new int[1];
                            ctx.runAsync(fiber -> {
                                while (true) {
                                    fiber.signals("tick", String.class).receive();
                                    count[0]++;
                                }
                            });
                            ctx.await(() -> count[0] == 2);
                            return "" + count[0];
                        }, signal("tick", ""), signal("tick", "")).gives("2"),

                Scenario.of("X24 the time-out of a condition is in the journal, and its branch taken on every replay",
                        (ctx, input) -> {
                            int[] count = new int[1];
                            ctx.runAsync(fiber -> {
                                fiber.signals("tick", String.class).receive();
                                count[0]++;
                            });
                            boolean first = ctx.await(() -> count[0] > 0, HOUR);
                            boolean second = ctx.await(() -> count[0] > 0, HOUR);
                            ctx.sleep(HOUR);
                            return first + " " + second + " " + count[0];
                        }, later(HOUR), signal("tick", ""), later(HOUR)).gives("false true 1"),

                Scenario.of("A9 what a condition throws, its waiting fiber gets", (ctx, input) -> {
                    int[] count = new int[1];
                    ctx.runAsync(fiber -> {
                        fiber.sleep(HOUR);
                        count[0]++;
                    });
                    try {
                        ctx.await(() -> {
                            if (count[0] > 0) {
                                throw new IllegalStateException("in the condition");
                            }
                            return false;
                        });
                        return "true";
                    } catch (IllegalStateException thrown) {
                        return thrown.getMessage();
                    }
                }, later(HOUR)).gives("in the condition"));
    }
}
