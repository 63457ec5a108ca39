// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Does one thing after the other, without a thread of its own: who brings mail to a box that nobody drives drives it.
 *
 * <p><b>Invariant:</b> at most one thread drives, and {@link #driven} passes from one driver to the next with
 * everything the last one wrote.
 */
final class Mailbox {

    private final World world;
    private final Runnable whenEmpty;
    private final Consumer<Throwable> whenFailed;
    private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean driven = new AtomicBoolean();
    /** Bodies to run outside of the box, each on a virtual thread. Only the driver touches this. */
    private List<Runnable> toRun = new ArrayList<>(1);

    /**
     * An empty box.
     *
     * @param world where threads come from
     * @param whenEmpty called by the driver when all mail has been dealt with; may bring mail itself
     * @param whenFailed called by the driver when either has thrown
     */
    Mailbox(World world, Runnable whenEmpty, Consumer<Throwable> whenFailed) {
        this.world = world;
        this.whenEmpty = whenEmpty;
        this.whenFailed = whenFailed;
    }

    /** Brings mail; drives on a new virtual thread if nobody drives. */
    void post(Runnable letter) {
        mail.add(letter);
        driveElsewhere();
    }

    /** Brings mail on a virtual thread that has nothing else to do, and drives on it if nobody drives. */
    void postHere(Runnable letter) {
        mail.add(letter);
        if (driven.compareAndSet(false, true)) {
            drive(false);
        }
    }

    /** Runs a body once the mail is empty, outside of the box. Called by the driver. */
    void runOutside(Runnable body) {
        toRun.add(body);
    }

    /** Forgets bodies that have not been run. Called by the driver. */
    void forgetOutside() {
        toRun.clear();
    }

    boolean isEmpty() {
        return mail.isEmpty();
    }

    /** Whether nothing is waiting and nobody drives. May be asked by any thread. */
    boolean isIdle() {
        return mail.isEmpty() && !driven.get();
    }

    private void driveElsewhere() {
        if (driven.compareAndSet(false, true)) {
            world.startVirtual("perdure-run", () -> drive(true));
        }
    }

    /**
     * @param mayRun whether this thread may run a body at the end; not if it comes from one, or the stack would grow
     *     for ever
     */
    private void drive(boolean mayRun) {
        Runnable last = null;
        do {
            deliver();
            if (!toRun.isEmpty()) {
                List<Runnable> bodies = toRun;
                toRun = new ArrayList<>(1);
                for (Runnable body : bodies) {
                    if (mayRun && last == null) {
                        last = body;
                    } else {
                        world.startVirtual("perdure-step", body);
                    }
                }
            }
            driven.set(false);
        } while (last == null && !mail.isEmpty() && driven.compareAndSet(false, true));
        if (last != null) {
            // This thread has a body to run: mail that came in the meantime needs another.
            if (!mail.isEmpty()) {
                driveElsewhere();
            }
            last.run();
        }
    }

    private void deliver() {
        try {
            for (Runnable letter = mail.poll(); letter != null; letter = mail.poll()) {
                letter.run();
            }
            whenEmpty.run();
        } catch (RuntimeException | Error failure) {
            whenFailed.accept(failure);
        }
    }
}
