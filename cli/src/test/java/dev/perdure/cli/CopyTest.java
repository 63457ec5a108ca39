// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.JournalText;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.Schedules;
import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class CopyTest {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    /** Ten thousand in the long form: {@code -Dperdure.copy.runs=10000}. */
    private static final int MANY = Integer.getInteger("perdure.copy.runs", 500);

    private static PostgresServer server;

    @TempDir
    private Path directory;

    private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private String happened(String what) {
        effects.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
        return what;
    }

    private final Workflow.Implemented<String, String> waits = Workflow.of("waits", String.class, String.class,
            (ctx, input) -> {
                ctx.step("before", String.class, step -> happened("before " + step.runId()));
                ctx.publish("state", "waiting");
                String go = ctx.signals("go", String.class).receive();
                ctx.step("after", String.class, step -> happened("after " + step.runId()));
                return input + go;
            });
    private final Workflow.Implemented<String, String> loops = Workflow.of("loops", String.class, String.class,
            CopyTest::loop);
    private final Workflow.Implemented<String, String> hears = Workflow.of("hears", String.class, String.class,
            (ctx, input) -> ctx.awaitEvent("known", String.class) + ctx.awaitEvent("later", String.class));
    private final AtomicInteger fails = new AtomicInteger(1);
    private final Workflow.Implemented<String, String> retries = Workflow.of("retries", String.class, String.class,
            (ctx, input) -> ctx.step(StepSpec.of("flaky", String.class)
                    .retry(RetryPolicy.fixed(Duration.ofSeconds(2), 3)), step -> {
                        if (fails.getAndDecrement() > 0) {
                            throw new IllegalStateException("not yet");
                        }
                        return "attempt " + step.attempt();
                    }));

    private static String loop(WorkflowContext ctx, String input) {
        String go = ctx.signals("go", String.class).receive();
        if (input.length() < 2) {
            ctx.continueAsNew(input + go);
        }
        return input + go;
    }

    private Engine start(Store store) {
        return Engine.builder().store(store).workflow(waits).workflow(loops).workflow(retries).workflow(hears)
                .start();
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        CountDownLatch nothing = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("in time: " + what).isNegative();
            nothing.await(10, TimeUnit.MILLISECONDS);
        }
    }

    private Tool copy(String schema) {
        return Tool.run(Map.of(), "copy", "--from", "sqlite:" + directory.resolve("orders.db"), "--to",
                "postgres:" + server.jdbcUrl(), "--schema", schema);
    }

    private static PostgresStore open(String schema) {
        return PostgresStore.open(server.jdbcUrl(), PostgresOptions.defaults().schema(schema));
    }

    @Test
    void every_run_goes_on_where_it_stood_and_nothing_happens_twice() throws Exception {
        Map<String, String> journals = new ConcurrentHashMap<>();
        try (Store file = SqliteStore.open(directory.resolve("orders.db")); Engine engine = start(file)) {
            engine.start(waits, "done", "a").signal("go", "!");
            assertThat(engine.handle(waits, "done").result(LIMIT)).isEqualTo("a!");
            engine.start(waits, StartOptions.id("later").delay(Duration.ofSeconds(5)), "later");
            RunHandle<String> chain = engine.start(loops, "chain", "");
            UUID firstLife = chain.describe().incarnation();
            chain.signal("go", "1");
            until("the chain's second life waits", () -> !engine.handle("chain").describe().incarnation()
                    .equals(firstLife) && engine.handle("chain").describe().status() == RunStatus.SUSPENDED);
            engine.start(waits, "heard", "h");
            engine.signal("heard", "other", "unread", "m-1");
            engine.start(retries, "flaky", "");
            engine.emitEvent("known", "before ");
            engine.start(hears, "hears", "");
            for (int i = 0; i < MANY; i++) {
                engine.start(waits, "order-" + i, String.valueOf(i));
            }
            until("all wait", () -> engine.count(RunFilter.all().status(RunStatus.SUSPENDED)) >= MANY + 4);
            for (String runId : new String[] {"done", "heard", "order-0"}) {
                journals.put(runId, JournalText.of(engine.handle(runId).journal()));
            }
            assertThat(copy("refused").err()).as("an engine is running").contains("perdure: ");
        }

        assertThat(copy("shop")).satisfies(tool -> {
            assertThat(tool.out()).isEqualTo("copied " + (MANY + 6) + " runs\n");
            assertThat(tool.exit()).isZero();
        });
        assertThat(copy("shop").err()).contains("there are runs or events in the target already");

        try (PostgresStore store = open("shop"); Engine engine = start(store)) {
            journals.forEach((runId, journal) ->
                    assertThat(JournalText.of(engine.handle(runId).journal())).isEqualTo(journal));
            assertThat(engine.handle(waits, "done").result(LIMIT)).isEqualTo("a!");
            assertThat(engine.handle("heard").read("state", String.class)).contains("waiting");
            assertThat(engine.signal("heard", "other", "unread", "m-1")).as("was sent before").isFalse();
            for (int i = 0; i < MANY; i++) {
                engine.signal("order-" + i, "go", "!");
            }
            engine.signal("chain", "go", "2");
            engine.signal("chain", "go", "3");
            engine.signal("heard", "go", "!");
            engine.signal("later", "go", "!");
            for (int i = 0; i < MANY; i++) {
                assertThat(engine.handle(waits, "order-" + i).result(LIMIT)).isEqualTo(i + "!");
            }
            assertThat(engine.handle(loops, "chain").result(LIMIT)).isEqualTo("123");
            assertThat(engine.handle(waits, "heard").result(LIMIT)).isEqualTo("h!");
            assertThat(engine.handle(waits, "later").result(LIMIT)).isEqualTo("later!");
            assertThat(engine.event("known", String.class)).contains("before ");
            engine.emitEvent("later", "after");
            assertThat(engine.handle(hears, "hears").result(LIMIT)).isEqualTo("before after");
            assertThat(engine.handle(retries, "flaky").result(LIMIT)).as("attempts go along").isEqualTo("attempt 2");
        }
        assertThat(effects.values()).allMatch(count -> count.get() == 1);
    }

    @Test
    void d9_e2_a_schedule_goes_on_and_who_has_joined_a_run_hears_of_its_end() throws Exception {
        Workflow.Implemented<String, String> joins = Workflow.of("joins", String.class, String.class, (ctx, input) ->
                ctx.start(waits, StartOptions.id("shared"), "").get());
        Schedule hourly = Schedule.every("hourly", Duration.ofHours(1)).overlap(Schedule.Overlap.QUEUE_ALL);
        try (Store file = SqliteStore.open(directory.resolve("orders.db"));
                Engine engine = Engine.builder().store(file).workflow(waits).workflow(joins).start()) {
            engine.start(waits, "shared", "mine");
            engine.start(joins, "joined-1", "");
            engine.schedules().put(hourly, waits, "now and then");
            String triggered = engine.schedules().trigger("hourly");
            until("all wait", () -> engine.count(RunFilter.all().status(RunStatus.SUSPENDED)) == 4);
            assertThat(engine.schedules().find("hourly").orElseThrow().running()).containsExactly(triggered);
        }
        assertThat(copy("families").exit()).isZero();

        try (PostgresStore store = open("families");
                Engine engine = Engine.builder().store(store).workflow(waits).workflow(joins).start()) {
            engine.signal("shared", "go", "!");
            assertThat(engine.handle(joins, "joined-1").result(LIMIT)).isEqualTo("mine!");
            Schedules.View view = engine.schedules().find("hourly").orElseThrow();
            assertThat(view.schedule()).isEqualTo(hourly);
            engine.signal(view.running().getFirst(), "go", "!");
            until("the schedule has heard", () ->
                    engine.schedules().find("hourly").orElseThrow().running().isEmpty());
        }
    }

    @Test
    void b8_limits_go_along_and_what_took_too_long_meanwhile_is_cancelled() throws Exception {
        try (Store file = SqliteStore.open(directory.resolve("orders.db")); Client client = Client.connect(file)) {
            client.start(waits, StartOptions.id("slow").finishWithin(Duration.ofMillis(1)), "");
            client.start(waits, StartOptions.id("patient").finishWithin(Duration.ofDays(1)), "");
            client.start(waits, StartOptions.id("later").delay(Duration.ofDays(1)).startWithin(Duration.ofDays(2)), "");
        }
        assertThat(copy("limits").exit()).isZero();

        try (Store file = SqliteStore.open(directory.resolve("orders.db")); PostgresStore store = open("limits")) {
            for (String runId : List.of("patient", "later")) {
                UUID chain = file.find(runId).orElseThrow().chain();
                assertThat(store.limits(chain)).hasSize(1).isEqualTo(file.limits(chain));
            }
            try (Engine engine = start(store)) {
                until("the slow one has been stopped", () ->
                        engine.handle("slow").describe().status() == RunStatus.CANCELLED);
            }
        }
    }

    @Test
    void a_copy_of_nothing_and_a_copy_from_nowhere_say_so() {
        Tool nowhere = copy("empty");
        assertThat(nowhere.exit()).isEqualTo(1);
        assertThat(nowhere.err()).contains("there is no database file");
        SqliteStore.open(directory.resolve("orders.db")).close();
        assertThat(copy("empty").out()).isEqualTo("copied 0 runs\n");
        try (PostgresStore store = open("empty"); Client client = Client.connect(store)) {
            assertThat(client.count(RunFilter.all())).isZero();
        }
    }
}
