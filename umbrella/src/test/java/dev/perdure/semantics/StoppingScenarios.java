// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static dev.perdure.semantics.Scenario.cancel;
import static dev.perdure.semantics.Scenario.cancelBy;
import static dev.perdure.semantics.Scenario.later;
import static dev.perdure.semantics.Scenario.signal;

import dev.perdure.CancelRequest;
import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.Saga;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Being asked to stop, and cleaning up. */
final class StoppingScenarios {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final String CANCELLED = "workflow_cancelled: run 'run' ended as CANCELLED: "
            + "dev.perdure.CancelledException: run 'run' was asked to stop by " + System.getProperty("user.name")
            + ": enough";

    private StoppingScenarios() {
    }

    static Stream<Scenario> all() {
        return Stream.concat(waits(), cleaningUp());
    }

    /** F1: a run that waits in this way, is cancelled, cleans up with a step and a sleep, and ends as cancelled. */
    private static Scenario whileWaiting(String where, Workflow.Body<String, String> wait) {
        return Scenario.of("F1 cancelled while it waits in " + where, (ctx, input) -> {
            try {
                return wait.run(ctx, input);
            } catch (CancelledException cancelled) {
                ctx.runShielded(shielded -> {
                    ctx.step("clean up", step -> { });
                    ctx.sleep(HOUR);
                });
                throw cancelled;
            }
        }, cancel(), later(HOUR)).gives(CANCELLED);
    }

    private static Stream<Scenario> waits() {
        return Stream.of(
                whileWaiting("a sleep", (ctx, input) -> {
                    ctx.sleep(HOUR.multipliedBy(9));
                    return "";
                }),
                whileWaiting("a timer", (ctx, input) -> ctx.timer(HOUR.multipliedBy(9)).get().toString()),
                whileWaiting("a receive", (ctx, input) -> ctx.signals("go", String.class).receive()),
                whileWaiting("a receive with a time-out",
                        (ctx, input) -> ctx.signals("go", String.class).receive(HOUR.multipliedBy(9)).orElse("")),
                whileWaiting("a promise", (ctx, input) -> ctx.async(fiber -> fiber.shielded(inside ->
                        inside.signals("go", String.class).receive())).get()),
                whileWaiting("a promise with a time-out", (ctx, input) -> "" + ctx.async(fiber ->
                        fiber.shielded(inside -> inside.signals("go", String.class).receive()))
                        .await(HOUR.multipliedBy(9))),
                whileWaiting("all", (ctx, input) -> Promise.all(List.of(ctx.timer(HOUR.multipliedBy(9)))).get() + ""),
                whileWaiting("a select", (ctx, input) -> "" + ctx.select(ctx.signals("go", String.class),
                        ctx.timer(HOUR.multipliedBy(9))).index()),
                whileWaiting("a condition", (ctx, input) -> {
                    ctx.await(() -> false);
                    return "";
                }),
                whileWaiting("a condition with a time-out",
                        (ctx, input) -> "" + ctx.await(() -> false, HOUR.multipliedBy(9))),
                whileWaiting("a channel's receive", (ctx, input) -> ctx.<String>channel(1).receive().orElse("")),
                whileWaiting("a channel's send", (ctx, input) -> {
                    ctx.<String>channel(0).send("x");
                    return "";
                }),
                whileWaiting("a step's pause between two attempts", (ctx, input) ->
                        ctx.step(StepSpec.of("flaky", String.class).retry(RetryPolicy.fixed(HOUR.multipliedBy(9), 5)),
                                step -> {
                                    throw new IllegalStateException("again");
                                })));
    }

    private static Stream<Scenario> cleaningUp() {
        return Stream.of(
                Scenario.of("F1 a request to stop is a promise that tells why, by whom and when", (ctx, input) -> {
                    Promise<CancelRequest> asked = ctx.cancellation();
                    Signals<String> items = ctx.signals("item", String.class);
                    Selection first = ctx.select(items, asked);
                    CancelRequest request = first.value(asked);
                    return request.reason() + " " + request.at() + " " + !request.by().isEmpty() + " "
                            + ctx.cancellation().isReady();
                }, stage -> {
                    stage.world.advance(HOUR);
                    cancelBy("sold out").on(stage);
                }).gives("sold out 2100-01-01T01:00:00Z true true"),

                Scenario.of("F1 a run that catches the request and returns has completed", (ctx, input) -> {
                    try {
                        ctx.sleep(HOUR);
                        return "slept";
                    } catch (CancelledException cancelled) {
                        return "stopped early";
                    }
                }, cancel()).gives("stopped early"),

                Scenario.of("F1 a shield holds off the request until it ends", (ctx, input) -> {
                    List<String> seen = new ArrayList<>();
                    try {
                        String kept = ctx.shielded(inside -> {
                            seen.add("got " + ctx.signals("go", String.class).receive());
                            ctx.sleep(HOUR);
                            return "kept";
                        });
                        seen.add(kept);
                        ctx.sleep(HOUR);
                        seen.add("overlooked");
                    } catch (CancelledException cancelled) {
                        seen.add("cancelled");
                    }
                    return seen.toString();
                }, cancel(), signal("go", "x"), later(HOUR)).gives("[got x, kept, cancelled]"),

                Scenario.of("F1 branches begun inside a shield are shielded, too", (ctx, input) -> {
                    List<String> seen = new ArrayList<>();
                    ctx.runShielded(inside -> {
                        Promise<String> one = ctx.async(fiber -> fiber.signals("go", String.class).receive());
                        Promise<Void> two = ctx.runAsync(fiber -> {
                            fiber.sleep(HOUR);
                            fiber.step("refund", step -> { });
                        });
                        seen.add(one.get());
                        two.get();
                        seen.add("refunded");
                    });
                    return seen.toString();
                }, cancel(), signal("go", "x"), later(HOUR)).gives("[x, refunded]"),

                Scenario.of("F1 a second request changes nothing", (ctx, input) -> {
                    try {
                        ctx.sleep(HOUR.multipliedBy(9));
                        return "";
                    } catch (CancelledException cancelled) {
                        ctx.runShielded(inside -> ctx.sleep(HOUR));
                        return ctx.cancellation().get().reason();
                    }
                }, cancelBy("first"), cancelBy("second"), later(HOUR)).gives("first"),

                Scenario.of("A9 a branch that is cancelled takes its own branches with it and nobody else",
                        (ctx, input) -> {
                            List<String> seen = new ArrayList<>();
                            Promise<String> outer = ctx.async("outer", fiber -> {
                                Promise<Void> inner = fiber.runAsync(deeper -> {
                                    try {
                                        deeper.sleep(HOUR);
                                    } catch (CancelledException cancelled) {
                                        seen.add("inner");
                                        throw cancelled;
                                    }
                                });
                                inner.get();
                                return "";
                            });
                            Promise<String> other = ctx.async("other", fiber ->
                                    fiber.signals("go", String.class).receive());
                            ctx.signals("cut", String.class).receive();
                            outer.cancel();
                            return other.get() + seen + outer.isReady() + ctx.cancellation().isReady();
                        }, signal("cut", ""), signal("go", "fine")).gives("fine[inner]truefalse"),

                Scenario.of("C10 a saga compensates in reverse order when a step fails, and fails with the same",
                        (ctx, input) -> Saga.run(ctx, saga -> {
                            saga.onFailure(StepSpec.of("release"), step -> { });
                            ctx.step("reserve", step -> { });
                            saga.onFailure(StepSpec.of("refund").retry(RetryPolicy.fixed(HOUR, 3)), step -> {
                                if (step.attempt() == 1) {
                                    throw new IllegalStateException("bank is away");
                                }
                            });
                            ctx.step("charge", step -> { });
                            ctx.step("ship", step -> {
                                throw new IllegalStateException("no truck");
                            });
                            return "shipped";
                        }), later(HOUR)).gives("workflow_failed: run 'run' ended as FAILED: "
                                + "dev.perdure.StepFailedException: step 'ship' failed after 1 attempt: "
                                + "java.lang.IllegalStateException: no truck"),

                Scenario.of("C10 a saga compensates when it is cancelled, and is not cut off in it",
                        (ctx, input) -> Saga.run(ctx, saga -> {
                            saga.onFailure(StepSpec.of("release").retry(RetryPolicy.fixed(HOUR, 3)), step -> {
                                if (step.attempt() == 1) {
                                    throw new IllegalStateException("later");
                                }
                            });
                            ctx.step("reserve", step -> { });
                            ctx.sleep(HOUR.multipliedBy(9));
                            return "shipped";
                        }), cancel(), cancel(), later(HOUR)).gives(CANCELLED));
    }
}
