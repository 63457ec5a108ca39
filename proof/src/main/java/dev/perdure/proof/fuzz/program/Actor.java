// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.ContextMisuseException;
import dev.perdure.DuplicateNameException;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.Saga;
import dev.perdure.Selectable;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepBody;
import dev.perdure.StepFailedException;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.TypeRef;
import dev.perdure.WorkflowContext;
import dev.perdure.proof.fuzz.program.Op.Select;
import dev.perdure.proof.fuzz.program.Op.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Plays a program as a workflow. What it sees on its way is its result, and the answer to its first query. Variables
 * are named after their types: the list of proofs looks for calls.
 */
public final class Actor {

    static final int PAUSE_SECONDS = 4;
    static final int ATTEMPTS = 3;
    static final int LIMIT_SECONDS = 9;
    static final int LAST_GENERATION = 2;
    /** Not in what the world answers. */
    private static final String DONE = "done";

    /** Differs at each call, in every life: what a side effect must hold fast. */
    private static final AtomicLong CHANCE = new AtomicLong();

    private final Program program;
    private final Doing doing;
    private final WorkflowContext ctx;
    private final int generation;
    private final List<String> seen = new ArrayList<>();
    private Channel<String> channel;
    private int counter;

    private Actor(Program program, Doing doing, WorkflowContext ctx, int generation) {
        this.program = program;
        this.doing = doing;
        this.ctx = ctx;
        this.generation = generation;
        this.channel = ctx.channel(program.capacity());
    }

    /**
     * One incarnation from its beginning.
     *
     * @param program what to play
     * @param doing the world
     * @param ctx of the run
     * @param generation the input of the run: how many incarnations came before
     * @return what it has seen
     * @throws Exception if the run fails
     */
    public static String play(Program program, Doing doing, WorkflowContext ctx, Integer generation)
            throws Exception {
        Actor actor = new Actor(program, doing, ctx, generation);
        ctx.query("seen", String.class, nothing -> actor.said());
        actor.block("", program.main());
        return actor.said();
    }

    private String said() {
        return String.join("; ", seen);
    }

    private void see(Object what) {
        seen.add(String.valueOf(what));
    }

    // ---- blocks ----

    /** Goes on after what fails, but for some failures; ends when its branch is cancelled. */
    private void block(String site, List<Op> ops) throws Exception {
        for (int i = 0; i < ops.size(); i++) {
            String here = site + "." + i;
            try {
                op(here, ops.get(i));
            } catch (StepFailedException failed) {
                see("failed " + failed.step() + " " + failed.failure().type());
                if (failed.step().equals("c") && failed.attempts() == 1) {
                    // Some failures end the branch, or the run.
                    throw failed;
                }
            } catch (OutcomeUnknownException unknown) {
                see("unknown");
            } catch (DuplicateNameException taken) {
                see("taken");
            } catch (CancelledException cancelled) {
                see("cancelled");
                ctx.runShielded(inside -> ctx.step("clean", String.class, step ->
                        doing.answer(step, here + "!", false)));
                if (ctx.cancellation().isReady()) {
                    throw cancelled;
                }
                return;
            }
        }
    }

    /** A compensation for each op, and the first failure ends it. */
    private void saga(String site, Op.Saga op) throws Exception {
        try {
            see("saga " + Saga.run(ctx, saga -> {
                for (int i = 0; i < op.body().size(); i++) {
                    String here = site + "." + i;
                    saga.onFailure(undo(op.undo(), "undo" + i),
                            step -> doing.answer(step, here + "~", op.undo() == Op.Undo.ONCE));
                    op(here, op.body().get(i));
                }
                if (op.finish() == Op.Finish.BADLY) {
                    throw new IllegalStateException("enough");
                }
                return DONE;
            }));
        } catch (RuntimeException failure) {
            see("took back after " + failure.getClass().getSimpleName() + ", not " + failure.getSuppressed().length);
            if (!(failure instanceof IllegalStateException)) {
                throw failure;
            }
        }
    }

    private static StepSpec<Void> undo(Op.Undo undo, String name) {
        return with(StepSpec.of(name), switch (undo) {
            case PLAIN -> Op.Care.PLAIN;
            case RETRIED -> Op.Care.RETRIED;
            case ONCE -> Op.Care.ONCE;
        });
    }

    // ---- what there is to do ----

    private void op(String site, Op op) throws Exception {
        if (!ctx.isReplaying()) {
            doing.plays(Census.names(op));
        }
        switch (op) {
            case Op.Step step -> see("did " + step(site, step));
            case Op.Sleep sleep -> sleep(sleep);
            case Op.Receive receive -> see("got " + receive(receive));
            case Op.Timer timer -> see("timer " + timer(timer));
            case Op.Branches branches -> see("branches " + branches(site, branches));
            case Select select -> select(site, select);
            case Op.Await await -> await(await);
            case Op.Count count -> counter++;
            case Op.Pass pass -> see("channel " + pass(pass.use()));
            case Op.SideEffect effect -> see("chance " + ctx.sideEffect(effect.name(), String.class,
                    inside -> doing.isComparable() ? "same" : String.valueOf(CHANCE.incrementAndGet())));
            case Op.Version version -> see("version " + ctx.version(version.change(), 0, doing.version()));
            case Op.Publish publish ->
                    ctx.publish(publish.name(), publish.publishing() == Op.Publishing.VALUE ? seen.size() : null);
            case Op.Query query -> ctx.query(query.name(), String.class, nothing -> counter);
            case Op.Look look -> look(site, look.sight());
            case Op.Stop stop -> see("asked to stop " + stop(stop));
            case Op.Loop loop -> {
                for (int i = 0; i < loop.times(); i++) {
                    block(site + "#" + i, loop.body());
                }
            }
            case Op.Shielded shielded -> shielded(site, shielded);
            case Op.Saga saga -> saga(site, saga);
            case Op.Again again -> again(site);
        }
    }

    private Object step(String site, Op.Step op) {
        StepBody<String> body = step -> doing.answer(step, site, op.care() == Op.Care.ONCE);
        return switch (op.care()) {
            case PLAIN -> ctx.step(op.name(), String.class, body);
            case ACTION -> {
                ctx.step(op.name(), body::run);
                yield DONE;
            }
            case RUN -> {
                ctx.run(StepSpec.of(op.name()), body::run);
                yield DONE;
            }
            case LISTED -> ctx.step(StepSpec.of(op.name(), new TypeRef<List<String>>() { }),
                    step -> List.of(body.run(step)));
            default -> ctx.step(with(StepSpec.of(op.name(), String.class),
                    op.care() == Op.Care.TIMED && doing.isComparable() ? Op.Care.PLAIN : op.care()), body);
        };
    }

    private static <T> StepSpec<T> with(StepSpec<T> spec, Op.Care care) {
        Duration pause = Duration.ofSeconds(PAUSE_SECONDS);
        return switch (care) {
            case RETRIED -> spec.retry(RetryPolicy.fixed(pause, ATTEMPTS));
            case GROWING -> spec.retry(RetryPolicy.exponential(pause, ATTEMPTS).factor(3)
                    .maxDelay(pause.multipliedBy(2)).jitter(0.5));
            case PICKY -> spec.retry(RetryPolicy.forever(pause).notOn(IllegalArgumentException.class)
                    .onlyIf(failure -> failure.retryAfter() == null));
            case TIMED -> spec.timeout(Duration.ofSeconds(LIMIT_SECONDS));
            case ONCE -> spec.atMostOnce();
            default -> spec;
        };
    }

    private void sleep(Op.Sleep op) {
        Duration length = Duration.ofSeconds(op.seconds());
        switch (op.until()) {
            case FOR -> ctx.sleep(length);
            case UNTIL -> ctx.sleepUntil(ctx.now().plus(length));
            case PAST -> ctx.sleepUntil(ctx.now().minus(length));
        }
    }

    private Object receive(Op.Receive op) {
        Signals<String> signals = op.hearing() == Op.Hearing.TYPED
                ? ctx.signals(op.signal(), new TypeRef<String>() { }) : ctx.signals(op.signal(), String.class);
        return switch (op.hearing()) {
            case FOREVER -> signals.receive();
            case TIMED, TYPED -> signals.receive(Duration.ofSeconds(op.seconds()));
            case TRY -> signals.tryReceive();
            case PEEK -> signals.isReady();
        };
    }

    private Object timer(Op.Timer op) {
        Timer timer = ctx.timer(Duration.ofSeconds(op.seconds()));
        see(timer.deadline());
        return switch (op.ringing()) {
            case GET -> timer.get();
            case AWAIT -> timer.await(Duration.ofSeconds(op.seconds() / 2));
            case CANCEL -> timer.cancel();
            case GET_CANCELLED -> timer.cancel() ? timer.get() : "too late";
        };
    }

    private void await(Op.Await op) {
        if (op.patience() == Op.Patience.FOREVER) {
            ctx.await(() -> counter >= op.atLeast());
            see("counted " + counter);
        } else {
            see("counted " + ctx.await(() -> counter >= op.atLeast(), Duration.ofSeconds(op.seconds())));
        }
    }

    private Object pass(Op.Use use) {
        String value = "c" + seen.size();
        Channel<String> used = channel;
        try {
            switch (use) {
                case SEND -> channel.send(value);
                case TRY_SEND -> {
                    return channel.trySend(value);
                }
                case RECEIVE -> {
                    return channel.receive();
                }
                case TRY_RECEIVE -> {
                    return channel.tryReceive();
                }
                case PEEK -> {
                    return channel.isReady() + " " + channel.isClosed();
                }
                case CLOSE -> channel.close();
                case RENEW -> channel = ctx.channel(program.capacity());
            }
            return DONE;
        } catch (ContextMisuseException closed) {
            if (!used.isClosed()) {
                throw closed;
            }
            return "closed";
        }
    }

    private void look(String site, Op.Sight sight) {
        switch (sight) {
            case NOW -> see(ctx.now());
            case RANDOM -> see(ctx.random().nextInt());
            case UUID -> see(ctx.uuid());
            case INFO -> see(doing.self(ctx.info()));
            case REPLAYING -> {
                if (!ctx.isReplaying()) {
                    doing.log(ctx.info().incarnation() + site);
                }
            }
        }
    }

    private Object stop(Op.Stop op) {
        return switch (op.asking()) {
            case PEEK -> ctx.cancellation().isReady();
            case TIMED -> ctx.cancellation().await(Duration.ofSeconds(op.seconds()));
            case FOREVER -> ctx.cancellation().get();
        };
    }

    private void shielded(String site, Op.Shielded op) {
        if (op.shield() == Op.Shield.RUN) {
            ctx.runShielded(inside -> block(site, op.body()));
        } else {
            see("shielded " + ctx.shielded(inside -> {
                block(site, op.body());
                return DONE;
            }));
        }
    }

    private void again(String site) {
        if (generation >= LAST_GENERATION) {
            return;
        }
        try {
            ctx.continueAsNew(generation + 1);
        } catch (ContextMisuseException onBranch) {
            if (!site.contains("/")) {
                throw onBranch;
            }
            see("not here");
        }
    }

    // ---- several things at once ----

    private Object branches(String site, Op.Branches op) {
        List<Promise<String>> all = new ArrayList<>();
        for (int i = 0; i < op.bodies().size(); i++) {
            all.add(branch(site + "/" + i, op, op.bodies().get(i)));
        }
        List<Promise<String>> more = new ArrayList<>(all);
        more.add(Promise.of("ready"));
        switch (op.join()) {
            case ALL -> {
                return Promise.all(all).get();
            }
            case ALL_AND_READY -> {
                return Promise.all(more).get();
            }
            case ANY -> {
                return Promise.any(all).get();
            }
            case ANY_OR_READY -> {
                return Promise.any(more).get();
            }
            case RACE -> {
                return Promise.race(all).get();
            }
            case AWAIT -> {
                Promise<List<String>> promise = Promise.all(all);
                return promise.await(Duration.ofSeconds(op.seconds())) + " " + promise.isReady();
            }
            case EACH -> all.forEach(promise -> see(promise.get()));
            case PEEK -> all.forEach(promise -> see(promise.isReady()));
            case CANCEL -> all.forEach(promise -> see(promise.cancel()));
            case LEAVE -> see("left");
        }
        return DONE;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Promise<String> branch(String site, Op.Branches op, List<Op> body) {
        return switch (op.begin()) {
            case PLAIN -> branch(site, body);
            case NAMED -> ctx.async(op.name() + site.charAt(site.length() - 1), inside -> {
                block(site, body);
                return "n" + counter;
            });
            // Nothing is the value of an action; it is only shown.
            case ACTION -> (Promise) ctx.runAsync(inside -> block(site, body));
        };
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
        if (op.has(Source.BRANCH)) {
            all.add(branch(site + "/s", op.branch()));
        }
        if (op.has(Source.SIGNAL)) {
            all.add(ctx.signals(op.signal(), String.class));
        }
        if (op.has(Source.CHANNEL)) {
            all.add(channel);
        }
        if (op.has(Source.CANCELLATION)) {
            all.add(ctx.cancellation());
        }
        if (op.has(Source.RACE)) {
            all.add(Promise.race(List.of(ctx.timer(Duration.ofSeconds(op.seconds() * 2L)),
                    ctx.timer(Duration.ofSeconds(op.seconds() / 2)))));
        }
        if (op.has(Source.READY)) {
            all.add(Promise.of("ready"));
        }
        Selection selection = ctx.select(all.toArray(Selectable[]::new));
        Selectable<?> winner = all.get(selection.index());
        see("first " + selection.index() + " " + selection.is(winner) + " of " + selection.pending().size());
        if (op.losers() == Op.Losers.CANCELLED) {
            selection.cancelPending();
        }
        see(selection.value(winner));
    }
}
