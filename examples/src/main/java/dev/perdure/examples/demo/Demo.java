// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.examples.demo.shop.OrderFile;
import dev.perdure.examples.demo.shop.WorkDirectory;
import dev.perdure.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./perdure demo}: reads the command line, lays the table, runs the {@link Coordinator}, tells and checks. */
@Command(name = "perdure demo", sortOptions = false, usageHelpWidth = 100,
        description = {
    "",
    "Runs a checkout workflow for every order of a file, and kills the process that runs them with SIGKILL while it "
    + "works; or any of several, which take over from each other through a PostgreSQL. At the end, the payment "
    + "provider's ledger and the files on disk must show that every order was charged, shipped and mailed exactly "
    + "once, or charged, refunded and never shipped.",
    ""}, footer = {
    "",
    "An order is a line of JSON; only these fields are needed:",
    "  {\"id\": \"order-1\", \"customer\": \"Ada Byron\", \"item\": \"Desk lamp\", \"amount\": 4990}",
    "",
    "Exit code: 0 if the check holds; 1 if not, or if the demo could not be carried out; 2 for a mistake in the "
    + "arguments."})
public final class Demo implements Callable<Integer> {

    private static final String SHIPPED_ORDERS = "/orders.jsonl";
    private static final int MOST_REJECTED_SHOWN = 20;

    @Parameters(arity = "0..1", paramLabel = "ORDERS.jsonl", description = "A file of orders, one JSON object a line. "
            + "Without it, 240 orders that come with the demo are used.")
    private @Nullable Path file;

    @Option(names = "--provider-forgets-keys", description = "The payment provider ignores idempotency keys. The check "
            + "must then fail: customers pay twice.")
    private boolean forgetsKeys;

    @Option(names = "--store", paramLabel = "sqlite|postgres", defaultValue = "sqlite", description = "Where the "
            + "orders are kept (default: ${DEFAULT-VALUE}). For postgres, the demo starts a PostgreSQL of its own.")
    private Backend store;

    @Option(names = "--nodes", paramLabel = "N", description = "How many processes share the orders. With postgres "
            + "from 1 to 9 (default: 3), with sqlite 1.")
    private @Nullable Integer wantedNodes;

    @Option(names = "--kills", paramLabel = "N", defaultValue = "5",
            description = "How often a node is killed (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--seed", paramLabel = "S", description = "Where the demo's own randomness comes from: when to "
            + "kill, "
            + "how to fail. The timing of processes remains their own.")
    private @Nullable Long seed;

    @Option(names = "--keep", paramLabel = "DIR", description = "Work in this directory, which must be empty or "
            + "absent, and keep everything but a PostgreSQL. Without it, the demo works in a temporary directory and "
            + "deletes it.")
    private @Nullable Path keep;

    @Option(names = "--pause-millis", paramLabel = "MS", defaultValue = "300",
            description = "The workflow's durable pause before shipping (default: ${DEFAULT-VALUE}).")
    private int pauseMillis;

    @Option(names = "--patience", paramLabel = "SECONDS", description = "Give up after this long and say why. "
            + "Without it: "
            + "two minutes, and more for more than 1,000 orders.")
    private @Nullable Integer patience;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    /**
     * Runs the demo.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Demo()).setCaseInsensitiveEnumValuesAllowed(true);
        return commandLine.setParameterExceptionHandler((mistake, args) -> {
            mistake.getCommandLine().getErr().println(mistake.getMessage() + "\nSee ./perdure demo --help");
            return CommandLine.ExitCode.USAGE;
        });
    }

    @Override
    public Integer call() throws Exception {
        check();
        OrderFile orders = readOrders();
        Screen screen = new Screen(spec.commandLine().getOut(), Screen.isTerminal());
        long began = System.nanoTime();
        long chosenSeed = seed != null ? seed : new Random().nextInt(1_000_000);
        WorkDirectory directory = new WorkDirectory(keep != null ? Files.createDirectories(keep.toAbsolutePath())
                : Files.createTempDirectory("perdure-demo-"));
        Files.createDirectories(directory.temporary());
        AtomicReference<@Nullable Coordinator> running = new AtomicReference<>();
        // However the demo ends, also by Ctrl-C: first the processes, then their directory.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> tidyUp(running.get(), directory), "demo-tidy-up"));
        screen.say(opening(orders, chosenSeed, directory));
        var plan = new Coordinator.Plan(orders.orders(), nodes(), kills, chosenSeed, forgetsKeys,
                Duration.ofMillis(pauseMillis), patience(orders));
        try (Backend.Site site = store.open(directory, screen);
                Coordinator coordinator = new Coordinator(plan, directory, site, screen)) {
            running.set(coordinator);
            Happened happened = coordinator.run();
            Report report = Report.of(orders.orders(), site.client(), directory, happened);
            Audit audit = Audit.of(orders.orders(), directory);
            screen.say("\n" + report.table(audit, forgetsKeys));
            report.takeOvers().ifPresent(screen::say);
            screen.say(report.journal());
            screen.say(Report.verdict(audit));
            screen.say(closing(audit, (System.nanoTime() - began) / 1e9));
            return audit.holds() ? 0 : 1;
        } catch (DemoFailure | IOException | UncheckedIOException | StoreException failure) {
            screen.say("\nThe demo could not be carried out, so it proves nothing.\n" + failure.getMessage());
            return 1;
        }
    }

    private void check() {
        if (kills < 0 || kills > 100) {
            throw new ParameterException(spec.commandLine(), "--kills is " + kills + ", but must be from 0 to 100");
        }
        checkNodes();
        if (pauseMillis < 0 || pauseMillis > 60_000) {
            throw new ParameterException(spec.commandLine(),
                    "--pause-millis is " + pauseMillis + ", but must be from 0 to 60000");
        }
        if (keep != null && Files.exists(keep)) {
            try (Stream<Path> content = Files.list(keep)) {
                if (content.findAny().isPresent()) {
                    throw new ParameterException(spec.commandLine(), "--keep " + keep + ": the directory is not empty. "
                            + "Name one that is empty or does not exist: another demo's books would spoil the check");
                }
            } catch (IOException unfit) {
                throw new ParameterException(spec.commandLine(), "--keep " + keep
                        + " is not a directory that can be read");
            }
        }
    }

    private void checkNodes() {
        if (nodes() > 1 && store.mostNodes() == 1) {
            throw new ParameterException(spec.commandLine(), "--nodes is " + nodes() + ", but a SQLite file has one "
                    + "engine, which locks it. For several nodes, say --store postgres");
        }
        if (nodes() < 1 || nodes() > store.mostNodes()) {
            throw new ParameterException(spec.commandLine(), "--nodes is " + nodes() + ", but must be "
                    + (store.mostNodes() == 1 ? "1" : "from 1 to " + store.mostNodes()));
        }
    }

    private int nodes() {
        return wantedNodes != null ? wantedNodes : store.usualNodes();
    }

    // ---- orders ----

    private OrderFile readOrders() {
        OrderFile orders = OrderFile.parse(file == null ? shippedLines() : userLines());
        PrintWriter err = spec.commandLine().getErr();
        for (OrderFile.Rejected bad : orders.rejected().stream().limit(MOST_REJECTED_SHOWN).toList()) {
            err.println(file + ", line " + bad.line() + ", skipped: " + bad.reason());
        }
        if (orders.rejected().size() > MOST_REJECTED_SHOWN) {
            err.println(file + ": and " + (orders.rejected().size() - MOST_REJECTED_SHOWN)
                    + " more lines were skipped");
        }
        err.flush();
        if (orders.orders().isEmpty()) {
            throw new ParameterException(spec.commandLine(), file + " has no order that can be used: "
                    + (orders.rejected().isEmpty() ? "it is empty" : "all " + orders.rejected().size()
                    + " lines are bad")
                    + ". Give a file with one JSON object a line, such as\n  {\"id\": \"order-1\", \"customer\": "
                    + "\"Ada Byron\", "
                    + "\"item\": \"Desk lamp\", \"amount\": 4990}");
        }
        return orders;
    }

    private static List<String> shippedLines() {
        try (InputStream in = Demo.class.getResourceAsStream(SHIPPED_ORDERS)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private List<String> userLines() {
        try {
            return Files.readString(file).lines().toList();
        } catch (MalformedInputException notText) {
            throw new ParameterException(spec.commandLine(), file + " is not text in UTF-8");
        } catch (IOException unreadable) {
            throw new ParameterException(spec.commandLine(), "cannot read the orders file " + file + ": "
                    + (Files.exists(file) ? unreadable.getMessage() : "there is no such file"));
        }
    }

    // ---- telling ----

    private String opening(OrderFile orders, long chosenSeed, WorkDirectory directory) {
        return String.format("""
                Perdure demo: %,d orders, %s

                %s  provider    takes payments over HTTP; fails, loses answers, is slow;
                              %s
                  warehouse   signals "packed" or "out-of-stock" through %s

                %s
                Seed %d, directory %s
                """, orders.orders().size(), store.headline(nodes(), kills), store.cast(nodes()),
                forgetsKeys ? "FORGETS idempotency keys" : "knows an idempotency key again", store.medium(),
                store.stage(nodes()), chosenSeed, directory.path());
    }

    private String closing(Audit audit, double seconds) {
        if (audit.holds()) {
            return String.format("The check holds: nothing was lost, nothing happened twice. %.1f s%s", seconds,
                    keep != null ? "; see " + keep : "");
        }
        return String.format("The check FAILED. %.1f s%n%s", seconds, forgetsKeys
                ? "This was to be expected: a repeated request is harmless only if the other side knows its key again."
                : "This is a bug. Run it again with --keep DIR and look at the files.");
    }

    private Duration patience(OrderFile orders) {
        return Duration.ofSeconds(patience != null ? patience : Math.max(120, 60 + orders.orders().size() / 16));
    }

    private void tidyUp(@Nullable Coordinator coordinator, WorkDirectory directory) {
        if (coordinator != null) {
            coordinator.close();
        }
        Path litter = keep != null ? directory.temporary() : directory.path();
        if (!Files.exists(litter)) {
            return;
        }
        try (Stream<Path> all = Files.walk(litter)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException busy) {
            System.err.println("could not delete " + litter + ": " + busy.getMessage());
        }
    }
}
