// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.fiber.FiberGroup;
import dev.perdure.turn.Report;
import dev.perdure.world.World;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once in a while for fibers that move for too long without asking anything: they block outside of a step, or
 * spin. Warns with the stack, once a turn, and never ends anything: on a busy machine, or under a debugger, a healthy
 * run looks the same.
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int DEEPEST = 30;

    private final World world;
    private final Settings settings;
    private final Supplier<Collection<? extends Keeper>> keepers;
    private final World.Gate gate;
    private final Map<RunKeeper, Long> warned = new HashMap<>();
    /** Since when a virtual thread that does nothing else waits to move; 0 if none does. */
    private volatile long canarySince;
    private volatile boolean closed;

    Watchdog(World world, Settings settings, Supplier<Collection<? extends Keeper>> keepers) {
        this.world = world;
        this.settings = settings;
        this.keepers = keepers;
        this.gate = world.gate();
        world.startPlatform("perdure-watchdog", this::watch);
    }

    private void watch() {
        long threshold = settings.watchdog().toNanos();
        while (!closed) {
            gate.pass(Math.min(Math.max(threshold / 2, TimeUnit.MILLISECONDS.toNanos(10)),
                    TimeUnit.SECONDS.toNanos(1)));
            long now = world.nanoTime();
            warned.keySet().removeIf(keeper -> keeper.thinkingSince() != warned.get(keeper));
            freeCarriers(now, threshold);
            for (Keeper each : keepers.get()) {
                if (each instanceof RunKeeper keeper) {
                    look(keeper, now, threshold);
                }
            }
        }
    }

    private void look(RunKeeper keeper, long now, long threshold) {
        long since = keeper.thinkingSince();
        if (since != 0 && now - since > threshold && !warned.containsKey(keeper)) {
            warned.put(keeper, since);
            warn(keeper, Duration.ofNanos(now - since));
        }
    }

    private void warn(RunKeeper keeper, Duration since) {
        FiberGroup fibers = keeper.fibers();
        Thread thread = fibers == null ? null : fibers.moving();
        String fiber = thread == null ? "" : thread.getName();
        String stack = thread == null ? "" : stack(thread);
        LOG.warn("fiber '{}' of run '{}' has been moving for {} ms without asking anything. Blocking calls and long "
                + "computing belong into ctx.step(…); other runs go "
                + "on.{}", fiber, keeper.row().runId(), since.toMillis(), stack);
        settings.observer().fiberBlocked(keeper.row().runId(), fiber, since);
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace()).limit(DEEPEST).map(line -> "\n    at " + line)
                .collect(Collectors.joining());
    }

    /** If virtual threads have stopped, frees the threads that should carry them from the runs that hold them. */
    private void freeCarriers(long now, long threshold) {
        if (canarySince == 0) {
            canarySince = now;
            world.startVirtual("perdure-canary", () -> canarySince = 0);
        } else if (now - canarySince > threshold) {
            keepers.get().forEach(Watchdog::free);
        }
    }

    private static void free(Keeper each) {
        if (!(each instanceof RunKeeper keeper)) {
            return;
        }
        FiberGroup fibers = keeper.fibers();
        Thread pinned = fibers == null ? null : fibers.pinned();
        if (pinned != null) {
            Report holds = Report.holdsCarrier(pinned.getStackTrace());
            LOG.error("run '{}' is stuck. {}{}", keeper.row().runId(), holds.text(), stack(pinned));
            keeper.postHolding(holds.text());
        }
    }

    void close() {
        closed = true;
        gate.open();
    }
}
