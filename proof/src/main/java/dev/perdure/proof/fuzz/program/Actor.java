// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import dev.perdure.ActivityFailedException;
import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.ChildFailedException;
import dev.perdure.ContextMisuseException;
import dev.perdure.DuplicateNameException;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.Promise;
import dev.perdure.RunNotFoundException;
import dev.perdure.Saga;
import dev.perdure.Selectable;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepFailedException;
import dev.perdure.Timer;
import dev.perdure.TypeRef;
import dev.perdure.WorkflowContext;
import dev.perdure.proof.fuzz.program.Op.Select;
import dev.perdure.proof.fuzz.program.Op.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Plays a program as a workflow. What it sees on its way is its result, and the answer to its first query. Variables
 * are named after their types: the list of proofs looks for calls.
 */
public final class Actor {

    static final int LAST_GENERATION = 2;
    /** Not in what the world answers. */
    static final String DONE = "done";

    /** Differs at each call, in every life: what a side effect must hold fast. */
    private static final AtomicLong CHANCE = new AtomicLong();

    private final Program program;
    private final Doing doing;
    private final WorkflowContext ctx;
    private final int generation;
    private final List<String> seen = new ArrayList<>();
    private final Map<String, Integer> versions = new HashMap<>();
    private Channel<String> channel;
    private int counter;
    private Instant latest = Instant.MIN;

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

    /** What holds in every life, so that comparing lives would not find it. */
    private void check(boolean holds, String what) {
        if (!holds) {
            doing.wrong(what + " at " + ctx.now() + " after " + said());
        }
    }

    /** Nobody goes on before the time that was asked for. */
    private void checkTime(Instant earliest, String what) {
        Instant now = ctx.now();
        check(!now.isBefore(earliest), what + " ended before " + earliest);
        check(!now.isBefore(latest), "time went back from " + latest);
        latest = now;
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
            } catch (ChildFailedException failed) {
                see("part " + failed.status() + " " + failed.failure().type());
            } catch (ActivityFailedException failed) {
                see("errand " + failed.status() + " " + failed.failure().type());
            } catch (RunNotFoundException unknown) {
                see("nobody");
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
                    saga.onFailure(StepCalls.undo(op.undo(), "undo" + i),
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

    // ---- what there is to do ----

    private void op(String site, Op op) throws Exception {
        if (!ctx.isReplaying()) {
            doing.plays(Census.names(op));
        }
        checkTime(latest, "the op before");
        switch (op) {
            case Op.Step step -> see("did " + StepCalls.call(ctx, step, doing.isComparable(),
                    attempt -> doing.answer(attempt, site, step.care() == Op.Care.ONCE)));
            case Op.Sleep sleep -> sleep(sleep);
            case Op.Receive receive -> see("got " + receive(receive));
            case Op.Timer timer -> see("timer " + timer(timer));
            case Op.Ask ask -> see("asked " + Others.ask(ctx, ask, doing.isComparable(), generation + site));
            case Op.Tell tell -> ctx.signal(tell.to() == Op.To.SELF ? doing.self(ctx.info()).runId() : "nobody",
                    tell.signal(), "t" + seen.size());
            case Op.Emit emit -> ctx.emitEvent(emit.event(), "e" + seen.size());
            case Op.Learn learn -> see("learnt " + learn(learn));
            case Op.Branches branches -> see("branches " + branches(site, branches));
            case Select select -> select(site, select);
            case Op.Await await -> await(await);
            case Op.Count count -> counter++;
            case Op.Pass pass -> see("channel " + pass(pass.use()));
            case Op.SideEffect effect -> see("chance " + ctx.sideEffect(effect.name(), String.class,
                    inside -> doing.isComparable() ? "same" : String.valueOf(CHANCE.incrementAndGet())));
            case Op.Version version -> see("version " + version(version));
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

    private void sleep(Op.Sleep op) {
        Duration length = Duration.ofSeconds(op.seconds());
        Instant end = op.until() == Op.Until.PAST ? latest : ctx.now().plus(length);
        switch (op.until()) {
            case FOR -> ctx.sleep(length);
            case UNTIL -> ctx.sleepUntil(end);
            case PAST -> ctx.sleepUntil(ctx.now().minus(length));
        }
        checkTime(end, "a sleep");
    }

    private Object receive(Op.Receive op) {
        Signals<String> signals = op.hearing() == Op.Hearing.TYPED
                ? ctx.signals(op.signal(), new TypeRef<String>() { }) : ctx.signals(op.signal(), String.class);
        return switch (op.hearing()) {
            case FOREVER -> signals.receive();
            case TIMED, TYPED -> {
                Instant end = ctx.now().plusSeconds(op.seconds());
                Optional<String> received = signals.receive(Duration.ofSeconds(op.seconds()));
                checkTime(received.isEmpty() ? end : latest, "a wait for a signal");
                yield received;
            }
            case TRY -> signals.tryReceive();
            case PEEK -> signals.isReady();
        };
    }

    private Object timer(Op.Timer op) {
        Timer timer = ctx.timer(Duration.ofSeconds(op.seconds()));
        see(timer.deadline());
        return switch (op.ringing()) {
            case GET -> rung(timer);
            case AWAIT -> timer.await(Duration.ofSeconds(op.seconds() / 2));
            case CANCEL -> timer.cancel();
            case GET_CANCELLED -> timer.cancel() ? timer.get() : "too late";
        };
    }

    private Instant rung(Timer timer) {
        Instant fired = timer.get();
        checkTime(timer.deadline(), "a timer");
        check(!fired.isBefore(timer.deadline()), "a timer fired at " + fired);
        return fired;
    }

    private Object learn(Op.Learn op) {
        if (op.patience() == Op.Patience.FOREVER) {
            return ctx.awaitEvent(op.event(), String.class);
        }
        Instant end = ctx.now().plusSeconds(op.seconds());
        Optional<String> learnt = ctx.awaitEvent(op.event(), String.class, Duration.ofSeconds(op.seconds()));
        checkTime(learnt.isEmpty() ? end : latest, "a wait for an event");
        return learnt;
    }

    private void await(Op.Await op) {
        if (op.patience() == Op.Patience.FOREVER) {
            ctx.await(() -> counter >= op.atLeast());
            check(counter >= op.atLeast(), "a wait for " + op.atLeast() + " ended at " + counter);
            see("counted " + counter);
        } else {
            Instant end = ctx.now().plusSeconds(op.seconds());
            boolean counted = ctx.await(() -> counter >= op.atLeast(), Duration.ofSeconds(op.seconds()));
            check(!counted || counter >= op.atLeast(), "a wait for " + op.atLeast() + " ended at " + counter);
            checkTime(counted ? latest : end, "a wait for a condition");
            see("counted " + counted);
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

    /** The first version of the code does not ask yet: whoever has passed here by it stays on the oldest. */
    private int version(Op.Version op) {
        int version = doing.version() == 1 ? 0 : ctx.version(op.change(), 0, doing.version());
        Integer before = versions.putIfAbsent(op.change(), version);
        check(before == null || before == version, "change " + op.change() + " is now on version " + version);
        return version;
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
