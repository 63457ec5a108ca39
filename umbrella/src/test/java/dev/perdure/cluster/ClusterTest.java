// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunView;
import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import dev.perdure.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several engines on one PostgreSQL, in real time, each with a line of its own to the server. */
@Timeout(180)
class ClusterTest {

    private static final PostgresServer SERVER = PostgresServer.start();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(2);

    /** An engine with its store, its pool and its line. */
    private record Node(Engine engine, PostgresStore store, HikariDataSource pool, Line line) {

        void close() {
            engine.close(Duration.ofSeconds(1));
            store.close();
            pool.close();
            line.close();
        }
    }

    private final String schema = "cluster " + SCHEMAS.incrementAndGet();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
    private PostgresOptions options = PostgresOptions.defaults().schema(schema).lease(LEASE);

    /** Charges, waits for a signal, then ships. */
    private final Workflow.Implemented<String, String> order = Workflow.of("order", String.class, String.class,
            (ctx, input) -> {
                String charge = ctx.step("charge", String.class, step -> happened("charge " + step.runId()));
                String go = ctx.signals("go", String.class).receive();
                return charge + " " + ctx.step("ship", String.class, step -> happened("ship " + step.runId())) + go;
            });

    private String happened(String what) {
        return what.split(" ")[0] + effects.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
    }

    private Node start(Workflow.Implemented<?, ?>... workflows) {
        return start(World.real(), workflows);
    }

    private Node start(World world, Workflow.Implemented<?, ?>... workflows) {
        Line line = new Line(SERVER.port());
        HikariDataSource pool = line.pool(SERVER.jdbcUrl().replace(":" + SERVER.port() + "/", ":" + line.port() + "/"));
        PostgresStore store = PostgresStore.open(pool, options);
        var builder = Engine.builder().store(store).world(world);
        for (Workflow.Implemented<?, ?> workflow : workflows) {
            builder.workflow(workflow);
        }
        Node node = new Node(builder.start(), store, pool, line);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> node.line().release());
        nodes.forEach(node -> node.line().mend());
        nodes.forEach(Node::close);
    }

    private static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        CountDownLatch nothing = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("in time: " + what).isNegative();
            try {
                nothing.await(10, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    private static boolean waits(Client client, String runId) {
        return client.handle(runId).describe().status() == RunStatus.SUSPENDED;
    }

    private static UUID ownerOf(Client client, String runId) {
        return client.handle(runId).describe().owner().orElse(null);
    }

    @Test
    void x5_x36_g3_the_runs_of_a_node_that_is_gone_are_resumed_by_another_and_nobody_calls_anything() {
        Node gone = start(order);
        for (int i = 0; i < 20; i++) {
            gone.engine().start(order, "order-" + i, "");
        }
        for (int i = 0; i < 20; i++) {
            String runId = "order-" + i;
            until(runId + " waits", () -> waits(gone.engine(), runId));
        }
        Node other = start(order);
        gone.line().cut();
        for (int i = 0; i < 20; i++) {
            other.engine().signal("order-" + i, "go", "!");
        }
        for (int i = 0; i < 20; i++) {
            RunHandle<String> run = other.engine().handle(order, "order-" + i);
            assertThat(run.result(LIMIT)).isEqualTo("charge1 ship1!");
        }
        assertThat(effects.values()).as("each once").allMatch(count -> count.get() == 1);
    }

    @Test
    void d6_d7_runs_of_one_node_signal_and_tell_runs_of_another_and_of_one_that_is_gone() {
        Workflow.Implemented<String, String> hear = Workflow.of("hear", String.class, String.class, (ctx, input) ->
                ctx.signals("go", String.class).receive() + ctx.awaitEvent("told by " + input, String.class));
        Workflow.Implemented<String, String> tell = Workflow.of("tell", String.class, String.class, (ctx, to) -> {
            ctx.signal(to, "go", "signal ");
            ctx.emitEvent("told by " + ctx.info().runId(), "event");
            return "told";
        });
        Node hears = start(hear);
        Node tells = start(tell);
        for (int i = 0; i < 10; i++) {
            hears.engine().start(hear, "hear-" + i, "tell-" + i);
            String runId = "hear-" + i;
            until(runId + " waits", () -> waits(hears.engine(), runId));
        }
        for (int i = 0; i < 10; i++) {
            if (i == 5) {
                hears.line().cut();
                start(hear);
            }
            assertThat(tells.engine().start(tell, "tell-" + i, "hear-" + i).result(LIMIT)).isEqualTo("told");
        }
        for (int i = 0; i < 10; i++) {
            RunHandle<String> run = tells.engine().handle(hear, "hear-" + i);
            assertThat(run.result(LIMIT)).isEqualTo("signal event");
        }
    }

    @Test
    void x31_g4_a_node_that_was_taken_over_lands_nothing_and_goes_on_as_a_new_one() {
        CountDownLatch paused = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> slow = Workflow.of("slow", String.class, String.class,
                (ctx, input) -> ctx.step("a", String.class, step -> {
                    int body = bodies.incrementAndGet();
                    if (body == 1) {
                        begun.countDown();
                        awaitUninterruptibly(paused);
                    }
                    return "body " + body;
                }));
        Node first = start(slow, order);
        UUID before = first.engine().nodeId();
        first.engine().start(slow, "slow-1", "");
        awaitUninterruptibly(begun);
        Node second = start(slow, order);
        first.line().hold();
        assertThat(second.engine().handle(slow, "slow-1").result(LIMIT)).isEqualTo("body 2");
        paused.countDown();
        first.line().release();

        until("it has joined anew", () -> !first.engine().nodeId().equals(before));
        assertThat(second.engine().handle(slow, "slow-1").result(LIMIT)).isEqualTo("body 2");
        assertThat(second.engine().handle("slow-1").journal().toString()).doesNotContain("body 1");
        RunHandle<String> next = first.engine().start(order, "order-1", "");
        next.signal("go", "!");
        assertThat(next.result(LIMIT)).as("it works as a new node").isEqualTo("charge1 ship1!");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                done = latch.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException again) {
                // The body takes no notice, as bodies do.
            }
        }
    }

    @Test
    void x48_after_an_outage_longer_than_the_lease_nobody_is_taken_over_who_lives() {
        List<Node> three = List.of(start(order), start(order), start(order));
        List<UUID> ids = three.stream().map(node -> node.engine().nodeId()).toList();
        for (Node node : three) {
            RunHandle<String> run = node.engine().start(order, "order-" + node.engine().nodeId(), "");
            until("it waits", () -> waits(node.engine(), run.runId()));
        }
        three.forEach(node -> node.line().cut());
        CountDownLatch nothing = new CountDownLatch(1);
        try {
            nothing.await(LEASE.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        three.forEach(node -> node.line().mend());
        for (int i = 0; i < 3; i++) {
            Engine engine = three.get(i).engine();
            String runId = "order-" + ids.get(i);
            until("the store is back for " + runId, () -> {
                try {
                    engine.signal(runId, "go", "!", "once");
                    return true;
                } catch (StoreException away) {
                    return false;
                }
            });
            assertThat(engine.handle(order, runId).result(LIMIT)).isEqualTo("charge1 ship1!");
        }
        assertThat(three.stream().map(node -> node.engine().nodeId()).toList()).isEqualTo(ids);
        assertThat(three.getFirst().engine().list(RunFilter.all(), 10).runs()).extracting(RunView::recoveries)
                .containsOnly(0);
    }

    @Test
    void g6_d8_i1_signals_results_and_published_values_pass_between_nodes() {
        passesBetweenNodes();
    }

    @Test
    void g6_without_notifications_it_only_takes_longer() {
        options = options.notifications(false);
        passesBetweenNodes();
    }

    private void passesBetweenNodes() {
        Workflow.Implemented<String, String> told = Workflow.of("told", String.class, String.class, (ctx, input) -> {
            ctx.publish("state", "waiting");
            return ctx.signals("go", String.class).receive();
        });
        Node owner = start(told);
        Node other = start(order);
        owner.engine().start(told, "told-1", "");
        until("it waits", () -> waits(other.engine(), "told-1"));
        try (Client client = Client.connect(other.store())) {
            RunHandle<?> run = client.handle("told-1");
            assertThat(run.read("state", String.class)).contains("waiting");
            var result = client.handle(told, "told-1").resultAsync();
            client.signal("told-1", "go", "!");
            assertThat(result.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo("!");
        }
    }

    @Test
    void f5_g2_a_run_is_taken_by_the_node_that_knows_its_workflow() {
        Node stranger = start(order);
        try (Client client = Client.connect(stranger.store())) {
            client.start("other", StartOptions.id("other-1"), Payload.NONE);
        }
        Workflow.Implemented<String, String> other = Workflow.of("other", String.class, String.class,
                (ctx, input) -> "done by the one that knows");
        Node knows = start(other);
        assertThat(stranger.engine().handle("other-1").resultAsync().orTimeout(60, TimeUnit.SECONDS).join())
                .isNotNull();
        assertThat(knows.engine().handle(other, "other-1").result(LIMIT)).isEqualTo("done by the one that knows");
    }

    @Test
    void f2_g3_a_node_that_closes_hands_its_runs_over_at_once_and_costs_them_nothing() {
        Node closing = start(order);
        Node other = start(order);
        closing.engine().start(order, "order-1", "");
        until("it waits", () -> waits(other.engine(), "order-1"));
        closing.engine().close(Duration.ofSeconds(5));
        until("it is another's or nobody's", () -> !closing.engine().nodeId()
                .equals(ownerOf(other.engine(), "order-1")));
        other.engine().signal("order-1", "go", "!");
        assertThat(other.engine().handle(order, "order-1").result(LIMIT)).isEqualTo("charge1 ship1!");
        assertThat(other.engine().handle("order-1").describe().recoveries()).isZero();
    }

    @Test
    void x47_d1_nodes_whose_clocks_differ_by_an_hour_go_by_one_and_time_in_a_run_never_runs_backwards() {
        Workflow.Implemented<String, String> times = Workflow.of("times", String.class, String.class,
                (ctx, input) -> {
                    List<Long> seen = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        seen.add(ctx.now().toEpochMilli());
                        ctx.sleep(Duration.ofMillis(100));
                        ctx.signals("go", String.class).receive();
                    }
                    return seen.stream().map(String::valueOf).collect(Collectors.joining(" "));
                });
        Node fast = start(new SkewedWorld(Duration.ofHours(1)), times);
        Instant before = Instant.now();
        RunHandle<String> run = fast.engine().start(times, "times-1", "");
        run.signal("go", "1");
        run.signal("go", "2");
        until("half of it is done", () -> waits(fast.engine(), "times-1"));
        Node slow = start(new SkewedWorld(Duration.ofHours(-1)), times);
        fast.engine().close(Duration.ofSeconds(5));
        slow.engine().signal("times-1", "go", "3");
        slow.engine().signal("times-1", "go", "4");
        List<Long> seen = Arrays.stream(slow.engine().handle(times, "times-1").result(LIMIT).split(" "))
                .map(Long::valueOf).toList();
        assertThat(seen).isSorted();
        assertThat(Instant.ofEpochMilli(seen.getFirst())).isBetween(before.minusSeconds(60),
                Instant.now().plusSeconds(60));
        assertThat(seen.getLast() - seen.getFirst()).isLessThan(LIMIT.toMillis());
    }

    @Test
    void d9_each_tick_has_one_run_though_three_nodes_with_wrong_clocks_look_and_the_one_that_keeps_it_dies() {
        Workflow.Implemented<String, String> beat = Workflow.of("beat", String.class, String.class,
                (ctx, input) -> Schedule.tickOf(ctx.info()).orElseThrow().toString());
        Node first = start(new SkewedWorld(Duration.ofMinutes(30)), beat);
        Node second = start(new SkewedWorld(Duration.ofMinutes(-30)), beat);
        Node third = start(beat);
        Schedule schedule = Schedule.every("pulse", Duration.ofSeconds(1)).overlap(Schedule.Overlap.QUEUE_ALL);
        Stream.of(first, second, third).parallel().forEach(node ->
                node.engine().schedules().put(schedule, beat, ""));
        List<Node> alive = new ArrayList<>(List.of(first, second, third));
        while (alive.size() > 1) {
            awaitTicks(alive.getFirst().engine());
            List<Node> owners = new ArrayList<>();
            until("one of them keeps it", () -> {
                UUID owner = ownerOf(alive.getFirst().engine(), "perdure.schedule:pulse");
                alive.stream().filter(node -> node.engine().nodeId().equals(owner)).forEach(owners::add);
                return !owners.isEmpty();
            });
            owners.getFirst().line().cut();
            alive.remove(owners.getFirst());
        }
        Engine last = alive.getFirst().engine();
        awaitTicks(last);
        last.schedules().delete("pulse");

        List<String> ids = ticks(last);
        assertThat(ids).doesNotHaveDuplicates();
        Instant begun = Instant.parse(ids.getFirst().substring("pulse:".length()));
        for (int i = 0; i < ids.size(); i++) {
            assertThat(ids.get(i)).as("no tick is left out").isEqualTo(schedule.runId(begun.plusSeconds(i)));
            assertThat(last.handle(beat, ids.get(i)).result(LIMIT))
                    .isEqualTo(begun.plusSeconds(i).toString());
        }
    }

    private static void awaitTicks(Client client) {
        int before = ticks(client).size();
        until("it goes on ticking", () -> ticks(client).size() > before + 2);
    }

    /** The ids of the runs of a schedule, oldest first. */
    private static List<String> ticks(Client client) {
        return client.list(RunFilter.all().workflow("beat"), 1_000).runs().reversed().stream().map(RunView::runId)
                .toList();
    }

    @Test
    void x1_a_crash_of_the_server_itself_loses_nothing() {
        Node node = start(order);
        Node other = start(order);
        for (int i = 0; i < 10; i++) {
            (i % 2 == 0 ? node : other).engine().start(order, "order-" + i, "");
        }
        until("all wait", () -> node.engine().count(RunFilter.all().status(RunStatus.SUSPENDED)) == 10);
        List<RunHandle<String>> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(other.engine().handle(order, "order-" + i));
        }
        SERVER.stopImmediately();
        SERVER.startAgain();
        for (RunHandle<String> run : runs) {
            String runId = run.runId();
            until("the store is back for " + runId, () -> {
                try {
                    node.engine().signal(runId, "go", "!", "once");
                    return true;
                } catch (StoreException away) {
                    return false;
                }
            });
            assertThat(run.result(LIMIT)).isEqualTo("charge1 ship1!");
        }
    }
}
