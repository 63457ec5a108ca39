// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos.deeds;

import dev.perdure.OutcomeUnknownException;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.proof.chaos.deeds.Effects.Heard;
import dev.perdure.proof.chaos.deeds.Effects.Kind;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the runs do: most of what there is, and in such a way that the result does not depend on when things happen.
 * Two incarnations; each waits for one message, "go" and "more".
 */
public final class Errand {

    /** The name under which {@link #run} is known. */
    public static final Workflow<String, String> ERRAND = Workflow.named("errand", String.class, String.class);

    /** Pack, flaky, left and right in the first incarnation, send and thank in the second. */
    static final int STEPS_THAT_MUST_HAPPEN = 6;

    private static final Pattern RESULT = Pattern.compile("packed side flaky left right go:a \\| more:b silence sent "
            + "(once|unknown|failed) withdrawn:1 failed:fails thanked");

    private static final Duration BLINK = Duration.ofMillis(50);
    private static final Duration FOR_EVER = Duration.ofHours(10);
    private static final int LONGEST_SLEEP_MILLIS = 1_500;

    private final Effects effects;

    /**
     * Does it in this process.
     *
     * @param effects what it does to the world
     */
    public Errand(Effects effects) {
        this.effects = effects;
    }

    /**
     * Whether a run may end with this.
     *
     * @param result what it ended with
     * @return false if something was lost or done twice
     */
    public static boolean isRight(String result) {
        return RESULT.matcher(result).matches();
    }

    /**
     * The code.
     *
     * @param ctx the run's
     * @param input empty, or what the incarnation before has seen, with the time in it
     * @return see {@link #isRight}
     * @throws Exception as it comes
     */
    public String run(WorkflowContext ctx, String input) throws Exception {
        return input.isEmpty() ? first(ctx) : second(ctx, input.split("#", 2));
    }

    private String first(WorkflowContext ctx) throws Exception {
        long began = ctx.now().toEpochMilli();
        StringBuilder seen = new StringBuilder(must(ctx, "pack", "packed"));
        seen.append(ctx.sideEffect("side", String.class, inside -> " side"));
        Heard heard = Heard.by(ctx);
        seen.append(ctx.step(StepSpec.of("flaky", String.class).retry(retry()), step -> {
            effects.happen(step, Kind.MUST, heard);
            if (step.attempt() == 1) {
                throw new IllegalStateException("the first attempt always fails");
            }
            return " flaky";
        }));
        Promise<String> left = ctx.async("left", fiber -> must(ctx, "left", " left"));
        Promise<String> right = ctx.async("right", fiber -> {
            ctx.sleep(BLINK);
            return must(ctx, "right", " right");
        });
        for (String each : Promise.all(List.of(left, right)).get()) {
            seen.append(each);
        }
        int pause = ctx.random().nextInt(LONGEST_SLEEP_MILLIS);
        long before = ctx.now().toEpochMilli();
        ctx.sleep(Duration.ofMillis(pause));
        if (ctx.now().toEpochMilli() < before + pause || before < began) {
            seen.append(" slept from ").append(before).append(" to ").append(ctx.now().toEpochMilli());
        }
        seen.append(" go:").append(ctx.signals("go", String.class).receive());
        return ctx.continueAsNew(ctx.now().toEpochMilli() + "#" + seen + " |");
    }

    private String second(WorkflowContext ctx, String[] input) throws Exception {
        StringBuilder seen = new StringBuilder(input[1]);
        if (ctx.now().toEpochMilli() < Long.parseLong(input[0])) {
            seen.append(" began at ").append(ctx.now().toEpochMilli()).append(", before ").append(input[0]);
        }
        Signals<String> more = ctx.signals("more", String.class);
        Timer late = ctx.timer(FOR_EVER);
        Promise<String> loser = ctx.async("loser", fiber -> {
            ctx.sleep(FOR_EVER);
            return "lost";
        });
        Selection won = ctx.select(late, more, loser);
        seen.append(" more:").append(won.is(more) ? won.value(more) : "nothing");
        won.cancelPending();
        seen.append(ctx.signals("silence", String.class).receive(BLINK).isPresent() ? " heard" : " silence");
        seen.append(must(ctx, "send", " sent")).append(once(ctx)).append(withdraw(ctx))
                .append(failing(ctx));
        seen.append(must(ctx, "thank", " thanked"));
        if (ctx.signals("go", String.class).tryReceive().isPresent() || more.tryReceive().isPresent()) {
            seen.append(" a message twice");
        }
        return seen.toString();
    }

    private String must(WorkflowContext ctx, String name, String result) {
        Heard heard = Heard.by(ctx);
        return ctx.step(StepSpec.of(name, String.class).retry(retry()), step -> {
            effects.happen(step, Kind.MUST, heard);
            return result;
        });
    }

    /** Outlasts every outage of the database. */
    private static RetryPolicy retry() {
        return RetryPolicy.forever(BLINK).maxDelay(Duration.ofSeconds(1));
    }

    private String once(WorkflowContext ctx) {
        Heard heard = Heard.by(ctx);
        try {
            ctx.run(StepSpec.of("once").atMostOnce(), step -> effects.happen(step, Kind.ONCE, heard));
            return " once";
        } catch (OutcomeUnknownException cutOff) {
            return " unknown";
        } catch (StepFailedException away) {
            return " failed";
        }
    }

    /** Exactly once: it sees what it has done, and nothing that it did before. */
    private String withdraw(WorkflowContext ctx) {
        String runId = ctx.info().runId();
        return " withdrawn:" + ctx.transaction(StepSpec.of("withdraw", Integer.class).retry(retry()),
                connection -> effects.withdraw(connection, runId));
    }

    private String failing(WorkflowContext ctx) {
        Heard heard = Heard.by(ctx);
        try {
            ctx.step("fails", step -> {
                effects.happen(step, Kind.MAY, heard);
                throw new IllegalStateException("always");
            });
            return " impossible";
        } catch (StepFailedException failed) {
            return " failed:" + failed.step();
        }
    }
}
