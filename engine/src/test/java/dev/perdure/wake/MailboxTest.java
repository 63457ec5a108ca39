// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.world.StillWorld;
import dev.perdure.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MailboxTest {

    private static final long PATIENCE_SECONDS = Long.getLong("perdure.patience", 30);

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @RepeatedTest(10)
    void whoever_posts_nothing_is_lost_everything_is_in_order_and_one_drives_at_a_time() throws InterruptedException {
        int posters = 8;
        int each = 500;
        AtomicInteger drivers = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger outside = new AtomicInteger();
        CountDownLatch bodies = new CountDownLatch(posters * each / 10);
        // Ordinary and unguarded: passing the box on from driver to driver makes it safe.
        List<int[]> seen = new ArrayList<>();
        CountDownLatch delivered = new CountDownLatch(posters * each);
        Mailbox box = new Mailbox(World.real(), () -> { }, failure -> { });
        List<Thread> threads = new ArrayList<>();
        for (int poster = 0; poster < posters; poster++) {
            int who = poster;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < each; i++) {
                    int number = i;
                    Runnable letter = () -> {
                        if (drivers.incrementAndGet() != 1) {
                            overlaps.incrementAndGet();
                        }
                        seen.add(new int[] {who, number});
                        if (number % 10 == 0) {
                            box.runOutside(() -> {
                                outside.incrementAndGet();
                                bodies.countDown();
                            });
                        }
                        drivers.decrementAndGet();
                        delivered.countDown();
                    };
                    if (number % 3 == 0) {
                        box.postHere(letter);
                    } else {
                        box.post(letter);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await(delivered);
        await(bodies);
        assertThat(overlaps).hasValue(0);
        assertThat(seen).hasSize(posters * each);
        assertThat(outside).hasValue(posters * each / 10);
        int[] next = new int[posters];
        for (int[] letter : seen) {
            assertThat(letter[1]).isEqualTo(next[letter[0]]++);
        }
    }

    @Test
    void the_box_is_tidied_up_whenever_it_is_empty_and_that_may_bring_mail() throws InterruptedException {
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch second = new CountDownLatch(1);
        Mailbox[] box = new Mailbox[1];
        box[0] = new Mailbox(World.real(), () -> {
            seen.add("empty");
            if (seen.size() == 2) {
                box[0].post(() -> {
                    seen.add("brought when empty");
                    second.countDown();
                });
            }
        }, failure -> { });
        box[0].post(() -> seen.add("letter"));
        await(second);
        assertThat(seen).startsWith("letter", "empty", "brought when empty");
    }

    @Test
    void a_letter_that_fails_is_told_and_the_mail_behind_it_is_delivered() throws InterruptedException {
        List<String> failures = new CopyOnWriteArrayList<>();
        CountDownLatch behind = new CountDownLatch(1);
        Mailbox box = new Mailbox(World.real(), () -> { }, failure -> failures.add(failure.getMessage()));
        box.post(() -> {
            box.post(behind::countDown);
            throw new IllegalStateException("broken letter");
        });
        await(behind);
        assertThat(failures).containsExactly("broken letter");
    }

    @Test
    void a_body_runs_outside_of_the_box_so_that_mail_is_delivered_meanwhile() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch delivered = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Mailbox box = new Mailbox(World.real(), () -> { }, failure -> { });
        box.post(() -> box.runOutside(() -> {
            running.countDown();
            try {
                await(delivered);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            ended.countDown();
        }));
        await(running);
        box.post(delivered::countDown);
        await(ended);
    }

    @Test
    void bodies_that_are_forgotten_never_run() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        Mailbox box = new Mailbox(World.real(), () -> { }, failure -> { });
        box.post(() -> {
            box.runOutside(ran::incrementAndGet);
            box.forgetOutside();
            box.runOutside(done::countDown);
        });
        await(done);
        assertThat(ran).hasValue(0);
    }

    @Test
    void a_box_is_idle_when_nothing_waits_in_it_and_nobody_drives_it() throws InterruptedException {
        CountDownLatch driving = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch empty = new CountDownLatch(1);
        Mailbox box = new Mailbox(World.real(), empty::countDown, failure -> { });
        assertThat(box.isIdle()).isTrue();
        assertThat(box.isEmpty()).isTrue();
        box.post(() -> {
            driving.countDown();
            try {
                await(go);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        await(driving);
        assertThat(box.isEmpty()).as("it has been taken out").isTrue();
        assertThat(box.isIdle()).as("but is still being read").isFalse();
        box.post(() -> { });
        assertThat(box.isEmpty()).isFalse();
        go.countDown();
        await(empty);
        while (!box.isIdle()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoever_drives_runs_a_body_itself_unless_it_comes_from_one() throws InterruptedException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        CountDownLatch ran = new CountDownLatch(1);
        Mailbox box = new Mailbox(World.real(), () -> { }, failure -> { });
        box.post(() -> {
            threads.add(Thread.currentThread());
            box.runOutside(() -> {
                threads.add(Thread.currentThread());
                box.postHere(() -> {
                    threads.add(Thread.currentThread());
                    box.runOutside(() -> {
                        threads.add(Thread.currentThread());
                        ran.countDown();
                    });
                });
            });
        });
        await(ran);

        assertThat(threads.subList(0, 3)).containsOnly(threads.getFirst());
        assertThat(threads.get(3)).isNotSameAs(threads.getFirst());
    }

    @Test
    void mail_that_comes_while_bodies_are_handed_out_is_read_although_its_driver_has_a_body_to_run()
            throws InterruptedException {
        CountDownLatch read = new CountDownLatch(1);
        Mailbox[] box = new Mailbox[1];
        StillWorld world = new StillWorld() {
            @Override
            public Thread startVirtual(String name, Runnable body) {
                if (name.equals("perdure-step")) {
                    box[0].post(read::countDown);
                }
                return super.startVirtual(name, body);
            }
        };
        box[0] = new Mailbox(world, () -> { }, failure -> { });
        box[0].post(() -> {
            box[0].runOutside(() -> {
                try {
                    await(read);
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
            });
            box[0].runOutside(() -> { });
        });
        await(read);
    }
}
