// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.EngineObserver;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose disk is full: callers hear of it at once, and runs under way wait until there is room. */
class FullDiskTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private static void setPages(SqliteStore store, long most) {
        store.writer().look(session -> {
            session.run("PRAGMA max_page_count = " + most);
            return null;
        });
    }

    @Test
    void a_full_disk_refuses_starts_with_a_remedy_and_holds_up_runs_under_way_until_there_is_room() throws Exception {
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch noticed = new CountDownLatch(1);
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> workflow = Workflow.of("order", String.class, String.class, (ctx, in) -> {
            String large = ctx.step("large", String.class, step -> {
                bodies.incrementAndGet();
                inStep.countDown();
                full.await();
                return "x".repeat(500_000);
            });
            return in + large.length();
        });
        EngineObserver observer = new EngineObserver() {
            @Override
            public void storeUnavailable(String message) {
                noticed.countDown();
            }
        };
        try (SqliteStore store = SqliteStore.open(directory.resolve("runs.db"));
                Engine engine = Engine.builder().store(store).workflow(workflow).observer(observer).start()) {
            RunHandle<String> underWay = engine.start(workflow, "order-1", "a");
            assertThat(inStep.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            setPages(store, 1);
            StoreException refused = catchThrowableOfType(StoreException.class,
                    () -> engine.start(workflow, "order-2", "x".repeat(500_000)));
            assertThat(refused.code()).isEqualTo("store_full");
            assertThat(refused).hasMessageContainingAll("is full", "Make room");
            assertThat(engine.count(RunFilter.all())).as("nothing half-made").isOne();
            full.countDown();
            assertThat(noticed.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            setPages(store, 1_000_000);
            assertThat(underWay.result(LIMIT)).isEqualTo("a500000");
            assertThat(engine.start(workflow, "order-2", "b").result(LIMIT)).isEqualTo("b500000");
            assertThat(bodies).hasValue(2);
        }
    }
}
