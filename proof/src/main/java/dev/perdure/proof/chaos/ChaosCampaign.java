// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.engine.Client;
import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.proof.Campaign;
import dev.perdure.proof.Findings;
import dev.perdure.proof.chaos.FaultLog.Kind;
import dev.perdure.proof.chaos.deeds.Queries;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Several processes over one PostgreSQL, and everything that can befall them: killed, paused, cut off, slowed down, the
 * database crashed or out of reach, clocks wrong by up to an hour, users' transactions held open. Now and then one of
 * them is closed in good order.
 *
 * <p>Runs also delegate: to activities in queues with limits, to somebody outside, to children; and schedules tick.
 *
 * <p>Proves X5, X7, X31, X36, X41, X43, X44, X47, X48, C2, C8, C9,
 * C11, C12, D6, D7, D9, E4, G2, G3, G4 and H3.
 */
@Command(name = "chaos", description = "Kills, pauses and cuts off the nodes of one PostgreSQL, and the database.")
public final class ChaosCampaign extends Campaign {

    private static final int CUSTOMERS_PER_DELEGATE = 20;

    /** The stores that several nodes can share. */
    enum Backend {
        POSTGRES
    }

    @Option(names = "--store", defaultValue = "postgres", description = "Which store: ${COMPLETION-CANDIDATES}.")
    private Backend store;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3",
            description = "How many processes. Without it: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "10",
            description = "How long faults come. Without it: ${DEFAULT-VALUE}.")
    private long minutes;

    @Option(names = "--lease", paramLabel = "MS", defaultValue = "5000",
            description = "How long a node may be silent, in milliseconds. Without it: ${DEFAULT-VALUE}.")
    private long lease;

    @Option(names = "--gap", paramLabel = "MS", defaultValue = "3800",
            description = "From one fault to the next, in milliseconds. Without it: ${DEFAULT-VALUE}.")
    private long gap;

    @Option(names = "--customers", paramLabel = "N", defaultValue = "200",
            description = "How many runs are open at once. Without it: ${DEFAULT-VALUE}.")
    private int customers;

    @Option(names = "--patience", paramLabel = "S", defaultValue = "90",
            description = "How long runs may take after the last fault, in seconds. Without it: ${DEFAULT-VALUE}.")
    private long patience;

    @Option(names = "--only", paramLabel = "KIND", split = ",",
            description = "Only these faults: ${COMPLETION-CANDIDATES}.")
    private Set<Kind> only = EnumSet.noneOf(Kind.class);

    @Option(names = "--keep", description = "Leaves what the processes have logged.")
    private boolean keep;

    @Option(names = "--broken", paramLabel = "FAULT", converter = Broken.FromText.class, hidden = true,
            defaultValue = "none")
    private Broken broken;

    /** Made by the command line. */
    public ChaosCampaign() {
    }

    @Override
    protected void look(long seed, Duration limit, Findings findings) throws Exception {
        Duration rage = limit.compareTo(Duration.ofMinutes(minutes)) < 0 ? limit : Duration.ofMinutes(minutes);
        Path directory = Files.createTempDirectory("perdure-chaos");
        try (PostgresServer server = PostgresServer.start()) {
            look(seed, rage, server, directory, findings);
        } finally {
            if (keep) {
                findings.progress("what the processes have logged is in " + directory);
            } else {
                delete(directory);
            }
        }
    }

    private void look(long seed, Duration rage, PostgresServer server, Path directory, Findings findings)
            throws Exception {
        Queries queries = new Queries(server.jdbcUrl(), lease);
        FaultLog log = new FaultLog();
        Place.Site site = new Place.Site(directory, server.port(), server.jdbcUrl(), lease, broken);
        List<Place> places = new ArrayList<>();
        try (PostgresStore own = PostgresStore.open(server.jdbcUrl() + "&ApplicationName=customers",
                PostgresOptions.defaults().lease(Duration.ofMillis(lease)));
                Client client = Client.connect(own)) {
            queries.run("setup");
            for (int i = 1; i <= nodes; i++) {
                places.add(new Place(i, site, log, findings));
            }
            Watch watch = new Watch(queries, findings, places, lease);
            Faults faults = new Faults(places, server, queries, watch,
                    new Faults.Chaos(seed, lease, only, log, findings));
            for (Place place : places) {
                place.start(faults.skew());
            }
            awaitReady(places);
            Customers people = new Customers(client, queries, findings);
            people.start(customers, new SplittableRandom(seed + 1));
            Delegates delegates = new Delegates(client, queries, findings);
            delegates.start(Math.ceilDiv(customers, CUSTOMERS_PER_DELEGATE));
            Ticks ticks = new Ticks(client, findings);
            ticks.start();
            Thread watching = watch.start();
            faults.rage(System.nanoTime() + rage.toNanos(), gap);
            awaitReady(places);
            people.close(Duration.ofSeconds(patience));
            delegates.close(Duration.ofSeconds(patience));
            ticks.close(Duration.ofSeconds(patience));
            watch.close();
            watching.join();
            watch.noteDeadlocks();
            report(log, people, watch, findings);
        } finally {
            for (Place place : places) {
                place.close();
            }
        }
        log.write(queries);
        Judge judge = new Judge(queries, findings, lease);
        judge.judge();
        judge.measure();
        findings.count("errors_logged", errors(places, findings));
    }

    /** However long it takes: a machine that is too slow for the campaign is no violation. */
    private static void awaitReady(List<Place> places) {
        while (!places.stream().allMatch(Place::isReady)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static void report(FaultLog log, Customers people, Watch watch, Findings findings) {
        findings.count("kills", log.count(Kind.KILL));
        findings.count("graceful_closes", log.count(Kind.CLOSE));
        findings.count("pauses", log.count(Kind.PAUSE, Kind.PAUSE_IN_BATCH));
        findings.count("pauses_in_batch", log.count(Kind.PAUSE_IN_BATCH));
        findings.count("cuts", log.count(Kind.CUT));
        findings.count("delays", log.count(Kind.DELAY));
        findings.count("restarts", log.count(Kind.RESTART));
        findings.count("outages", log.count(Kind.OUTAGE));
        findings.count("results", people.finished());
        findings.count("users_transactions", people.transactions());
        findings.count("outcomes_unknown", people.unknown());
        findings.count("snapshots", watch.snapshots());
        findings.count("deadlocks", watch.deadlocks());
        if (watch.deadlocks() > 0) {
            findings.violation("the database counted " + watch.deadlocks() + " deadlocks");
        }
    }

    /** What an engine logs as an error is a defect of its own, even if it did no harm. */
    private static long errors(List<Place> places, Findings findings) throws IOException {
        long errors = 0;
        for (Place place : places) {
            List<String> lines = Files.readAllLines(place.words());
            for (String line : lines) {
                if (line.contains(" ERROR ")) {
                    errors++;
                    findings.progress("logged: " + line);
                }
            }
        }
        return errors;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
