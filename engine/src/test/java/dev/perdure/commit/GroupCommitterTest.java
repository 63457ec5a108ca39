// SPDX-License-Identifier: Apache-2.0
package dev.perdure.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.EngineObserver;
import dev.perdure.store.Outcome;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.Write;
import dev.perdure.world.StillWorld;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupCommitterTest {

    /** A commit that is told of by its number. */
    private static final class Numbered implements Commit {
        final int number;
        final boolean patient;
        final AtomicInteger told = new AtomicInteger();
        final CompletableFuture<String> fate = new CompletableFuture<>();

        Numbered(int number, boolean patient) {
            this.number = number;
            this.patient = patient;
        }

        @Override
        public Write write() {
            return new Write.Release(new UUID(0, 0), new UUID(0, number));
        }

        @Override
        public boolean isPatient() {
            return patient;
        }

        @Override
        public void done(Outcome outcome) {
            told.incrementAndGet();
            fate.complete("done");
        }

        @Override
        public void failed(StoreException cause) {
            told.incrementAndGet();
            fate.complete(cause.code());
        }

        String awaitFate() throws Exception {
            return fate.get(30, TimeUnit.SECONDS);
        }
    }

    private static int numberOf(Write write) {
        return (int) ((Write.Release) write).incarnation().getLeastSignificantBits();
    }

    private static Numbered patient(int number) {
        return new Numbered(number, true);
    }

    private static Numbered impatient(int number) {
        return new Numbered(number, false);
    }

    private static StoreException trouble(Effect effect) {
        return new StoreException("trouble", "on purpose", effect, null);
    }

    /** The committer's thread has come to wait for the first time. */
    private final CountDownLatch waiting = new CountDownLatch(1);
    /** From now on the committer's thread waits until it is woken, however long it meant to. */
    private volatile boolean patientThread;
    private final StillWorld world = new StillWorld() {
        @Override
        public Gate gate() {
            Gate gate = super.gate();
            return new Gate() {
                @Override
                public void open() {
                    gate.open();
                }

                @Override
                public void pass(long nanos) {
                    boolean committer = Thread.currentThread().getName().equals("perdure-committer");
                    if (committer) {
                        waiting.countDown();
                    }
                    gate.pass(committer && patientThread ? Long.MAX_VALUE : nanos);
                }
            };
        }
    };
    private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    /** Called with each batch; throws what the store throws. */
    private volatile Function<List<Integer>, RuntimeException> weather = batch -> null;
    private final EngineObserver observer = new EngineObserver() {
        @Override
        public void storeUnavailable(String message) {
            told.add("away");
        }

        @Override
        public void storeAvailable() {
            told.add("back");
        }
    };
    private final GroupCommitter committer = new GroupCommitter(store(), world, observer);

    private Store store() {
        return (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("mayWait")) {
                        return false;
                    }
                    List<?> writes = (List<?>) arguments[0];
                    List<Integer> numbers = writes.stream().map(write -> numberOf((Write) write)).toList();
                    RuntimeException failure = weather.apply(numbers);
                    if (failure != null) {
                        throw failure;
                    }
                    batches.add(numbers);
                    return writes.stream().map(write -> new Outcome(Outcome.Kind.DONE, null)).toList();
                });
    }

    @AfterEach
    void close() {
        committer.close(TimeUnit.SECONDS.toNanos(1));
    }

    private static List<Numbered> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(GroupCommitterTest::patient).toList();
    }

    @Test
    void what_gathers_while_a_batch_is_being_written_is_the_next_batch_in_the_order_handed_in() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        weather = batch -> {
            writing.countDown();
            await(go);
            return null;
        };
        Numbered first = patient(0);
        submitElsewhere(first);
        await(writing);
        List<Numbered> more = numbered(1, 11);
        more.forEach(committer::submit);
        assertThat(first.fate).as("nothing is told before it is durable").isNotDone();
        go.countDown();
        for (Numbered commit : more) {
            assertThat(commit.awaitFate()).isEqualTo("done");
        }
        assertThat(batches).containsExactly(List.of(0), IntStream.range(1, 11).boxed().toList());
    }

    /** Whoever hands in a commit when nobody writes is kept until it is written. */
    private void submitElsewhere(Commit commit) {
        Thread.startVirtualThread(() -> committer.submit(commit));
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("not in time");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Hands commits in so that they are one batch. */
    private void submitTogether(List<Numbered> commits) {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Function<List<Integer>, RuntimeException> then = weather;
        weather = batch -> {
            if (batch.contains(-1)) {
                writing.countDown();
                await(go);
                return null;
            }
            return then.apply(batch);
        };
        submitElsewhere(patient(-1));
        await(writing);
        commits.forEach(committer::submit);
        go.countDown();
    }

    @Test
    void a_commit_that_finds_nobody_writing_is_written_on_the_thread_that_brings_it() throws Exception {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        weather = batch -> {
            threads.add(Thread.currentThread());
            return null;
        };
        await(waiting);
        for (int number = 0; number < 3; number++) {
            Numbered alone = patient(number);
            committer.submit(alone);
            assertThat(alone.fate).as("told before submit returns").isDone();
        }
        assertThat(threads).containsOnly(Thread.currentThread());
        assertThat(batches).containsExactly(List.of(0), List.of(1), List.of(2));
    }

    @Test
    void what_comes_while_a_caller_writes_its_own_commit_is_written_by_the_thread_afterwards() throws Exception {
        List<String> threads = new CopyOnWriteArrayList<>();
        weather = batch -> {
            threads.add(Thread.currentThread().getName());
            return null;
        };
        List<Numbered> commits = numbered(0, 2_000);
        submitTogether(commits);
        for (Numbered commit : commits) {
            assertThat(commit.awaitFate()).isEqualTo("done");
        }
        assertThat(threads).containsOnly("perdure-committer");
    }

    @Test
    void closing_waits_for_a_caller_that_writes_its_own_commit() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        weather = batch -> {
            writing.countDown();
            await(go);
            return null;
        };
        Numbered alone = patient(1);
        submitElsewhere(alone);
        await(writing);
        CompletableFuture<Boolean> toldWhenClosed = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            committer.close(TimeUnit.SECONDS.toNanos(30));
            toldWhenClosed.complete(alone.fate.isDone());
        });
        go.countDown();
        assertThat(toldWhenClosed.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void the_culprit_of_a_refused_batch_is_found_by_halving_and_its_neighbours_land_in_order() throws Exception {
        weather = batch -> batch.contains(3) ? trouble(Effect.NOTHING_REFUSED) : null;
        List<Numbered> commits = numbered(0, 10);
        submitTogether(commits);
        for (Numbered commit : commits) {
            assertThat(commit.awaitFate()).isEqualTo(commit.number == 3 ? "trouble" : "done");
        }
        assertThat(batches.stream().flatMap(List::stream).toList()).containsExactly(-1, 0, 1, 2, 4, 5, 6, 7, 8, 9);
        assertThat(told).as("that is no outage").isEmpty();
    }

    @Test
    void a_patient_commit_waits_out_an_outage_with_growing_pauses_and_lands_once() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        weather = batch -> failures.incrementAndGet() <= 5
                ? trouble(failures.get() % 2 == 0 ? Effect.UNKNOWN : Effect.NOTHING_RETRY) : null;
        Numbered commit = patient(1);
        committer.submit(commit);
        assertThat(commit.awaitFate()).isEqualTo("done");
        assertThat(batches).containsExactly(List.of(1));
        assertThat(told).containsExactly("away", "back");
        List<Long> pauses = world.waits().stream().map(TimeUnit.NANOSECONDS::toMillis).toList();
        assertThat(pauses).as("after the caller's own try and the thread's first").startsWith(20L, 40L, 80L, 160L);
    }

    @Test
    void an_impatient_commit_hears_of_an_outage_at_once_also_while_others_wait_it_out() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        weather = batch -> {
            tries.incrementAndGet();
            return over.getCount() > 0 ? trouble(Effect.NOTHING_RETRY) : null;
        };
        Numbered patient = patient(1);
        Numbered impatient = impatient(2);
        submitTogether(List.of(patient, impatient));
        assertThat(impatient.awaitFate()).isEqualTo("trouble");
        Numbered late = impatient(3);
        Numbered latePatient = patient(4);
        committer.submit(latePatient);
        committer.submit(late);
        assertThat(late.awaitFate()).isEqualTo("trouble");
        assertThat(patient.fate).isNotDone();
        over.countDown();
        assertThat(patient.awaitFate()).isEqualTo("done");
        assertThat(latePatient.awaitFate()).isEqualTo("done");
        assertThat(batches.stream().flatMap(List::stream).toList()).containsExactly(-1, 1, 4);
    }

    @Test
    void a_store_that_breaks_its_contract_does_not_take_the_committer_with_it() throws Exception {
        weather = batch -> {
            if (batch.contains(1)) {
                throw new IllegalStateException("defect");
            }
            if (batch.contains(2)) {
                throw new NoClassDefFoundError("defect");
            }
            return null;
        };
        for (int number = 1; number <= 2; number++) {
            Numbered bad = patient(number);
            committer.submit(bad);
            assertThat(bad.awaitFate()).isEqualTo("store_defect");
        }
        Numbered good = patient(3);
        committer.submit(good);
        assertThat(good.awaitFate()).isEqualTo("done");
    }

    @Test
    void a_commit_that_throws_when_it_is_told_harms_neither_its_neighbours_nor_is_it_written_again() throws Exception {
        Commit broken = new Commit() {
            @Override
            public Write write() {
                return new Write.Release(new UUID(0, 0), new UUID(0, 7));
            }

            @Override
            public boolean isPatient() {
                return true;
            }

            @Override
            public void done(Outcome outcome) {
                throw new AssertionError("broken");
            }

            @Override
            public void failed(StoreException cause) {
                told.add("failed, too");
            }
        };
        committer.submit(broken);
        Numbered next = patient(8);
        committer.submit(next);
        assertThat(next.awaitFate()).isEqualTo("done");
        assertThat(batches.stream().flatMap(List::stream).toList()).containsExactly(7, 8);
        assertThat(told).isEmpty();
    }

    @Test
    void closing_writes_what_was_handed_in_and_refuses_what_comes_later() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        weather = batch -> {
            writing.countDown();
            await(go);
            return null;
        };
        List<Numbered> commits = numbered(0, 20);
        submitElsewhere(commits.getFirst());
        await(writing);
        commits.subList(1, 20).forEach(committer::submit);
        Thread closer = Thread.ofVirtual().start(() -> committer.close(TimeUnit.SECONDS.toNanos(30)));
        go.countDown();
        for (Numbered commit : commits) {
            assertThat(commit.awaitFate()).isEqualTo("done");
        }
        closer.join();
        Numbered late = patient(99);
        committer.submit(late);
        assertThat(late.awaitFate()).isEqualTo("engine_closed");
    }

    @Test
    void closing_gives_up_a_store_that_stays_away() throws Exception {
        weather = batch -> trouble(Effect.NOTHING_RETRY);
        Numbered commit = patient(1);
        committer.submit(commit);
        committer.close(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(commit.awaitFate()).isEqualTo("trouble");
    }

    @Test
    void what_is_given_up_is_told_at_once_even_while_the_thread_pauses_between_two_tries() throws Exception {
        patientThread = true;
        weather = batch -> trouble(Effect.NOTHING_RETRY);
        Numbered commit = patient(1);
        committer.submit(commit);
        committer.close(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(commit.awaitFate()).isEqualTo("trouble");
    }

    @Test
    void every_commit_is_told_exactly_once_whatever_the_store_does() throws Exception {
        Random random = new Random(4711);
        List<Integer> landed = new CopyOnWriteArrayList<>();
        weather = batch -> {
            int dice = random.nextInt(10);
            if (batch.stream().anyMatch(number -> number % 17 == 3)) {
                return trouble(Effect.NOTHING_REFUSED);
            }
            return dice == 0 ? trouble(Effect.NOTHING_RETRY) : dice == 1 ? trouble(Effect.UNKNOWN) : null;
        };
        List<Numbered> commits = new ArrayList<>();
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            List<Numbered> own = numbered(caller * 200, caller * 200 + 200);
            commits.addAll(own);
            callers.add(Thread.ofVirtual().start(() -> own.forEach(committer::submit)));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        for (Numbered commit : commits) {
            assertThat(commit.awaitFate()).isEqualTo(commit.number % 17 == 3 ? "trouble" : "done");
        }
        close();
        assertThat(commits).allMatch(commit -> commit.told.get() == 1);
        landed.addAll(batches.stream().flatMap(List::stream).toList());
        assertThat(landed).doesNotHaveDuplicates();
        for (int caller = 0; caller < 4; caller++) {
            int from = caller * 200;
            assertThat(landed.stream().filter(number -> number / 200 == from / 200).toList()).isSorted();
        }
    }

    @Test
    void a_thread_knows_that_it_is_inside_a_call_back() throws Exception {
        CompletableFuture<Boolean> own = new CompletableFuture<>();
        committer.submit(new Commit() {
            @Override
            public Write write() {
                return new Write.Release(new UUID(0, 0), new UUID(0, 1));
            }

            @Override
            public boolean isPatient() {
                return true;
            }

            @Override
            public void done(Outcome outcome) {
                own.complete(committer.isWriting());
            }

            @Override
            public void failed(StoreException cause) {
                own.completeExceptionally(cause);
            }
        });
        assertThat(own.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(committer.isWriting()).isFalse();
    }

    @Test
    void a_batch_takes_no_more_than_a_limit_and_the_rest_is_the_next_one() throws Exception {
        List<Numbered> commits = numbered(0, 3_000);
        submitTogether(commits);
        for (Numbered commit : commits) {
            assertThat(commit.awaitFate()).isEqualTo("done");
        }
        assertThat(batches).extracting(List::size).containsExactly(1, 2_048, 952);
    }

    @Test
    void an_observer_hears_how_large_a_batch_was_and_how_long_the_store_took() throws Exception {
        AtomicLong clock = new AtomicLong(1_000);
        StillWorld ticking = new StillWorld() {
            @Override
            public long nanoTime() {
                return clock.addAndGet(5);
            }
        };
        List<String> heard = new CopyOnWriteArrayList<>();
        GroupCommitter other = new GroupCommitter(store(), ticking, new EngineObserver() {
            @Override
            public void batchCommitted(int size, Duration took) {
                heard.add(size + " in " + took.toNanos() + " ns");
            }
        });
        other.submit(patient(1));
        other.close(Long.MAX_VALUE);
        assertThat(heard).containsExactly("1 in 5 ns");
    }

    @Test
    void a_committer_with_nothing_to_do_waits_at_its_gate_until_it_is_closed() throws Exception {
        await(waiting);
        committer.close(Long.MAX_VALUE);
        Numbered late = patient(1);
        committer.submit(late);
        assertThat(late.awaitFate()).isEqualTo("engine_closed");
    }
}
