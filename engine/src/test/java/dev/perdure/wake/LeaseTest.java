// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.store.Sight;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.world.StillWorld;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseTest {

    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final UUID SELF = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);

    /** A clock for measuring that stands still, too. */
    private final StillWorld world = new StillWorld() {
        @Override
        public long nanoTime() {
            return TimeUnit.MILLISECONDS.toNanos(currentMillis());
        }

        @Override
        public void correct(long time) {
            corrected = time;
        }
    };
    private final Map<UUID, Long> beats = new HashMap<>(Map.of(OTHER, 1L));
    private final BlockingQueue<UUID> ended = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> freed = new LinkedBlockingQueue<>();
    private CountDownLatch mayEnd = new CountDownLatch(0);
    private Set<UUID> orphans = Set.of();
    private Duration lease = LEASE;
    private boolean away;
    private int refusals;
    private boolean alive = true;
    private long slow;
    private long corrected;

    private Store store() {
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "lease" -> lease;
                    case "look" -> look();
                    case "end" -> end((UUID) arguments[0]);
                    default -> throw new AssertionError(method);
                });
    }

    private boolean end(UUID node) throws InterruptedException {
        ended.add(node);
        if (refusals-- > 0) {
            throw new StoreException("store_away", "on purpose", StoreException.Effect.NOTHING_RETRY, null);
        }
        assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
        return true;
    }

    private Sight look() {
        if (away) {
            throw new StoreException("store_away", "on purpose", StoreException.Effect.NOTHING_RETRY, null);
        }
        world.advance(slow);
        Map<UUID, Sight.Pulse> pulses = new HashMap<>();
        beats.forEach((node, count) -> pulses.put(node, new Sight.Pulse(count, LEASE)));
        return new Sight(alive, 42, "", pulses, orphans, Set.of(), Set.of(), Long.MAX_VALUE, List.of());
    }

    private Lease open() {
        return new Lease(store(), world, () -> freed.add("freed"));
    }

    /** Looks at every moment of a stretch of time. */
    private void lookFor(Lease watching, long millis, long every) {
        for (long passed = 0; passed < millis; passed += every) {
            world.advance(every);
            watching.look(() -> SELF);
        }
    }

    private UUID awaitEnded() throws InterruptedException {
        UUID node = ended.poll(30, TimeUnit.SECONDS);
        assertThat(freed.poll(30, TimeUnit.SECONDS)).isNotNull();
        return node;
    }

    @Test
    void a_node_that_gives_no_sign_of_life_for_its_lease_is_ended_and_no_sooner() throws Exception {
        Lease watching = open();
        watching.look(() -> SELF);
        lookFor(watching, 4_000, 1_000);
        world.advance(999);
        watching.look(() -> SELF);
        assertThat(ended).isEmpty();
        assertThat(TimeUnit.NANOSECONDS.toMillis(watching.untilNext())).as("not later than it runs out")
                .isLessThanOrEqualTo(5);
        world.advance(1);
        watching.look(() -> SELF);
        assertThat(awaitEnded()).isEqualTo(OTHER);
    }

    @Test
    void while_a_node_is_being_ended_others_are_looked_after_as_ever() throws Exception {
        mayEnd = new CountDownLatch(1);
        Lease watching = open();
        watching.look(() -> SELF);
        lookFor(watching, 5_000, 1_000);
        assertThat(ended.poll(30, TimeUnit.SECONDS)).isEqualTo(OTHER);
        lookFor(watching, 3_000, 1_000);
        assertThat(ended).as("not again").isEmpty();
        assertThat(TimeUnit.NANOSECONDS.toMillis(watching.untilNext())).as("without haste").isEqualTo(1_000);
        mayEnd.countDown();
        assertThat(freed.poll(30, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void whoever_could_not_be_ended_is_ended_at_the_next_look_and_not_a_lease_later() throws Exception {
        refusals = 2;
        Lease watching = open();
        watching.look(() -> SELF);
        lookFor(watching, 5_000, 1_000);
        for (int i = 0; i < 3; i++) {
            assertThat(awaitEnded()).isEqualTo(OTHER);
            assertThat(TimeUnit.NANOSECONDS.toMillis(watching.untilNext())).as("at once")
                    .isLessThanOrEqualTo(i < 2 ? 5 : 1_000);
            if (i < 2) {
                watching.look(() -> SELF);
            }
        }
    }

    @Test
    void a_node_that_gives_signs_of_life_is_left_alone() {
        Lease watching = open();
        for (int i = 0; i < 100; i++) {
            beats.merge(OTHER, 1L, Long::sum);
            lookFor(watching, 4_000, 1_000);
        }
        assertThat(ended).isEmpty();
    }

    @Test
    void x48_who_could_not_reach_the_store_has_seen_nothing_and_counts_anew() throws Exception {
        Lease watching = open();
        watching.look(() -> SELF);
        lookFor(watching, 4_000, 1_000);
        away = true;
        world.advance(30_000);
        assertThatThrownBy(() -> watching.look(() -> SELF)).isInstanceOf(StoreException.class);
        assertThat(watching.holds()).as("others may have ended it meanwhile").isFalse();
        away = false;
        watching.look(() -> SELF);
        assertThat(watching.holds()).isTrue();
        lookFor(watching, 4_000, 1_000);
        assertThat(ended).as("a whole lease for everybody after the outage").isEmpty();
        lookFor(watching, 1_000, 1_000);
        assertThat(awaitEnded()).isEqualTo(OTHER);
    }

    @Test
    void what_a_node_that_did_not_come_to_look_has_not_seen_counts_against_nobody_and_nothing_else() throws Exception {
        Lease watching = open();
        watching.look(() -> SELF);
        lookFor(watching, 1_000, 1_000);
        world.advance(4_250);
        watching.look(() -> SELF);
        lookFor(watching, 2_000, 1_000);
        assertThat(ended).as("one second was seen, a usual pause of 1,250 ms, and two seconds more").isEmpty();
        lookFor(watching, 1_000, 500);
        assertThat(awaitEnded()).isEqualTo(OTHER);
    }

    @Test
    void a_lease_is_counted_from_before_it_was_asked_for() {
        Lease renewed = open();
        slow = 3_000;
        renewed.look(() -> SELF);
        assertThat(renewed.holds()).isTrue();
        world.advance(1_999);
        assertThat(renewed.holds()).isTrue();
        world.advance(1);
        assertThat(renewed.holds()).as("the answer took 3 of its 5 seconds").isFalse();
    }

    @Test
    void another_nodes_lease_is_counted_from_when_its_sign_was_told() {
        Lease watching = open();
        slow = 2_000;
        watching.look(() -> SELF);
        slow = 0;
        lookFor(watching, 4_900, 700);
        assertThat(ended).isEmpty();
    }

    @Test
    void a_node_that_has_been_ended_doubts_at_once() {
        Lease lost = open();
        alive = false;
        assertThat(lost.look(() -> SELF).sight().alive()).isFalse();
        assertThat(lost.holds()).isFalse();
    }

    @Test
    void whoever_sees_that_a_take_over_was_not_finished_finishes_it_and_not_twice_at_once() throws Exception {
        beats.clear();
        orphans = Set.of(OTHER);
        Lease watching = open();
        watching.look(() -> SELF);
        assertThat(awaitEnded()).isEqualTo(OTHER);
        orphans = Set.of();
        lookFor(watching, 10_000, 1_000);
        assertThat(ended).isEmpty();
    }

    @Test
    void x47_the_clock_is_corrected_to_the_one_that_all_go_by() {
        open().look(() -> SELF);
        assertThat(corrected).isEqualTo(42);
    }

    @Test
    void where_only_one_node_can_be_the_lease_never_runs_out_and_the_clock_is_the_machines() {
        lease = Duration.ZERO;
        Lease alone = open();
        assertThat(alone.isNeeded()).isFalse();
        alone.look(() -> SELF);
        away = true;
        world.advance(1_000_000);
        assertThat(alone.holds()).isTrue();
        assertThat(corrected).isZero();
        assertThat(List.copyOf(ended)).isEmpty();
    }
}
