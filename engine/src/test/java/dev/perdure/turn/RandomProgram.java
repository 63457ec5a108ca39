// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.CancelledException;
import dev.perdure.Channel;
import dev.perdure.Promise;
import dev.perdure.Selection;
import dev.perdure.StepFailedException;
import dev.perdure.Timer;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A workflow made of a seed: the same seed is the same code. What it sees on its way is its result. */
final class RandomProgram {

    private static final int DEEPEST = 2;

    private final long seed;

    RandomProgram(long seed) {
        this.seed = seed;
    }

    String run(WorkflowContext ctx, String input) {
        Life life = new Life(ctx);
        life.block(new Random(seed), 0, 3 + new Random(seed).nextInt(6));
        return life.seen.toString();
    }

    /** One execution: variables that its fibers share. */
    private static final class Life {

        private final WorkflowContext ctx;
        private final List<String> seen = new ArrayList<>();
        private final Channel<String> channel;
        private int counter;

        Life(WorkflowContext ctx) {
            this.ctx = ctx;
            this.channel = ctx.channel(2);
        }

        void block(Random code, int depth, int length) {
            for (int i = 0; i < length; i++) {
                // Drawn before anything happens, so that an exception does not change the code behind it.
                long inner = code.nextLong();
                int what = code.nextInt(20);
                try {
                    statement(what, new Random(inner), depth);
                } catch (CancelledException cancelled) {
                    seen.add("cancelled");
                    ctx.runShielded(inside -> ctx.step("clean", step -> { }));
                    return;
                } catch (StepFailedException failed) {
                    seen.add("failed " + failed.step());
                }
            }
        }

        private void statement(int what, Random code, int depth) {
            String name = "n" + code.nextInt(3);
            Duration pause = Duration.ofMillis(1 + code.nextInt(50));
            switch (what) {
                case 0, 1, 2, 3 -> seen.add(ctx.step(name, String.class, step -> ""));
                case 4 -> ctx.sleep(pause);
                case 5 -> seen.add("s" + ctx.signals(name, String.class).receive(pause));
                case 6 -> seen.add("t" + ctx.signals(name, String.class).tryReceive());
                case 7 -> seen.add(ctx.sideEffect(name, String.class, inside -> "e" + counter));
                case 8 -> seen.add("now " + ctx.now().toEpochMilli());
                case 9 -> seen.add("r" + ctx.random().nextInt(1_000) + ctx.uuid());
                case 10 -> ctx.publish(name, counter);
                case 11 -> seen.add("v" + ctx.version(name, 0, 1));
                case 12 -> seen.add("await " + ctx.await(() -> counter > 2, pause));
                case 13 -> seen.add("try " + channel.trySend("c" + counter) + channel.tryReceive());
                case 14 -> timers(code, pause);
                case 15 -> selects(name, pause);
                case 16 -> counter++;
                default -> branches(code, depth, pause);
            }
        }

        private void timers(Random code, Duration pause) {
            Timer timer = ctx.timer(pause);
            if (code.nextBoolean()) {
                seen.add("off " + timer.cancel());
            } else {
                seen.add("fired " + timer.get().toEpochMilli());
            }
        }

        private void selects(String name, Duration pause) {
            var signals = ctx.signals(name, String.class);
            Timer timer = ctx.timer(pause);
            Selection first = ctx.select(signals, channel, timer);
            seen.add("selected " + first.index());
            first.cancelPending();
        }

        private void branches(Random code, int depth, Duration pause) {
            if (depth == DEEPEST) {
                counter++;
                return;
            }
            List<Promise<String>> promises = new ArrayList<>();
            for (int i = 0; i <= code.nextInt(3); i++) {
                Random branch = new Random(code.nextLong());
                int length = 1 + branch.nextInt(3);
                promises.add(ctx.async(fiber -> {
                    block(branch, depth + 1, length);
                    return "b" + counter++;
                }));
            }
            switch (code.nextInt(4)) {
                case 0 -> seen.add("all " + Promise.all(promises).get());
                case 1 -> seen.add("any " + Promise.any(promises).get());
                case 2 -> {
                    seen.add("race " + Promise.race(promises).get());
                    promises.forEach(Promise::cancel);
                }
                default -> seen.add("waited " + promises.get(0).await(pause));
            }
        }
    }
}
