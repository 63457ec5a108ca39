// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.world.Interleavings;
import dev.perdure.world.Interleavings.WatchedWorld;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Mail from two threads at the same time, for a box that nobody drives, or somebody is about to leave. */
class MailboxInterleavingsTest {

    @Test
    void every_letter_is_read_once_by_one_driver_at_a_time_and_the_box_is_looked_after_when_it_is_empty() {
        Interleavings.explore(() -> {
            WatchedWorld world = new WatchedWorld();
            AtomicInteger drivers = new AtomicInteger();
            AtomicInteger read = new AtomicInteger();
            AtomicInteger readWhenEmpty = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            Mailbox box = new Mailbox(world, () -> readWhenEmpty.set(read.get()),
                    failure -> overlaps.incrementAndGet());
            Runnable letter = () -> {
                if (drivers.incrementAndGet() != 1) {
                    overlaps.incrementAndGet();
                }
                read.incrementAndGet();
                drivers.decrementAndGet();
            };
            Interleavings.sideBySide(() -> box.post(letter), () -> box.postHere(letter));
            world.awaitAll();
            if (overlaps.get() != 0 || read.get() != 2 || readWhenEmpty.get() != 2 || !box.isIdle()) {
                throw new AssertionError("overlaps " + overlaps + ", read " + read + ", when empty " + readWhenEmpty
                        + ", idle " + box.isIdle());
            }
        });
    }

    @Test
    void a_body_that_a_letter_leaves_behind_is_run_once_while_more_mail_comes() {
        Interleavings.explore(() -> {
            WatchedWorld world = new WatchedWorld();
            AtomicInteger bodies = new AtomicInteger();
            AtomicInteger read = new AtomicInteger();
            Mailbox box = new Mailbox(world, () -> { }, failure -> read.addAndGet(100));
            Interleavings.sideBySide(
                    () -> box.post(() -> {
                        read.incrementAndGet();
                        box.runOutside(bodies::incrementAndGet);
                    }),
                    () -> box.post(read::incrementAndGet));
            world.awaitAll();
            if (bodies.get() != 1 || read.get() != 2 || !box.isIdle()) {
                throw new AssertionError("bodies " + bodies + ", read " + read + ", idle " + box.isIdle());
            }
        });
    }
}
