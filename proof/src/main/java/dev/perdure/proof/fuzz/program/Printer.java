// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import dev.perdure.proof.fuzz.program.Op.Select;
import dev.perdure.proof.fuzz.program.Op.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Shows a program as code that compiles: a class whose steps are all done by one {@code world}. */
public final class Printer {

    private static final String BEFORE = """
            import dev.perdure.*;
            import java.time.Duration;
            import java.util.ArrayList;
            import java.util.List;

            record Failing(WorkflowContext ctx, int generation, StepBody<String> world, List<Object> seen, Shared own) {

                /** A workflow of one step, and activities: all do what the world does. */
                static final Workflow<String, String> PART = Workflow.named("part", String.class, String.class);
                static final Activity<String, String> ERRAND = Activity.named("errand", String.class, String.class);
                static final Activity<String, String> PATROL = Activity.named("patrol", String.class, String.class);
                static final Activity<String, String> PARCEL = Activity.named("parcel", String.class, String.class);

                static Workflow.Implemented<Integer, String> workflow(StepBody<String> world) {
                    return Workflow.of("fuzz", Integer.class, String.class, (ctx, generation) -> {
                        Failing failing = new Failing(ctx, generation, world, new ArrayList<>(), new Shared());
                        failing.play();
                        return failing.seen().toString();
                    });
                }

                void play() throws Exception {
                    own.channel = ctx.channel(%d);
            """;

    private static final String AFTER = """
                }

                static final class Shared {
                    Channel<String> channel;
                    int counter;
                }

                interface Op {
                    void run() throws Exception;
                }

                void see(Object what) {
                    seen.add(what);
                }

                void block(Op... ops) throws Exception {
                    for (Op op : ops) {
                        try {
                            op.run();
                        } catch (StepFailedException failed) {
                            if (failed.step().equals("c") && failed.attempts() == 1) {
                                throw failed;
                            }
                        } catch (OutcomeUnknownException | DuplicateNameException | ChildFailedException
                                | ActivityFailedException | RunNotFoundException goesOn) {
                            see(goesOn.code());
                        } catch (CancelledException cancelled) {
                            ctx.runShielded(inside -> ctx.step("clean", String.class, world));
                            if (ctx.cancellation().isReady()) {
                                throw cancelled;
                            }
                            return;
                        }
                    }
                }

                void saga(Saga.Scope<String> scope) throws Exception {
                    try {
                        see(Saga.run(ctx, scope));
                    } catch (IllegalStateException enough) {
                        see("took back");
                    }
                }

                void strictly(Op op) throws Exception {
                    op.run();
                }

                void unlessClosed(Op op) throws Exception {
                    Channel<String> used = own.channel;
                    try {
                        op.run();
                    } catch (ContextMisuseException closed) {
                        if (!used.isClosed()) {
                            throw closed;
                        }
                    }
                }

                void again() {
                    try {
                        if (generation < %d) {
                            ctx.continueAsNew(generation + 1);
                        }
                    } catch (ContextMisuseException onBranch) {
                        see("not here");
                    }
                }
            }
            """;

    private final int capacity;
    private int lastName;

    private Printer(int capacity) {
        this.capacity = capacity;
    }

    /**
     * A program as code.
     *
     * @param program any
     * @return a compilation unit of Java
     */
    public static String print(Program program) {
        return BEFORE.formatted(program.capacity())
                + new Printer(program.capacity()).block(program.main()).indent(8)
                + AFTER.formatted(Actor.LAST_GENERATION);
    }

    /** Lambdas may not hide each other's names. */
    private String unique(String name) {
        return name + ++lastName;
    }

    /** A call of {@code block}, as a statement. */
    private String block(List<Op> ops) {
        return ops.stream().map(op -> "() -> " + op(op)).map(Printer::deeper)
                .collect(Collectors.joining(",\n", "block(\n", ");"));
    }

    private static String deeper(String code) {
        return code.indent(4).stripTrailing();
    }

    private static String around(String before, String body, String after) {
        return before + "\n" + deeper(body) + "\n" + after;
    }

    /** What stands behind the arrow: an expression, or statements in braces. */
    private String op(Op op) {
        return switch (op) {
            case Op.Step step -> step(step);
            case Op.Sleep sleep -> switch (sleep.until()) {
                case FOR -> "ctx.sleep(" + seconds(sleep.seconds()) + ")";
                case UNTIL -> "ctx.sleepUntil(ctx.now().plus(" + seconds(sleep.seconds()) + "))";
                case PAST -> "ctx.sleepUntil(ctx.now().minus(" + seconds(sleep.seconds()) + "))";
            };
            case Op.Receive receive -> receive(receive);
            case Op.Timer timer -> timer(timer);
            case Op.Ask ask -> see(ask(ask));
            case Op.Tell tell -> "ctx.signal(" + (tell.to() == Op.To.SELF ? "ctx.info().runId()" : quoted("nobody"))
                    + ", " + quoted(tell.signal()) + ", \"t\" + seen.size())";
            case Op.Emit emit -> "ctx.emitEvent(" + quoted(emit.event()) + ", \"e\" + seen.size())";
            case Op.Learn learn -> see("ctx.awaitEvent(" + quoted(learn.event()) + ", String.class"
                    + (learn.patience() == Op.Patience.TIMED ? ", " + seconds(learn.seconds()) : "") + ")");
            case Op.Branches branches -> branches(branches);
            case Select select -> select(select);
            case Op.Await await -> await.patience() == Op.Patience.FOREVER
                    ? "ctx.await(() -> own.counter >= " + await.atLeast() + ")"
                    : see("ctx.await(() -> own.counter >= " + await.atLeast() + ", " + seconds(await.seconds()) + ")");
            case Op.Count count -> "own.counter++";
            case Op.Pass pass -> pass(pass.use());
            case Op.SideEffect effect ->
                    see("ctx.sideEffect(" + quoted(effect.name()) + ", Long.class, inside -> System.nanoTime())");
            case Op.Version version -> see("ctx.version(" + quoted(version.change()) + ", 0, 1)");
            case Op.Publish publish -> "ctx.publish(" + quoted(publish.name()) + ", "
                    + (publish.publishing() == Op.Publishing.VALUE ? "seen.size())" : "null)");
            case Op.Query query ->
                    "ctx.query(" + quoted(query.name()) + ", String.class, nothing -> own.counter)";
            case Op.Look look -> look(look.sight());
            case Op.Stop stop -> see("ctx.cancellation()" + switch (stop.asking()) {
                case PEEK -> ".isReady()";
                case TIMED -> ".await(" + seconds(stop.seconds()) + ")";
                case FOREVER -> ".get()";
            });
            case Op.Loop loop -> loop(loop);
            case Op.Shielded shielded -> shielded(shielded);
            case Op.Saga saga -> saga(saga);
            case Op.Again again -> "again()";
        };
    }

    private static String see(String expression) {
        return "see(" + expression + ")";
    }

    private static String quoted(String name) {
        return "\"" + name + "\"";
    }

    private static String seconds(long seconds) {
        return "Duration.ofSeconds(" + seconds + ")";
    }

    private String step(Op.Step step) {
        String name = quoted(step.name());
        return switch (step.care()) {
            case PLAIN -> see("ctx.step(" + name + ", String.class, world)");
            case ACTION -> "ctx.step(" + name + ", world::run)";
            case RUN -> "ctx.run(StepSpec.of(" + name + "), world::run)";
            case LISTED -> {
                String inside = unique("step");
                yield see("ctx.step(StepSpec.of(" + name + ", new TypeRef<List<String>>() { }), " + inside
                        + " -> List.of(world.run(" + inside + ")))");
            }
            default -> see("ctx.step(StepSpec.of(" + name + ", String.class)" + option(step.care()) + ", world)");
        };
    }

    private static String option(Op.Care care) {
        String pause = seconds(StepCalls.PAUSE_SECONDS);
        return switch (care) {
            case RETRIED -> ".retry(RetryPolicy.fixed(" + pause + ", " + StepCalls.ATTEMPTS + "))";
            case GROWING -> ".retry(RetryPolicy.exponential(" + pause + ", " + StepCalls.ATTEMPTS + ").factor(3)\n"
                    + "        .maxDelay(" + seconds(2L * StepCalls.PAUSE_SECONDS) + ").jitter(0.5))";
            case PICKY -> ".retry(RetryPolicy.forever(" + pause + ")\n"
                    + "        .notOn(IllegalArgumentException.class).onlyIf(failure -> failure.retryAfter() == null))";
            case TIMED -> ".timeout(" + seconds(StepCalls.LIMIT_SECONDS) + ")";
            case ONCE -> ".atMostOnce()";
            default -> "";
        };
    }

    private static String ask(Op.Ask ask) {
        String start = "ctx.start(" + ask.whom() + ", \"\")";
        return switch (ask.manner()) {
            case CALL -> "ctx.call(" + ask.whom() + ", \"\")";
            case GET -> start + ".get()";
            case AWAIT -> start + ".await(" + seconds(ask.seconds()) + ")";
            case NAMED -> "ctx.start(" + ask.whom() + ", StartOptions.id(" + quoted(ask.whom() + ask.name())
                    + "), \"\").get()";
            case QUEUED -> "ctx.start(" + ask.whom() + ", StartOptions.none().queue(\"line\"), \"\").get()";
            case LIMITED -> "ctx.start(" + ask.whom() + ", StartOptions.none().queue(\"line\").startWithin("
                    + seconds(ask.seconds()) + ").finishWithin(" + seconds(ask.seconds() * 2L) + "), \"\").get()";
            case CANCEL -> start + ".cancel()";
            case LEAVE -> start + ".isReady()";
        };
    }

    private static String receive(Op.Receive receive) {
        String signals = "ctx.signals(" + quoted(receive.signal())
                + (receive.hearing() == Op.Hearing.TYPED ? ", new TypeRef<String>() { })" : ", String.class)");
        return see(signals + switch (receive.hearing()) {
            case FOREVER -> ".receive()";
            case TIMED, TYPED -> ".receive(" + seconds(receive.seconds()) + ")";
            case TRY -> ".tryReceive()";
            case PEEK -> ".isReady()";
        });
    }

    private String timer(Op.Timer op) {
        String timer = unique("timer");
        return around("{", "Timer " + timer + " = ctx.timer(" + seconds(op.seconds()) + ");\n"
                + see(timer + ".deadline()") + ";\n"
                + see(switch (op.ringing()) {
                    case GET -> timer + ".get()";
                    case AWAIT -> timer + ".await(" + seconds(op.seconds() / 2) + ")";
                    case CANCEL -> timer + ".cancel()";
                    case GET_CANCELLED -> timer + ".cancel() ? " + timer + ".get() : \"too late\"";
                }) + ";", "}");
    }

    private String pass(Op.Use use) {
        return switch (use) {
            case SEND -> "unlessClosed(() -> own.channel.send(\"c\" + seen.size()))";
            case TRY_SEND -> "unlessClosed(() -> see(own.channel.trySend(\"c\" + seen.size())))";
            case RECEIVE -> see("own.channel.receive()");
            case TRY_RECEIVE -> see("own.channel.tryReceive()");
            case PEEK -> see("own.channel.isReady() + \" \" + own.channel.isClosed()");
            case CLOSE -> "own.channel.close()";
            case RENEW -> "own.channel = ctx.channel(" + capacity + ")";
        };
    }

    private static String look(Op.Sight sight) {
        return switch (sight) {
            case NOW -> see("ctx.now()");
            case RANDOM -> see("ctx.random().nextInt()");
            case UUID -> see("ctx.uuid()");
            case INFO -> see("ctx.info()");
            case REPLAYING -> around("{", around("if (!ctx.isReplaying()) {",
                    "System.out.println(ctx.info().incarnation());", "}"), "}");
        };
    }

    private String loop(Op.Loop loop) {
        String i = unique("i");
        return around("{", around("for (int " + i + " = 0; " + i + " < " + loop.times() + "; " + i + "++) {",
                block(loop.body()), "}"), "}");
    }

    private String shielded(Op.Shielded shielded) {
        String inside = unique("inside");
        return shielded.shield() == Op.Shield.RUN
                ? around("ctx.runShielded(" + inside + " -> {", block(shielded.body()), "})")
                : around("see(ctx.shielded(" + inside + " -> {", block(shielded.body()) + "\nreturn \"done\";", "}))");
    }

    private String saga(Op.Saga op) {
        String saga = unique("saga");
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < op.body().size(); i++) {
            String options = switch (op.undo()) {
                case PLAIN -> "";
                case RETRIED -> option(Op.Care.RETRIED);
                case ONCE -> option(Op.Care.ONCE);
            };
            body.append(saga).append(".onFailure(StepSpec.of(\"undo").append(i).append("\")").append(options)
                    .append(", world::run);\n");
            body.append("strictly(() -> ").append(op(op.body().get(i))).append(");\n");
        }
        body.append(op.finish() == Op.Finish.BADLY ? "throw new IllegalStateException(\"enough\");"
                : "return \"done\";");
        return around("saga(" + saga + " -> {", body.toString(), "})");
    }

    private String branches(Op.Branches op) {
        StringBuilder code = new StringBuilder();
        List<String> names = new ArrayList<>();
        for (List<Op> body : op.bodies()) {
            String name = unique("b");
            code.append(branch(name, op.begin() == Op.Begin.ACTION ? "ctx.runAsync(" : "ctx.async("
                    + (op.begin() == Op.Begin.NAMED ? quoted(op.name() + names.size()) + ", " : ""), body,
                    op.begin() == Op.Begin.ACTION)).append('\n');
            names.add(name);
        }
        String all = "List.of(" + String.join(", ", names) + ")";
        String more = "List.of(" + String.join(", ", names) + ", Promise.of(\"ready\"))";
        return around("{", code + switch (op.join()) {
            case ALL -> "see(Promise.all(" + all + ").get());";
            case ALL_AND_READY -> "see(Promise.all(" + more + ").get());";
            case ANY -> "see(Promise.any(" + all + ").get());";
            case ANY_OR_READY -> "see(Promise.any(" + more + ").get());";
            case RACE -> "see(Promise.race(" + all + ").get());";
            case AWAIT -> "see(Promise.all(" + all + ").await(" + seconds(op.seconds()) + "));";
            case EACH -> all + ".forEach(each -> see(each.get()));";
            case PEEK -> all + ".forEach(each -> see(each.isReady()));";
            case CANCEL -> all + ".forEach(each -> see(each.cancel()));";
            case LEAVE -> "// " + String.join(", ", names) + " go on by themselves";
        }, "}");
    }

    private String branch(String name, String begin, List<Op> body, boolean action) {
        String inside = unique("inside");
        return around("var " + name + " = " + begin + inside + " -> {",
                block(body) + (action ? "" : "\nreturn \"b\" + own.counter;"), "});");
    }

    private String select(Select op) {
        StringBuilder code = new StringBuilder();
        List<String> what = new ArrayList<>();
        what.add("ctx.timer(" + seconds(op.seconds()) + ")");
        if (op.has(Source.BRANCH)) {
            String name = unique("b");
            code.append(branch(name, "ctx.async(", op.branch(), false)).append('\n');
            what.add(name);
        }
        add(what, op.has(Source.SIGNAL), "ctx.signals(" + quoted(op.signal()) + ", String.class)");
        add(what, op.has(Source.CHANNEL), "own.channel");
        add(what, op.has(Source.CANCELLATION), "ctx.cancellation()");
        add(what, op.has(Source.RACE), "Promise.race(List.of(ctx.timer(" + seconds(op.seconds() * 2L)
                + "), ctx.timer(" + seconds(op.seconds() / 2) + ")))");
        add(what, op.has(Source.READY), "Promise.of(\"ready\")");
        String all = unique("all");
        String first = unique("first");
        code.append("Selectable<?>[] ").append(all).append(" = {\n        ").append(String.join(",\n        ", what))
                .append("};\n");
        code.append("Selection ").append(first).append(" = ctx.select(").append(all).append(");\n");
        if (op.losers() == Op.Losers.CANCELLED) {
            code.append(first).append(".cancelPending();\n");
        }
        code.append(see(first + ".value(" + all + "[" + first + ".index()])")).append(';');
        return around("{", code.toString(), "}");
    }

    private static void add(List<String> what, boolean wanted, String expression) {
        if (wanted) {
            what.add(expression);
        }
    }
}
