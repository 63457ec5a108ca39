// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.Selectable;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepContext;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.WorkflowContext;
import dev.perdure.proof.fuzz.Program.Care;
import dev.perdure.proof.fuzz.Program.Op;
import dev.perdure.proof.fuzz.Program.Select;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Plays a program as a workflow. What it sees on its way is its result, and the answer to its only query. */
final class Actor {

    static final int PAUSE_SECONDS = 4;
    static final int ATTEMPTS = 3;
    static final int LIMIT_SECONDS = 9;
    static final int LAST_GENERATION = 2;

    /** Differs at each call, in every life: what a side effect must hold fast. */
    private static final AtomicLong CHANCE = new AtomicLong();

    /** The world behind the steps. */
    interface Doing {

        /**
         * The body of a step.
         *
         * @param step the attempt
         * @param site where in the program, and in which turn of its loops: one call of a step in one incarnation
         * @param once whether it is at-most-once
         * @return the result
         * @throws Exception to fail the attempt
         */
        String answer(StepContext step, String site, boolean once) throws Exception;
    }

    private final Program program;
    private final Doing doing;
    private final boolean comparable;
    private final WorkflowContext ctx;
    private final int generation;
    private final List<String> seen = new ArrayList<>();
    private final Channel<String> channel;
    private int counter;

    private Actor(Program program, Doing doing, boolean comparable, WorkflowContext ctx, int generation) {
        this.program = program;
        this.doing = doing;
        this.comparable = comparable;
        this.ctx = ctx;
        this.generation = generation;
        this.channel = ctx.channel(1);
    }

    /**
     * One incarnation from its beginning.
     *
     * @param comparable see {@link Stage.Way}
     */
    static String play(Program program, Doing doing, boolean comparable, WorkflowContext ctx, Integer generation) {
        Actor actor = new Actor(program, doing, comparable, ctx, generation);
        ctx.query("seen", String.class, nothing -> actor.said());
        actor.block("", program.main());
        return actor.said();
    }

    private String said() {
        return String.join("; ", seen);
    }

    private void block(String site, List<Op> ops) {
        for (int i = 0; i < ops.size(); i++) {
            String here = site + "." + i;
            try {
                op(here, ops.get(i));
            } catch (StepFailedException failed) {
                seen.add("failed " + failed.step() + " " + failed.failure().type());
                if (failed.step().equals("c") && failed.attempts() == 1) {
                    // Some failures end the branch, or the run.
                    throw failed;
                }
            } catch (OutcomeUnknownException unknown) {
                seen.add("unknown");
            } catch (CancelledException cancelled) {
                seen.add("cancelled");
                ctx.runShielded(inside -> ctx.step("clean", String.class, step ->
                        doing.answer(step, here + "!", false)));
                if (ctx.cancellation().isReady()) {
                    throw cancelled;
                }
                return;
            }
        }
    }

    private void op(String site, Op op) {
        switch (op) {
            case Program.Step step -> seen.add("did " + ctx.step(spec(step), attempt ->
                    doing.answer(attempt, site, step.care() == Care.ONCE)));
            case Program.Sleep sleep -> ctx.sleep(Duration.ofSeconds(sleep.seconds()));
            case Program.Receive receive -> seen.add("got " + receive(receive));
            case Program.TryReceive receive ->
                    seen.add("found " + ctx.signals(receive.signal(), String.class).tryReceive());
            case Program.Timer timer -> timer(timer);
            case Program.Branches branches -> branches(site, branches);
            case Select select -> select(site, select);
            case Program.Await await -> await(await);
            case Program.Count count -> counter++;
            case Program.Send send -> send(send.waits());
            case Program.Take take -> seen.add("took " + (take.waits() ? channel.receive() : channel.tryReceive()));
            case Program.SideEffect effect -> seen.add("chance " + ctx.sideEffect(effect.name(), String.class,
                    inside -> comparable ? "same" : String.valueOf(CHANCE.incrementAndGet())));
            case Program.Version version -> seen.add("version " + ctx.version(version.change(), 0, 1));
            case Program.Publish publish -> ctx.publish(publish.name(), seen.size());
            case Program.Look look -> seen.add(ctx.now() + " " + ctx.random().nextInt() + " " + ctx.uuid());
            case Program.Loop loop -> {
                for (int i = 0; i < loop.times(); i++) {
                    block(site + "#" + i, loop.body());
                }
            }
            case Program.Shielded shielded -> ctx.runShielded(inside -> block(site, shielded.body()));
            case Program.Again again -> {
                if (generation < LAST_GENERATION) {
                    ctx.continueAsNew(generation + 1);
                }
            }
        }
    }

    private StepSpec<String> spec(Program.Step step) {
        StepSpec<String> plain = StepSpec.of(step.name(), String.class);
        return switch (step.care()) {
            case PLAIN -> plain;
            case RETRIED -> plain.retry(RetryPolicy.fixed(Duration.ofSeconds(PAUSE_SECONDS), ATTEMPTS).jitter(0));
            case TIMED -> comparable ? plain : plain.timeout(Duration.ofSeconds(LIMIT_SECONDS));
            case ONCE -> plain.atMostOnce();
        };
    }

    private Object receive(Program.Receive receive) {
        Signals<String> signals = ctx.signals(receive.signal(), String.class);
        return receive.seconds() == 0 ? signals.receive() : signals.receive(Duration.ofSeconds(receive.seconds()));
    }

    private void timer(Program.Timer op) {
        Timer timer = ctx.timer(Duration.ofSeconds(op.seconds()));
        seen.add(op.cancelled() ? "called off " + timer.cancel() : "fired " + timer.get());
    }

    private void await(Program.Await await) {
        if (await.seconds() == 0) {
            ctx.await(() -> counter >= await.atLeast());
            seen.add("counted " + counter);
        } else {
            seen.add("counted " + ctx.await(() -> counter >= await.atLeast(), Duration.ofSeconds(await.seconds())));
        }
    }

    private void send(boolean waits) {
        String value = "c" + seen.size();
        if (waits) {
            channel.send(value);
        } else {
            seen.add("sent " + channel.trySend(value));
        }
    }

    private void branches(String site, Program.Branches op) {
        List<Promise<String>> all = new ArrayList<>();
        for (int i = 0; i < op.bodies().size(); i++) {
            all.add(branch(site + "/" + i, op.bodies().get(i)));
        }
        switch (op.join()) {
            case ALL -> seen.add("all " + Promise.all(all).get());
            case ANY -> seen.add("any " + Promise.any(all).get());
            case RACE -> seen.add("race " + Promise.race(all).get());
            case AWAIT -> seen.add("settled " + Promise.all(all).await(Duration.ofSeconds(op.seconds())));
            case LEAVE -> seen.add("left");
            case CANCEL -> all.forEach(Promise::cancel);
        }
    }

    private Promise<String> branch(String site, List<Op> body) {
        return ctx.async(inside -> {
            block(site, body);
            return "b" + counter;
        });
    }

    private void select(String site, Select op) {
        List<Selectable<?>> all = new ArrayList<>();
        all.add(ctx.timer(Duration.ofSeconds(op.seconds())));
        if ((op.bits() & Select.BRANCH) != 0) {
            all.add(branch(site + "/s", op.branch()));
        }
        if ((op.bits() & Select.SIGNAL) != 0) {
            all.add(ctx.signals(op.signal(), String.class));
        }
        if ((op.bits() & Select.CHANNEL) != 0) {
            all.add(channel);
        }
        if ((op.bits() & Select.CANCELLATION) != 0) {
            all.add(ctx.cancellation());
        }
        Selection first = ctx.select(all.toArray(Selectable[]::new));
        seen.add("first " + first.index());
        if (op.losersCancelled()) {
            first.cancelPending();
        }
    }
}
