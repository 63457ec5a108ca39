// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.proof.Findings;
import dev.perdure.proof.chaos.FaultLog.Kind;
import dev.perdure.proof.chaos.deeds.Queries;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Decides by the seed what befalls whom, and does it. Faults overlap, but one node is always left alone: somebody must
 * be there to take over, except while the database is out of everybody's reach.
 */
final class Faults {

    private static final long LARGEST_SKEW_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final int TRIES_FOR_A_BATCH = 60;
    /** The first round may take so much longer than it should. */
    private static final long LATE_NANOS = TimeUnit.MINUTES.toNanos(2);
    /** Of the faults that come in rounds. */
    private static final int KILLS = 7;
    private static final int PAUSES = 3;
    private static final int CUTS = 3;
    private static final int OUTAGE_EVERY = 3;
    private static final int LONG_CUT_ONE_IN = 3;

    private final List<Place> places;
    private final PostgresServer server;
    private final Queries queries;
    private final FaultLog log;
    private final Findings findings;
    private final long lease;
    private final Set<Kind> only;
    private final SplittableRandom chance;
    private final List<Thread> underWay = new ArrayList<>();
    private final Watch watch;

    Faults(List<Place> places, PostgresServer server, Queries queries, Watch watch, Chaos chaos) {
        this.places = places;
        this.server = server;
        this.queries = queries;
        this.watch = watch;
        this.log = chaos.log();
        this.findings = chaos.findings();
        this.lease = chaos.leaseMillis();
        this.only = chaos.only();
        this.chance = new SplittableRandom(chaos.seed());
    }

    /**
     * What a campaign is about.
     *
     * @param seed decides what befalls whom
     * @param leaseMillis how long a node may be silent
     * @param only the faults that come; all if it is empty
     * @param log takes what befell whom
     * @param findings takes what was violated
     */
    record Chaos(long seed, long leaseMillis, Set<Kind> only, FaultLog log, Findings findings) {
    }

    /** How wrong the next process's clock is: up to an hour, either way. */
    long skew() {
        return chance.nextLong(-LARGEST_SKEW_MILLIS, LARGEST_SKEW_MILLIS);
    }

    /**
     * Goes on until then, a fault each time the gap is over, or later if nobody could be spared. The first round, which
     * has a fault of each kind, is played to its end, however slow the machine.
     */
    void rage(long untilNanos, long gapMillis) throws InterruptedException {
        long next = System.nanoTime();
        for (int round = 0; System.nanoTime() - untilNanos < 0; round++) {
            List<Kind> kinds = round(round);
            long latest = round == 0 ? untilNanos + LATE_NANOS : untilNanos;
            if (kinds.isEmpty()) {
                // Some kinds are not of every round.
                next += TimeUnit.MILLISECONDS.toNanos(gapMillis);
                LockSupport.parkNanos(next - System.nanoTime());
            }
            for (Kind kind : kinds) {
                next += TimeUnit.MILLISECONDS.toNanos(gapMillis);
                LockSupport.parkNanos(next - System.nanoTime());
                if (System.nanoTime() - latest > 0) {
                    break;
                }
                befall(kind, latest);
            }
        }
        for (Thread each : underWay) {
            each.join();
        }
    }

    private List<Kind> round(int number) {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.DELAY, Kind.RESTART, Kind.CLOSE));
        kinds.addAll(Collections.nCopies(KILLS, Kind.KILL));
        kinds.addAll(Collections.nCopies(PAUSES - 1, Kind.PAUSE_IN_BATCH));
        kinds.add(Kind.PAUSE);
        kinds.addAll(Collections.nCopies(CUTS, Kind.CUT));
        if (number % OUTAGE_EVERY == 0) {
            kinds.add(Kind.OUTAGE);
        }
        if (!only.isEmpty()) {
            kinds.removeIf(kind -> !only.contains(kind));
        }
        Collections.shuffle(kinds, new Random(chance.nextLong()));
        return kinds;
    }

    private void befall(Kind kind, long untilNanos) {
        SplittableRandom mine = chance.split();
        if (kind == Kind.RESTART || kind == Kind.OUTAGE) {
            start(kind.name(), () -> befallAll(kind, mine));
            return;
        }
        Place place = spare(mine, untilNanos);
        if (place != null) {
            start(kind + " of " + place.name(), () -> {
                befall(kind, place, mine);
                place.giveBack();
            });
        }
    }

    private interface Deed {
        void happen() throws Exception;
    }

    private void start(String what, Deed deed) {
        findings.progress(what);
        underWay.removeIf(thread -> !thread.isAlive());
        underWay.add(Thread.ofPlatform().daemon(true).name("chaos-fault").start(() -> {
            try {
                deed.happen();
            } catch (Exception failed) {
                findings.violation("the campaign broke at " + what + ": " + failed);
            }
        }));
    }

    /** Takes one of the places of which another is left, and waits for that; null if it is too late. */
    private Place spare(SplittableRandom mine, long untilNanos) {
        while (System.nanoTime() - untilNanos < 0) {
            List<Place> well = places.stream().filter(Place::isWell).toList();
            if (well.size() >= Math.min(2, places.size())) {
                Place place = well.get(mine.nextInt(well.size()));
                if (place.take()) {
                    return place;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return null;
    }

    private void befall(Kind kind, Place place, SplittableRandom mine) throws Exception {
        long began = System.currentTimeMillis();
        String name = place.name();
        switch (kind) {
            case KILL -> {
                place.kill();
                log.add(name, kind, began, began);
                rest(mine.nextInt(1_000));
                place.start(mine.nextLong(-LARGEST_SKEW_MILLIS, LARGEST_SKEW_MILLIS));
                return;
            }
            case CLOSE -> {
                if (!place.closeGracefully()) {
                    findings.violation("process " + name + " was asked to stop and did not");
                }
                log.add(name, kind, began, System.currentTimeMillis());
                rest(mine.nextInt(1_000));
                place.start(mine.nextLong(-LARGEST_SKEW_MILLIS, LARGEST_SKEW_MILLIS));
                return;
            }
            case CUT -> {
                place.wire().refuse();
                rest(mine.nextInt(LONG_CUT_ONE_IN) == 0 ? lease + mine.nextInt(3_000) : mine.nextInt(1_500));
                place.wire().admit();
            }
            case DELAY -> {
                place.wire().delay(50 + mine.nextInt(250));
                rest(3_000 + mine.nextInt(3_000));
                place.wire().delay(0);
            }
            default -> {
                pause(kind, place, lease + 1_000 + mine.nextInt(3_000));
                return;
            }
        }
        log.add(name, kind, began, System.currentTimeMillis());
    }

    private void pause(Kind wanted, Place place, long millis) throws IOException, InterruptedException {
        Process pause = wanted == Kind.PAUSE ? place.pause(millis) : pauseInBatch(place, millis);
        long began = System.currentTimeMillis();
        rest(100);
        Kind kind = isInBatch(place) ? Kind.PAUSE_IN_BATCH : Kind.PAUSE;
        pause.waitFor();
        log.add(place.name(), kind, began, System.currentTimeMillis());
    }

    /** Holds back what the node says until it is seen in the middle of a transaction, and stops it there. */
    private Process pauseInBatch(Place place, long millis) throws IOException {
        for (int i = 0; i < TRIES_FOR_A_BATCH; i++) {
            place.wire().hold(true);
            try {
                rest(8);
                if (isInBatch(place)) {
                    return place.pause(millis);
                }
            } finally {
                place.wire().hold(false);
            }
            rest(10);
        }
        return place.pause(millis);
    }

    private boolean isInBatch(Place place) {
        try (Connection connection = queries.connect()) {
            return !queries.run(connection, "in_batch", place.name()).isEmpty();
        } catch (SQLException away) {
            return false;
        }
    }

    private void befallAll(Kind kind, SplittableRandom mine) {
        watch.disturb(true);
        long began = System.currentTimeMillis();
        if (kind == Kind.RESTART) {
            watch.noteDeadlocks();
            server.stopImmediately();
            rest(mine.nextInt(1_000));
            server.startAgain();
        } else {
            places.forEach(place -> place.wire().refuse());
            rest(lease + 1_000 + mine.nextInt(3_000));
            places.forEach(place -> place.wire().admit());
        }
        log.add(FaultLog.ALL, kind, began, System.currentTimeMillis());
        watch.disturb(false);
    }

    private static void rest(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
