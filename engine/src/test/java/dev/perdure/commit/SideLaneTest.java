// SPDX-License-Identifier: Apache-2.0
package dev.perdure.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.EngineObserver;
import dev.perdure.store.Outcome;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.Write;
import dev.perdure.world.World;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SideLaneTest {

    /** Redrives may have to wait for a stranger, releases may not. */
    private record Told(Write write, boolean isPatient, CompletableFuture<String> fate) implements Commit {

        static Told redrive(boolean patient) {
            return new Told(new Write.Redrive("order-1", 0), patient, new CompletableFuture<>());
        }

        static Told release() {
            return new Told(new Write.Release(new UUID(0, 1), new UUID(0, 2)), true, new CompletableFuture<>());
        }

        @Override
        public void done(Outcome outcome) {
            fate.complete("done");
        }

        @Override
        public void failed(StoreException cause) {
            fate.complete(cause.code());
        }

        String await() throws Exception {
            return fate.get(30, TimeUnit.SECONDS);
        }
    }

    private final AtomicInteger tries = new AtomicInteger();
    /** What a redrive meets: null if it lands. */
    private volatile Supplier<StoreException> stranger = () -> null;
    private final GroupCommitter committer = new GroupCommitter(store(), World.real(), new EngineObserver() { });

    private Store store() {
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("mayWait")) {
                        return arguments[0] instanceof Write.Redrive;
                    }
                    List<?> writes = (List<?>) arguments[0];
                    if (writes.get(0) instanceof Write.Redrive) {
                        assertThat(writes).as("goes by itself").hasSize(1);
                        tries.incrementAndGet();
                        StoreException met = stranger.get();
                        if (met != null) {
                            throw met;
                        }
                    }
                    return writes.stream().map(write -> new Outcome(Outcome.Kind.DONE, null)).toList();
                });
    }

    private static StoreException trouble(String code, Effect effect) {
        return new StoreException(code, "on purpose", effect, null);
    }

    private static StoreException await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
            return null;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @AfterEach
    void close() {
        committer.close(0);
    }

    @Test
    void x42_batches_are_written_while_others_wait_for_a_stranger() throws Exception {
        CountDownLatch strangerHasEnded = new CountDownLatch(1);
        stranger = () -> await(strangerHasEnded);
        List<Told> waiting = List.of(Told.redrive(true), Told.redrive(true), Told.redrive(false));
        waiting.forEach(committer::submit);
        for (int i = 0; i < 10; i++) {
            Told free = Told.release();
            committer.submit(free);
            assertThat(free.await()).isEqualTo("done");
        }
        assertThat(waiting).noneMatch(each -> each.fate().isDone());
        strangerHasEnded.countDown();
        for (Told each : waiting) {
            assertThat(each.await()).isEqualTo("done");
        }
    }

    @Test
    void x42_what_finds_its_keys_locked_is_tried_again_until_they_are_free() throws Exception {
        stranger = () -> tries.get() < 5 ? trouble("store_locked", Effect.NOTHING_RETRY) : null;
        Told caller = Told.redrive(false);
        committer.submit(caller);
        assertThat(caller.await()).isEqualTo("done");
        assertThat(tries).hasValue(5);
    }

    @Test
    void a_run_waits_out_an_outage_and_a_caller_hears_of_it_at_once() throws Exception {
        stranger = () -> trouble("store_away", Effect.UNKNOWN);
        Told caller = Told.redrive(false);
        committer.submit(caller);
        assertThat(caller.await()).isEqualTo("store_away");
        Told run = Told.redrive(true);
        committer.submit(run);
        stranger = () -> null;
        assertThat(run.await()).isEqualTo("done");
    }

    @Test
    void what_is_refused_and_what_fails_without_a_reason_is_told_once() throws Exception {
        stranger = () -> trouble("store_refused", Effect.NOTHING_REFUSED);
        Told refused = Told.redrive(true);
        committer.submit(refused);
        assertThat(refused.await()).isEqualTo("store_refused");
        stranger = () -> {
            throw new IllegalStateException("a defect");
        };
        Told broken = Told.redrive(true);
        committer.submit(broken);
        assertThat(broken.await()).isEqualTo("store_defect");
        assertThat(tries).hasValue(2);
    }

    @Test
    void closing_waits_for_what_is_being_written_and_gives_up_what_stays_locked() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        stranger = () -> {
            writing.countDown();
            return trouble("store_locked", Effect.NOTHING_RETRY);
        };
        Told locked = Told.redrive(true);
        committer.submit(locked);
        await(writing);
        committer.close(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(locked.await()).isEqualTo("store_locked");
        Told late = Told.redrive(true);
        committer.submit(late);
        assertThat(late.await()).isEqualTo("engine_closed");
    }

    @Test
    void closing_has_patience_with_what_is_under_way_and_goes_on_as_soon_as_it_is_written() throws Exception {
        Told before = Told.redrive(true);
        committer.submit(before);
        assertThat(before.await()).isEqualTo("done");
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        stranger = () -> {
            writing.countDown();
            await(closing);
            return tries.get() == 2 ? trouble("store_away", Effect.NOTHING_RETRY) : null;
        };
        Told run = Told.redrive(true);
        committer.submit(run);
        await(writing);
        Thread closer = Thread.ofPlatform().start(() -> committer.close(TimeUnit.HOURS.toNanos(1)));
        while (closer.isAlive() && !(closer.getState() == Thread.State.TIMED_WAITING
                && Stream.of(closer.getStackTrace()).anyMatch(at -> at.getClassName().endsWith(".SideLane")))) {
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();
        assertThat(run.await()).isEqualTo("done");
        assertThat(tries).hasValue(3);
    }

    @Test
    void only_so_many_are_written_at_once_that_connections_are_left_for_others() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        stranger = () -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            for (int i = 0; i < 100; i++) {
                Thread.yield();
            }
            inside.decrementAndGet();
            return null;
        };
        List<Told> many = Stream.generate(() -> Told.redrive(true)).limit(50).toList();
        many.forEach(committer::submit);
        for (Told each : many) {
            assertThat(each.await()).isEqualTo("done");
        }
        assertThat(most.get()).isBetween(1, 3);
    }
}
