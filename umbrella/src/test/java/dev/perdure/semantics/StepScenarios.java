// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static dev.perdure.semantics.Scenario.later;
import static dev.perdure.semantics.Scenario.signal;

import dev.perdure.Failed;
import dev.perdure.RetryPolicy;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.TypeRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Touching the world, and remembering what came of it. */
final class StepScenarios {

    private static final Duration PAUSE = Duration.ofMinutes(10);

    record Price(String currency, long cents) {
    }

    /** An exception of the user's own. */
    static final class Declined extends IOException {

        private static final long serialVersionUID = 1L;

        Declined(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private StepScenarios() {
    }

    static Stream<Scenario> all() {
        return Stream.of(
                Scenario.of("A2 the result of a step has the type it was declared with", (ctx, input) -> {
                    Price price = ctx.step("price", Price.class, step -> new Price("EUR", 1_250));
                    List<Price> prices = ctx.step(StepSpec.of("prices", new TypeRef<List<Price>>() { }),
                            step -> List.of(price, new Price("USD", 7)));
                    Integer none = ctx.step("none", Integer.class, step -> null);
                    ctx.step("void", step -> { });
                    ctx.run(StepSpec.of("void with options"), step -> { });
                    ctx.sleep(PAUSE);
                    return price.currency() + " " + prices.get(1).cents() + " " + none;
                }, later(PAUSE)).gives("EUR 7 null"),

                Scenario.of("A3 a failed step tells type, supertypes, message and cause", (ctx, input) -> {
                    StepFailedException failed = failureOf(() -> ctx.step("charge", String.class, step -> {
                        throw new Declined("no money",
                                new IllegalStateException("limit", new ArithmeticException("x")));
                    }));
                    ctx.sleep(PAUSE);
                    var failure = failed.failure();
                    return failed.step() + " " + failed.attempts() + " " + failed.code() + " " + failure.message() + " "
                            + failure.is(Declined.class) + failure.is(IOException.class) + failure.is(Throwable.class)
                            + failure.is(IllegalStateException.class) + " " + failure.cause().type() + " "
                            + failure.rootCause().message() + " " + failure.trace().contains("StepScenarios");
                }, later(PAUSE)).gives("charge 1 step_failed no money truetruetruefalse "
                        + "java.lang.IllegalStateException x true"),

                Scenario.of("A3 a failed step hands over the details that it attached", (ctx, input) -> {
                    StepFailedException failed = failureOf(() -> ctx.step("charge", step -> {
                        throw Failed.with("declined", new Price("EUR", 99));
                    }));
                    ctx.sleep(PAUSE);
                    return failed.details(Price.class) + " " + failed.getMessage();
                }, later(PAUSE)).gives("Price[currency=EUR, cents=99] step 'charge' failed after 1 attempt: "
                        + "dev.perdure.Failed: declined"),

                Scenario.of("A3 a failure that nobody catches fails the run", (ctx, input) -> {
                    ctx.sleep(PAUSE);
                    ctx.step("charge", step -> {
                        throw new IllegalStateException("closed");
                    });
                    return "never";
                }, later(PAUSE)).gives("workflow_failed: run 'run' ended as FAILED: "
                        + "dev.perdure.StepFailedException: step 'charge' failed after 1 attempt: "
                        + "java.lang.IllegalStateException: closed"),

                Scenario.of("A3 a checked exception of the workflow's own fails the run", (ctx, input) -> {
                    ctx.sleep(PAUSE);
                    throw new Declined("no", null);
                }, later(PAUSE)).gives("workflow_failed: run 'run' ended as FAILED: "
                        + "dev.perdure.semantics.StepScenarios$Declined: no"),

                Scenario.of("C1 a step is tried again after the pauses of its policy", (ctx, input) ->
                        ctx.step(StepSpec.of("flaky", String.class).retry(RetryPolicy.exponential(PAUSE, 5)), step -> {
                            if (step.attempt() < 3) {
                                throw new IllegalStateException("attempt " + step.attempt());
                            }
                            return "attempt " + step.attempt() + " first " + step.firstScheduledAt() + " of "
                                    + step.runId() + " " + step.name();
                        }), later(PAUSE), later(PAUSE), later(PAUSE))
                        .gives("attempt 3 first 2100-01-01T00:00:00Z of run flaky"),

                Scenario.of("C1 the last allowed attempt is the last", (ctx, input) ->
                        failureOf(() -> ctx.run(StepSpec.of("flaky").retry(RetryPolicy.fixed(PAUSE, 3)), step -> {
                            throw new IllegalStateException("attempt " + step.attempt());
                        })).getMessage(), later(PAUSE), later(PAUSE))
                        .gives("step 'flaky' failed after 3 attempts: java.lang.IllegalStateException: attempt 3"),

                Scenario.of("C1 a failure named as final is not tried again", (ctx, input) -> {
                    RetryPolicy policy = RetryPolicy.fixed(PAUSE, 9).notOn(IOException.class);
                    String message = failureOf(() -> ctx.run(StepSpec.of("flaky").retry(policy), step -> {
                        if (step.attempt() == 2) {
                            throw new Declined("final", null);
                        }
                        throw new IllegalStateException("again");
                    })).getMessage();
                    ctx.sleep(PAUSE);
                    return message;
                }, later(PAUSE), later(PAUSE)).gives("step 'flaky' failed after 2 attempts: "
                        + "dev.perdure.semantics.StepScenarios$Declined: final"),

                Scenario.of("C1 a predicate decides about the next attempt", (ctx, input) -> {
                    RetryPolicy policy = RetryPolicy.fixed(PAUSE, 9)
                            .onlyIf(failure -> "again".equals(failure.message()));
                    return failureOf(() -> ctx.run(StepSpec.of("flaky").retry(policy), step -> {
                        throw new IllegalStateException(step.attempt() < 3 ? "again" : "enough");
                    })).getMessage();
                }, later(PAUSE), later(PAUSE))
                        .gives("step 'flaky' failed after 3 attempts: java.lang.IllegalStateException: enough"),

                Scenario.of("C1 a failure may ask for another pause than the policy's", (ctx, input) -> {
                    StepSpec<String> spec = StepSpec.of("limited", String.class).retry(RetryPolicy.fixed(PAUSE, 2));
                    ctx.step(spec, step -> {
                        if (step.attempt() == 1) {
                            throw Failed.with("slow down", null).retryAfter(Duration.ofHours(5));
                        }
                        return "";
                    });
                    ctx.sleep(PAUSE);
                    return ctx.now().toString();
                }, later(PAUSE), later(Duration.ofHours(5).minus(PAUSE)), later(PAUSE)).gives("2100-01-01T05:10:00Z"),

                Scenario.of("A8 time, chance and ids are the same on every replay", (ctx, input) -> {
                    StringBuilder all = new StringBuilder().append(ctx.now()).append(' ').append(ctx.uuid().version());
                    String before = ctx.uuid() + " " + ctx.random().nextInt(1_000) + " " + ctx.random().nextDouble();
                    ctx.step("a", step -> { });
                    String branch = ctx.async(fiber -> fiber.random().nextLong() + "").get();
                    ctx.signals("go", String.class).receive();
                    double share = ctx.random().nextDouble();
                    String sent = ctx.step("say", String.class, step -> before + branch);
                    return all.append(sent.equals(before + branch)).append(share >= 0 && share < 1)
                            .append(' ').append(ctx.now()).toString();
                }, stage -> {
                    later(PAUSE).on(stage);
                    signal("go", "").on(stage);
                }).gives("2100-01-01T00:00:00Z 7truetrue 2100-01-01T00:10:00Z"),

                Scenario.of("A8 a side effect is computed once and remembered", (ctx, input) -> {
                    Price price = ctx.sideEffect("price", Price.class, inside -> new Price("EUR", 5));
                    String none = ctx.sideEffect("none", String.class, inside -> null);
                    ctx.sleep(PAUSE);
                    return price + " " + none;
                }, later(PAUSE)).gives("Price[currency=EUR, cents=5] null"),

                Scenario.of("A13 a run knows who it is", (ctx, input) -> {
                    long before = ctx.info().journalSize();
                    ctx.sleep(PAUSE);
                    var info = ctx.info();
                    return info.runId() + " " + info.workflow() + " " + info.startedAt() + " " + info.headers() + " "
                            + before + " " + info.journalSize() + " " + input;
                }, later(PAUSE)).gives("run scenario 2100-01-01T00:00:00Z {} 1 3 in"));
    }

    static StepFailedException failureOf(Runnable step) {
        try {
            step.run();
        } catch (StepFailedException failed) {
            return failed;
        }
        throw new AssertionError("the step did not fail");
    }
}
