// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.CancelledException;
import dev.perdure.fiber.Fiber;
import dev.perdure.journal.Position;
import dev.perdure.journal.Wait;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One fiber of a run: where it stands, what it has used, whether it was asked to stop. */
final class Strand {

    private final LiveRun run;
    private final String path;
    private final @Nullable Strand parent;
    /** Begun inside a shield, which holds off requests to stop its parent from this one, too. */
    private final boolean sheltered;
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> branches = new HashSet<>();
    private final LivePromise<Object> outcome;
    private Fiber fiber;
    private int nextIndex;
    private int branchCount;
    private @Nullable Random random;
    private @Nullable String cancelled;
    private int shields;
    private @Nullable OpenStep step;
    private @Nullable Wait wait;

    Strand(LiveRun run, @Nullable Strand parent, String path) {
        this.run = run;
        this.parent = parent;
        this.path = path;
        this.sheltered = parent != null && parent.isShielded();
        this.outcome = new LivePromise<>(run, "branch", path) {
            @Override
            public boolean cancel() {
                boolean open = !isReady();
                if (open) {
                    Strand.this.run.cancelBranch(Strand.this, "branch '" + path + "' was cancelled by the code");
                }
                return open;
            }
        };
    }

    void begin(Fiber on) {
        this.fiber = on;
    }

    String path() {
        return path;
    }

    boolean isMain() {
        return parent == null;
    }

    /** Whether a request to stop a strand and its branches, or the whole run (null), is for this one. */
    boolean isMeantBy(@Nullable Strand top) {
        return this == top || !sheltered && (parent == null ? top == null : parent.isMeantBy(top));
    }

    LivePromise<Object> outcome() {
        return outcome;
    }

    // ---- identity ----

    Position nextPosition() {
        return new Position(path, nextIndex++);
    }

    /** The how-manieth use of a name on this fiber, from 1. */
    int use(String name) {
        return uses.merge(name, 1, Integer::sum);
    }

    String nextBranch() {
        branchCount++;
        return "async-" + branchCount;
    }

    boolean claimBranch(String name) {
        return branches.add(name);
    }

    /** The fiber's own stream: {@link Random} is specified to the bit, so it is the same on every Java version. */
    Random random() {
        if (random == null) {
            random = new Random(mixedSeed());
        }
        return random;
    }

    private long mixedSeed() {
        long mixed = 0xcbf29ce484222325L ^ run.seed();
        for (int i = 0; i < path.length(); i++) {
            mixed = (mixed ^ path.charAt(i)) * 0x100000001b3L;
        }
        return mixed;
    }

    /** An id for what is asked for at one of its positions; takes nothing from {@link #random}. */
    UUID idAt(Position at, long millis) {
        return uuid(millis, new Random(mixedSeed() ^ (at.index() + 1) * 0x9e3779b97f4a7c15L));
    }

    /** Version 7 (RFC 9562): milliseconds, then random bits. */
    static UUID uuid(long millis, Random random) {
        long high = millis << 16 | 0x7000L | random.nextLong() & 0x0FFFL;
        return new UUID(high, 0x8000000000000000L | random.nextLong() & 0x3FFFFFFFFFFFFFFFL);
    }

    // ---- waiting ----

    void wake() {
        fiber.wake();
    }

    /**
     * Parks until the condition holds.
     *
     * @throws CancelledException if the strand was asked to stop and is not shielded
     */
    void await(BooleanSupplier ready, String kind, String name, long due) {
        boolean first = true;
        while (!ready.getAsBoolean()) {
            throwIfCancelled();
            if (first) {
                wait = new Wait(kind, name, path, run.now(), due);
                first = false;
            }
            fiber.park();
        }
        wait = null;
    }

    /** Parks until the condition holds, which is soon. Not cut off by cancellation. */
    void outwait(BooleanSupplier ready, String kind, String name) {
        wait = new Wait(kind, name, path, run.now(), Long.MAX_VALUE);
        while (!ready.getAsBoolean()) {
            fiber.park();
        }
        wait = null;
    }

    /** Parks until the step is answered. Not cut off by cancellation: what happens to the world is remembered first. */
    void awaitAnswer(OpenStep open) {
        step = open;
        while (open.answer() == null) {
            fiber.park();
        }
        step = null;
    }

    @Nullable Wait presentWait() {
        OpenStep open = step;
        return open != null ? new Wait("step", open.spec().name(), path, open.askedAt(), Long.MAX_VALUE) : wait;
    }

    // ---- cancellation ----

    void cancel(String message) {
        if (cancelled == null) {
            cancelled = message;
            OpenStep open = step;
            if (open != null && shields == 0) {
                run.withdraw(open);
            } else if (!fiber.hasEnded()) {
                fiber.wake();
            }
        }
    }

    @Nullable String cancelled() {
        return cancelled;
    }

    void throwIfCancelled() {
        if (cancelled != null && shields == 0) {
            wait = null;
            throw new CancelledException(cancelled);
        }
    }

    void shield() {
        shields++;
    }

    void unshield() {
        shields--;
    }

    boolean isShielded() {
        return shields > 0;
    }
}
