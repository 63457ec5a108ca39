// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.proof.fuzz.Program.Op;
import dev.perdure.proof.fuzz.Program.Select;
import java.util.List;
import java.util.Locale;

/** Shows a program as the code it stands for. */
final class Printer {

    private final StringBuilder text = new StringBuilder();
    private int lastName;

    private Printer() {
    }

    /**
     * A program as code.
     *
     * @param program any
     * @return lines of Java, but for what every program has around them
     */
    static String print(Program program) {
        Printer printer = new Printer();
        printer.block(1, program.main());
        return "(ctx, generation) -> {\n" + printer.text + "}\n";
    }

    private void line(int depth, String code) {
        text.append("    ".repeat(depth)).append(code).append('\n');
    }

    private void block(int depth, List<Op> ops) {
        ops.forEach(op -> op(depth, op));
    }

    private void op(int depth, Op op) {
        switch (op) {
            case Program.Step step -> line(depth, "ctx.step(" + spec(step) + ", step -> world.answer());");
            case Program.Sleep sleep -> line(depth, "ctx.sleep(" + seconds(sleep.seconds()) + ");");
            case Program.Receive receive -> line(depth,
                    "ctx.signals(\"" + receive.signal() + "\", String.class).receive("
                    + (receive.seconds() == 0 ? "" : seconds(receive.seconds())) + ");");
            case Program.TryReceive receive ->
                    line(depth, "ctx.signals(\"" + receive.signal() + "\", String.class).tryReceive();");
            case Program.Timer timer -> line(depth, "ctx.timer(" + seconds(timer.seconds()) + ")"
                    + (timer.cancelled() ? ".cancel();" : ".get();"));
            case Program.Branches branches -> branches(depth, branches);
            case Select select -> select(depth, select);
            case Program.Await await -> line(depth, "ctx.await(() -> counter >= " + await.atLeast()
                    + (await.seconds() == 0 ? "" : ", " + seconds(await.seconds())) + ");");
            case Program.Count count -> line(depth, "counter++;");
            case Program.Send send -> line(depth, "channel." + (send.waits() ? "send" : "trySend") + "(\"x\");");
            case Program.Take take -> line(depth, "channel." + (take.waits() ? "receive" : "tryReceive") + "();");
            case Program.SideEffect effect ->
                    line(depth, "ctx.sideEffect(\"" + effect.name() + "\", String.class, inside -> chance());");
            case Program.Version version -> line(depth, "ctx.version(\"" + version.change() + "\", 0, 1);");
            case Program.Publish publish -> line(depth, "ctx.publish(\"" + publish.name() + "\", counter);");
            case Program.Look look -> line(depth, "log(ctx.now(), ctx.random().nextInt(), ctx.uuid());");
            case Program.Loop loop -> around(depth, "for (int i = 0; i < " + loop.times() + "; i++) {", loop.body(),
                    "}");
            case Program.Shielded shielded -> around(depth, "ctx.runShielded(inside -> {", shielded.body(), "});");
            case Program.Again again -> line(depth, "if (generation < 2) ctx.continueAsNew(generation + 1);");
        }
    }

    private void around(int depth, String before, List<Op> body, String after) {
        line(depth, before);
        block(depth + 1, body);
        line(depth, after);
    }

    private static String spec(Program.Step step) {
        return "StepSpec.of(\"" + step.name() + "\", String.class)" + switch (step.care()) {
            case PLAIN -> "";
            case RETRIED -> ".retry(RetryPolicy.fixed(" + seconds(Actor.PAUSE_SECONDS) + ", " + Actor.ATTEMPTS + "))";
            case TIMED -> ".timeout(" + seconds(Actor.LIMIT_SECONDS) + ")";
            case ONCE -> ".atMostOnce()";
        };
    }

    private static String seconds(int seconds) {
        return "ofSeconds(" + seconds + ")";
    }

    private void branches(int depth, Program.Branches branches) {
        StringBuilder names = new StringBuilder();
        for (List<Op> body : branches.bodies()) {
            String name = "b" + ++lastName;
            names.append(names.isEmpty() ? "" : ", ").append(name);
            around(depth, "Promise<String> " + name + " = ctx.async(branch -> {", body, "});");
        }
        line(depth, switch (branches.join()) {
            case ALL, ANY, RACE -> "Promise." + branches.join().name().toLowerCase(Locale.ROOT) + "(List.of(" + names
                    + ")).get();";
            case AWAIT -> "Promise.all(List.of(" + names + ")).await(" + seconds(branches.seconds()) + ");";
            case LEAVE -> "// " + names + " go on by themselves";
            case CANCEL -> "List.of(" + names + ").forEach(Promise::cancel);";
        });
    }

    private void select(int depth, Select select) {
        StringBuilder what = new StringBuilder("ctx.timer(" + seconds(select.seconds()) + ")");
        if ((select.bits() & Select.BRANCH) != 0) {
            String name = "b" + ++lastName;
            around(depth, "Promise<String> " + name + " = ctx.async(branch -> {", select.branch(), "});");
            what.append(", ").append(name);
        }
        what.append((select.bits() & Select.SIGNAL) == 0 ? ""
                : ", ctx.signals(\"" + select.signal() + "\", String.class)");
        what.append((select.bits() & Select.CHANNEL) == 0 ? "" : ", channel");
        what.append((select.bits() & Select.CANCELLATION) == 0 ? "" : ", ctx.cancellation()");
        line(depth, "ctx.select(" + what + ")" + (select.losersCancelled() ? ".cancelPending();" : ";"));
    }
}
