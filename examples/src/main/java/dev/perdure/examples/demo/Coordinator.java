// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunView;
import dev.perdure.examples.demo.shop.Checkout;
import dev.perdure.examples.demo.shop.Entry;
import dev.perdure.examples.demo.shop.Node;
import dev.perdure.examples.demo.shop.Order;
import dev.perdure.examples.demo.shop.Provider;
import dev.perdure.examples.demo.shop.Warehouse;
import dev.perdure.examples.demo.shop.WorkDirectory;
import dev.perdure.store.RunFilter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes, places the orders, kills nodes and starts them again, until every order has ended. One thread,
 * one loop: each round looks at the world and decides what is due.
 */
final class Coordinator implements AutoCloseable {

    private static final RunFilter CHECKOUTS = RunFilter.all().workflow(Checkout.CHECKOUT.name());
    private static final RunFilter ENDED = CHECKOUTS.status(RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED,
            RunStatus.TERMINATED);
    private static final RunFilter NOT_ENDED = CHECKOUTS.status(RunStatus.QUEUED, RunStatus.RUNNING,
            RunStatus.SUSPENDED,
            RunStatus.STUCK);

    /** What a process that was ended by SIGKILL leaves behind: 128 and the number of the signal. */
    static final int KILLED = 137;

    private static final int ROUND_MILLIS = 20;
    private static final int LONGEST_HESITATION_MILLIS = 200;
    private static final long PLACING_NANOS = Duration.ofMillis(1_000).toNanos();
    private static final long COUNTING_NANOS = Duration.ofMillis(200).toNanos();

    private final Plan plan;
    private final WorkDirectory directory;
    private final Backend.Site site;
    private final Client client;
    private final Screen screen;
    private final Pace pace;
    private final Random chance;
    private final RandomGenerator choice;
    private final Books books;
    private final TakeOvers takeOvers;
    private final Happened happened = new Happened();
    private final List<Child> children = new CopyOnWriteArrayList<>();
    private final long began = System.nanoTime();

    private @Nullable Nodes nodes;
    private @Nullable Child warehouse;
    private int stretch;
    private long stretchBegan = began;
    private int placed;
    private long killNotBefore = Long.MAX_VALUE;
    private long counted = began;
    private long ended;

    /**
     * What the user asked for.
     *
     * @param orders at least one
     * @param nodes how many share them
     * @param kills how often a node is killed
     * @param seed where the demo's own randomness comes from
     * @param forgetsKeys whether the provider ignores idempotency keys
     * @param pause the workflow's durable pause
     * @param patience after which the demo gives up
     */
    record Plan(List<Order> orders, int nodes, int kills, long seed, boolean forgetsKeys, Duration pause,
            Duration patience) {
    }

    Coordinator(Plan plan, WorkDirectory directory, Backend.Site site, Screen screen) {
        this.plan = plan;
        this.directory = directory;
        this.site = site;
        this.client = site.client();
        this.screen = screen;
        this.pace = new Pace(plan.orders().size(), plan.kills(), plan.seed());
        this.chance = new Random(plan.seed() + 1);
        this.choice = new SplittableRandom(plan.seed() + 2);
        this.books = new Books(directory);
        this.takeOvers = new TakeOvers(client, NOT_ENDED);
    }

    /** Runs until every order has ended and all nodes have stopped. */
    Happened run() throws DemoFailure, IOException, InterruptedException {
        startProcesses();
        enter(0);
        while (ended < plan.orders().size()) {
            books.look();
            placeOrders();
            if (stretch < plan.kills() && isKillDue()) {
                killNode();
                enter(stretch + 1);
            }
            tell(takeOvers.look());
            count();
            checkChildren();
            checkPatience();
            screen.progress(progress());
            TimeUnit.MILLISECONDS.sleep(ROUND_MILLIS);
        }
        tell(takeOvers.lookNow());
        nodes.stop();
        screen.say(String.format("%6.1f s  every order has ended; the %s asked to stop, and did", seconds(),
                nodes.count() == 1 ? "node was" : "nodes were"));
        return happened;
    }

    // ---- processes ----

    private void startProcesses() throws DemoFailure, InterruptedException {
        String path = directory.path().toString();
        String database = site.database().address();
        String seed = String.valueOf(plan.seed());
        Child provider = start("provider", Provider.class, path, seed,
                plan.forgetsKeys() ? "forgets-keys" : "honours-keys");
        warehouse = start("warehouse", Warehouse.class, path, database, seed);
        String pause = String.valueOf(plan.pause().toMillis());
        nodes = new Nodes(plan.nodes(), role -> start(role, Node.class, path, database, pause));
        await(() -> provider.isReady() && warehouse.isReady());
        nodes.work(provider.whenReady());
        // Of several, the first would have taken all the orders before the others were there.
        await(() -> nodes.count() == 1 || nodes.ready() == nodes.count());
    }

    private void await(BooleanSupplier condition) throws DemoFailure, InterruptedException {
        while (!condition.getAsBoolean()) {
            checkChildren();
            checkPatience();
            TimeUnit.MILLISECONDS.sleep(ROUND_MILLIS);
        }
    }

    private Child start(String role, Class<?> main, String... args) {
        Child child = Child.start(role, main, directory, happened::heard, args);
        children.add(child);
        return child;
    }

    private void checkChildren() throws DemoFailure {
        for (Child child : children) {
            if (!child.isAlive()) {
                throw new DemoFailure("The " + child.role() + " ended by itself with exit code " + child.exitCode()
                        + ", which it should not. The end of its log:\n" + child.lastWords());
            }
        }
    }

    // ---- orders ----

    private void enter(int next) {
        stretch = next;
        stretchBegan = System.nanoTime();
        killNotBefore = Long.MAX_VALUE;
        warehouse.tell("pack " + pace.packed(stretch));
    }

    /** Orders come in evenly over the first moments of a stretch, whether a node is alive or not. */
    private void placeOrders() {
        int before = stretch == 0 ? 0 : pace.placed(stretch - 1);
        int now = pace.placed(stretch);
        double share = Math.min(1.0, (double) (System.nanoTime() - stretchBegan) / PLACING_NANOS);
        int due = before + (int) Math.ceil((now - before) * share);
        while (placed < due) {
            Order order = plan.orders().get(placed);
            client.start(Checkout.CHECKOUT, StartOptions.id(order.id()).attribute("customer", order.customer()), order);
            placed++;
        }
    }

    private void count() throws DemoFailure {
        if (System.nanoTime() - counted < COUNTING_NANOS) {
            return;
        }
        counted = System.nanoTime();
        ended = client.count(ENDED);
        if (client.count(CHECKOUTS.status(RunStatus.STUCK)) > 0) {
            throw new DemoFailure("The engine refuses to go on with a run.\n"
                    + unfinished(CHECKOUTS.status(RunStatus.STUCK)));
        }
    }

    // ---- kills ----

    private boolean isKillDue() {
        long now = System.nanoTime();
        if (killNotBefore == Long.MAX_VALUE && nodes.canLoseOne() && books.effects() >= pace.killAt(stretch)) {
            // Not at the very moment of an effect, but anywhere around it.
            killNotBefore = now + TimeUnit.MILLISECONDS.toNanos(chance.nextInt(LONGEST_HESITATION_MILLIS));
        }
        return now >= killNotBefore;
    }

    private void killNode() throws DemoFailure, IOException, InterruptedException {
        checkChildren();
        Child node = nodes.choose(takeOvers.owners(), choice);
        UUID id = Nodes.idOf(node);
        long before = System.nanoTime();
        int code = node.kill();
        children.remove(node);
        if (code != KILLED && !System.getProperty("os.name").startsWith("Windows")) {
            throw new DemoFailure("The " + node.role() + " was to be killed, but ended with exit code " + code
                    + " instead of " + KILLED + ". The end of its log:\n" + node.lastWords());
        }
        Happened.Kill kill = new Happened.Kill(Instant.now(), seconds(), node.role(), node.pid(), code,
                client.count(NOT_ENDED));
        happened.killed(kill);
        String loss = site.hasTakeOvers() ? ", on " + node.role() + ": " + takeOvers.watch(kill, before, id) : "";
        screen.say(String.format("%6.1f s  kill -9 %d, exit code %d, orders in flight: %d%s", kill.seconds(),
                kill.pid(), code, kill.inFlight(), loss));
        nodes.replace(node);
    }

    private void tell(List<Happened.TakeOver> ended) {
        for (Happened.TakeOver takeOver : ended) {
            happened.tookOver(takeOver);
            if (!takeOver.orders().isEmpty()) {
                screen.say(String.format("%6.1f s  %s: its orders were taken over, %.2f s after the kill", seconds(),
                        takeOver.kill().node(), takeOver.took().toMillis() / 1e3));
            }
        }
    }

    // ---- the end ----

    private void checkPatience() throws DemoFailure {
        if (System.nanoTime() - began > plan.patience().toNanos()) {
            throw new DemoFailure("The demo gives up after " + plan.patience().toSeconds() + " s: "
                    + (plan.orders().size() - placed) + " of " + plan.orders().size() + " orders were not placed yet, "
                    + client.count(ENDED) + " have ended, " + happened.kills().size() + " of " + plan.kills()
                    + " kills were made.\n" + unfinished(NOT_ENDED)
                    + (nodes == null ? "No node was started." : nodes.lastWords()));
        }
    }

    private String unfinished(RunFilter filter) {
        StringBuilder text = new StringBuilder();
        for (RunView run : client.list(filter, 5).runs()) {
            text.append("    ").append(run.runId()).append(": ").append(client.handle(run.runId()).explain())
                    .append('\n');
        }
        return text.toString();
    }

    private String progress() {
        String up = nodes.count() > 1 ? "s " + nodes.ready() + "/" + nodes.count()
                : nodes.ready() == 1 ? " up  " : " down";
        return String.format("%6.1f s  node%s  %d/%d placed, %d charged, %d shipped, %d refunded, %d/%d kills",
                seconds(), up, placed, plan.orders().size(),
                books.count(Entry.Kind.CHARGED), books.count(Entry.Kind.SHIPPED), books.count(Entry.Kind.REFUNDED),
                happened.kills().size(), plan.kills());
    }

    private double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /**
     * Ends every process that is left. May be called from any thread, also from a shutdown hook, and more than once.
     */
    @Override
    public void close() {
        children.forEach(Child::end);
    }
}
