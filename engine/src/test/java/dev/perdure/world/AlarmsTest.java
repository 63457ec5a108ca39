// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AlarmsTest {

    private final StillWorld world = new StillWorld();
    private final Alarms alarms = new Alarms(world);
    private final List<String> rung = new CopyOnWriteArrayList<>();
    private final Semaphore rings = new Semaphore(0);

    @AfterEach
    void close() {
        alarms.close();
    }

    private Alarms.Alarm in(long millis, String name) {
        return alarms.set(world.currentMillis() + millis, () -> {
            rung.add(name);
            rings.release();
        });
    }

    private void awaitRings(int many) throws InterruptedException {
        assertThat(rings.tryAcquire(many, 30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void alarms_ring_in_the_order_of_their_times_and_equal_times_in_the_order_in_which_they_were_set()
            throws InterruptedException {
        in(30, "c");
        in(10, "a1");
        in(10, "a2");
        in(20, "b");
        world.advance(30);
        awaitRings(4);
        assertThat(rung).containsExactly("a1", "a2", "b", "c");
    }

    @Test
    void a_past_time_means_at_once() throws InterruptedException {
        in(-5, "past");
        awaitRings(1);
    }

    @Test
    void a_cancelled_alarm_does_not_ring_and_cancelling_a_rung_one_does_nothing() throws InterruptedException {
        Alarms.Alarm cancelled = in(10, "cancelled");
        Alarms.Alarm other = in(10, "other");
        cancelled.cancel();
        cancelled.cancel();
        world.advance(10);
        awaitRings(1);
        other.cancel();
        assertThat(rung).containsExactly("other");
    }

    @Test
    void an_alarm_whose_call_fails_in_whatever_way_does_not_silence_the_others() throws InterruptedException {
        alarms.set(0, () -> {
            throw new IllegalStateException("broken call");
        });
        alarms.set(0, () -> {
            throw new AssertionError("broken call");
        });
        in(0, "next");
        awaitRings(1);
        assertThat(rung).containsExactly("next");
    }

    @Test
    void an_earlier_alarm_set_later_rings_first() throws InterruptedException {
        in(1_000, "late");
        in(10, "early");
        world.advance(10);
        awaitRings(1);
        assertThat(rung).containsExactly("early");
    }
}
