// SPDX-License-Identifier: Apache-2.0
package dev.perdure.fiber;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FiberGroupTest {

    private final FiberGroup group = new FiberGroup();
    /** Ordinary and unguarded: hand-overs make it safe. */
    private final List<String> seen = new ArrayList<>();

    /** A fiber whose body lets its unwinding pass, as everybody's should. */
    private Fiber add(String name, Runnable body) {
        return group.add(name, () -> {
            try {
                body.run();
            } catch (Unwinding unwinding) {
                // It is off its stack.
            }
        });
    }

    private void run() {
        group.run(() -> false);
    }

    private Fiber say(String what, int times) {
        return add(what, () -> {
            for (int i = 0; i < times; i++) {
                seen.add(what + i);
                group.current().park();
            }
            seen.add(what + " ends");
        });
    }

    @Test
    void fibers_move_one_after_the_other_in_the_order_in_which_they_were_woken() {
        Fiber a = say("a", 1);
        Fiber b = say("b", 1);
        Fiber c = say("c", 1);
        run();
        assertThat(seen).containsExactly("a0", "b0", "c0");
        c.wake();
        a.wake();
        c.wake();
        run();
        assertThat(seen.subList(3, 5)).containsExactly("c ends", "a ends");
        assertThat(a.hasEnded()).isTrue();
        assertThat(b.hasEnded()).isFalse();
    }

    @Test
    void waking_a_fiber_that_has_ended_or_is_in_line_does_nothing() {
        Fiber a = say("a", 0);
        a.wake();
        run();
        a.wake();
        run();
        assertThat(seen).containsExactly("a ends");
    }

    @Test
    void a_fiber_may_add_and_wake_others_and_they_follow_it() {
        add("first", () -> {
            seen.add("first begins");
            say("second", 0);
            seen.add("first ends");
        });
        run();
        assertThat(seen).containsExactly("first begins", "first ends", "second ends");
    }

    @Test
    void only_one_moves_at_a_time_and_each_sees_what_the_one_before_it_wrote() {
        int[] counter = new int[1];
        int fibers = 50;
        List<Fiber> all = new ArrayList<>();
        for (int i = 0; i < fibers; i++) {
            all.add(add("f" + i, () -> {
                for (int round = 0; round < 100; round++) {
                    int before = counter[0];
                    Thread.onSpinWait();
                    counter[0] = before + 1;
                    group.current().park();
                }
            }));
        }
        int[] rounds = new int[1];
        group.run(() -> {
            all.forEach(Fiber::wake);
            return rounds[0]++ < 100;
        });
        assertThat(counter[0]).isEqualTo(fibers * 100);
    }

    @Test
    void the_idle_hook_lets_the_fiber_that_parked_last_go_on_without_a_switch() {
        List<Thread> hooks = new ArrayList<>();
        Fiber[] self = new Fiber[1];
        self[0] = add("self", () -> {
            for (int i = 0; i < 1_000; i++) {
                group.current().park();
            }
            seen.add("ends on " + Thread.currentThread().getName());
        });
        group.run(() -> {
            hooks.add(Thread.currentThread());
            self[0].wake();
            return hooks.size() <= 1_000;
        });
        assertThat(seen).containsExactly("ends on self");
        assertThat(hooks.subList(0, 1_000)).allMatch(thread -> thread.getName().equals("self"));
    }

    @Test
    void an_interrupt_does_not_move_a_parked_fiber() {
        Fiber a = say("a", 1);
        run();
        a.thread().interrupt();
        say("b", 0);
        run();
        assertThat(seen).containsExactly("a0", "b ends");
    }

    @Test
    void nobody_but_the_fiber_that_moves_is_the_current_one() {
        assertThat(group.current()).isNull();
        Fiber[] inside = new Fiber[1];
        Fiber a = add("a", () -> {
            inside[0] = group.current();
            assertThat(group.moving()).isSameAs(Thread.currentThread());
        });
        run();
        assertThat(inside[0]).isSameAs(a);
        assertThat(group.current()).isNull();
        assertThat(group.moving()).isNull();
    }

    @Test
    void after_a_stop_nobody_moves_any_more() {
        add("a", () -> {
            seen.add("a");
            group.stop();
        });
        say("b", 0);
        run();
        assertThat(seen).containsExactly("a");
    }

    // ---- unwinding ----

    private long unwind() {
        return group.unwind(TimeUnit.SECONDS.toNanos(30), System::nanoTime);
    }

    @Test
    void unwinding_takes_every_fiber_off_its_stack_and_runs_its_finally_blocks() {
        for (String name : List.of("a", "b")) {
            add(name, () -> {
                try {
                    group.current().park();
                    seen.add(name + " goes on");
                } finally {
                    seen.add(name + " cleans up");
                }
            });
        }
        run();
        assertThat(unwind()).isZero();
        assertThat(seen).containsExactly("a cleans up", "b cleans up");
    }

    @Test
    void a_fiber_that_swallows_its_unwinding_meets_it_again_at_every_park() {
        AtomicInteger times = new AtomicInteger();
        add("stubborn", () -> {
            for (int i = 0; i < 5; i++) {
                try {
                    group.current().park();
                } catch (Unwinding again) {
                    times.incrementAndGet();
                }
            }
        });
        run();
        assertThat(unwind()).isZero();
        assertThat(times).hasValue(5);
        assertThat(Unwinding.INSTANCE.getStackTrace()).isEmpty();
    }

    @Test
    void a_fiber_that_was_never_begun_is_never_begun() {
        add("a", () -> group.stop());
        say("b", 0);
        run();
        assertThat(unwind()).isZero();
        assertThat(seen).isEmpty();
    }

    @Test
    void a_fiber_that_does_not_end_in_time_is_interrupted_and_left_alone_and_the_others_are_unwound()
            throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicLong now = new AtomicLong();
        add("blocked", () -> {
            try {
                group.current().park();
            } finally {
                now.addAndGet(TimeUnit.MINUTES.toNanos(1));
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException told) {
                    interrupted.countDown();
                }
                await(release);
                ended.countDown();
            }
        });
        add("other", () -> {
            try {
                group.current().park();
            } finally {
                seen.add("other");
            }
        });
        run();
        assertThat(group.unwind(TimeUnit.MILLISECONDS.toNanos(20), now::get)).isOne();
        assertThat(seen).containsExactly("other");
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        release.countDown();
        assertThat(ended.await(30, TimeUnit.SECONDS)).as("it ends late and disturbs nobody").isTrue();
        assertThat(group.current()).isNull();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException again) {
            throw new AssertionError(again);
        }
    }

    @Test
    void refusing_turns_every_park_into_an_unwinding_at_once() {
        add("a", () -> {
            group.refuse();
            try {
                group.current().park();
            } catch (Unwinding unwinding) {
                seen.add("refused");
            }
        });
        run();
        assertThat(seen).containsExactly("refused");
        assertThat(group.isUnwinding()).isTrue();
    }
}
