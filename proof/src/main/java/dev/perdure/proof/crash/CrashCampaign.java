// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.proof.Campaign;
import dev.perdure.proof.Findings;
import dev.perdure.proof.crash.FaultyStore.Fault;
import dev.perdure.proof.crash.KillPoint.Side;
import dev.perdure.proof.crash.place.FilePlace;
import dev.perdure.proof.crash.place.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Kills the engine's process before and after each store call and each commit of a transaction, and within each effect,
 * and looks whether the next life makes good what the first left. At some points, drawn by the seed, the second life is
 * killed as well, somewhere.
 *
 * <p>Proves X2, X9, X25, X46, A1, B3, C4, C5, C11 and D4.
 */
@Command(name = "crash", description = "Kills the engine before and after each store call and within each effect.")
public final class CrashCampaign extends Campaign {

    /** Later than any clock of today, so that nothing can take the machine's clock for the world's unnoticed. */
    static final long BEGINNING = 4_102_444_800_000L;

    private static final int ENOUGH_VIOLATIONS = 10;
    private static final int LONGEST_CALL = 200;
    private static final int SECOND_KILL_ONE_IN = 4;

    /** The durable stores. */
    enum Backend {
        SQLITE,
        POSTGRES
    }

    @Option(names = "--store", defaultValue = "sqlite", description = "Which store: ${COMPLETION-CANDIDATES}.")
    private Backend store;

    @Option(names = "--points", paramLabel = "N", defaultValue = "2147483647",
            description = "Visits no more points than that, drawn by the seed.")
    private int most;

    @Option(names = "--point", paramLabel = "SIDE:N", converter = KillPoint.FromText.class,
            description = "Visits this point alone: before:N, after:N (a store call), effect:N.")
    private @Nullable KillPoint only;

    @Option(names = "--calls", paramLabel = "TEXT", defaultValue = "",
            description = "Visits only calls that contain this, for example StepScheduled, and no effects.")
    private String calls;

    @Option(names = "--until-found", description = "Stops at the first violation.")
    private boolean untilFound;

    @Option(names = "--broken", paramLabel = "FAULT", converter = Fault.FromText.class, hidden = true,
            defaultValue = "none")
    private Fault fault;

    private final Map<Side, Integer> visited = new EnumMap<>(Side.class);
    private int kills;

    /** Made by the command line. */
    public CrashCampaign() {
    }

    @Override
    protected void look(long seed, Duration limit, Findings findings) throws Exception {
        long until = System.nanoTime() + limit.toNanos();
        Path directory = Files.createTempDirectory("perdure-crash");
        try (PostgresServer server = store == Backend.POSTGRES ? PostgresServer.start() : null;
                Hospital hospital = new Hospital(directory, server)) {
            Visit visit = firstLives(hospital, seed, findings);
            List<KillPoint> points = points(visit, seed);
            findings.progress(points.size() + " points in " + visit.peaceful.calls.size() + " store calls and "
                    + visit.peaceful.effects + " effects");
            int done = 0;
            for (KillPoint point : points) {
                if (System.nanoTime() - until > 0 || findings.violations() >= (untilFound ? 1 : ENOUGH_VIOLATIONS)) {
                    break;
                }
                visit(hospital, visit, point, findings);
                if (++done % 50 == 0) {
                    findings.progress(done + " of " + points.size() + " points");
                }
            }
            findings.count("points_before", visited.getOrDefault(Side.BEFORE, 0));
            findings.count("points_after", visited.getOrDefault(Side.AFTER, 0));
            findings.count("points_in_effects", visited.getOrDefault(Side.EFFECT, 0));
            findings.count("points_left", (long) points.size() - done);
            findings.count("kills", kills);
        } finally {
            FilePlace.delete(directory);
        }
    }

    /** What all visits have in common: how it is without a kill. */
    private record Visit(long seed, ChildProcess.Told peaceful, Judge judge) {
    }

    /** Lives twice in peace, in two processes: if these differ, the numbers of the calls mean nothing. */
    private Visit firstLives(Hospital hospital, long seed, Findings findings) throws Exception {
        List<ChildProcess.Told> both = new ArrayList<>();
        List<Effects.Line> happened = List.of();
        try (ChildProcess newcomer = hospital.newcomer()) {
            for (ChildProcess process : List.of(newcomer, hospital.survivor())) {
                Place place = hospital.place();
                both.add(process.live(new Child.Life(place, 1, seed, BEGINNING, KillPoint.NONE, fault)));
                happened = Effects.readAll(place.directory());
                place.clear();
            }
        }
        ChildProcess.Told first = both.get(0);
        ChildProcess.Told second = both.get(1);
        if (!first.calls.equals(second.calls) || !first.outcomes.equals(second.outcomes)) {
            findings.violation("two lives without a kill from seed " + seed + " are not the same; they differ first at "
                    + firstDifference(first.calls, second.calls));
        }
        return new Visit(seed, first, new Judge(first, happened));
    }

    private static String firstDifference(List<String> one, List<String> other) {
        int call = 0;
        while (call < one.size() && call < other.size() && one.get(call).equals(other.get(call))) {
            call++;
        }
        return "call " + (call + 1) + ": " + (call < one.size() ? one.get(call) : "none") + " and "
                + (call < other.size() ? other.get(call) : "none");
    }

    private List<KillPoint> points(Visit visit, long seed) {
        if (only != null) {
            return List.of(only);
        }
        List<KillPoint> points = new ArrayList<>();
        for (int call = 1; call <= visit.peaceful.calls.size(); call++) {
            if (visit.peaceful.calls.get(call - 1).contains(calls)) {
                points.add(new KillPoint(Side.BEFORE, call));
                points.add(new KillPoint(Side.AFTER, call));
            }
        }
        for (int effect = 1; calls.isEmpty() && effect <= visit.peaceful.effects; effect++) {
            points.add(new KillPoint(Side.EFFECT, effect));
        }
        Collections.shuffle(points, new Random(seed));
        return points.subList(0, Math.min(most, points.size()));
    }

    /** One point: a life that ends there, perhaps another that ends somewhere, and one that has to make it good. */
    private void visit(Hospital hospital, Visit visit, KillPoint point, Findings findings) throws Exception {
        Place place = hospital.place();
        List<ChildProcess.Told> lives = new ArrayList<>();
        List<KillPoint> ends = new ArrayList<>(List.of(point));
        // Not Random, whose first numbers are alike for seeds that are.
        SplittableRandom chance = new SplittableRandom(visit.seed * 31 + point.toString().hashCode());
        try {
            lives.add(killed(hospital, new Child.Life(place, 1, visit.seed, BEGINNING, point, fault)));
            if (!lives.getFirst().killed) {
                findings.violation("seed " + visit.seed + ": a life ended without coming to " + point);
                return;
            }
            compareStories(visit, point, lives.getFirst(), findings);
            if (chance.nextInt(SECOND_KILL_ONE_IN) == 0) {
                KillPoint second = new KillPoint(Side.values()[1 + chance.nextInt(3)],
                        1 + chance.nextInt(visit.peaceful.effects));
                ends.add(second);
                lives.add(killed(hospital, next(place, visit, lives, second)));
            }
            if (lives.getLast().killed) {
                lives.add(hospital.survivor().live(next(place, visit, lives, KillPoint.NONE)));
            }
            List<String> wrong = visit.judge.judge(lives, Effects.readAll(place.directory()));
            if (!wrong.isEmpty()) {
                findings.violation("killed at " + ends + ": " + String.join("; ", wrong) + ". The first point is "
                        + describe(visit, point) + ". Repeat: --seed " + visit.seed + " --point " + point);
            }
        } catch (IOException gone) {
            hospital.mourn();
            findings.violation("killed at " + ends + ", seed " + visit.seed + ": " + gone.getMessage());
        }
        place.clear();
    }

    private Child.Life next(Place place, Visit visit, List<ChildProcess.Told> lives, KillPoint end) {
        return new Child.Life(place, lives.size() + 1, visit.seed, lives.getLast().clock + 1, end, fault);
    }

    private ChildProcess.Told killed(Hospital hospital, Child.Life life) throws IOException, InterruptedException {
        try (ChildProcess process = hospital.newcomer()) {
            ChildProcess.Told told = process.live(life);
            if (told.killed) {
                kills++;
                if (life.number() == 1) {
                    visited.merge(life.end().side(), 1, Integer::sum);
                }
            }
            return told;
        }
    }

    /** The call at which it was killed must be the call that has this number in peace. */
    private static void compareStories(Visit visit, KillPoint point, ChildProcess.Told told, Findings findings) {
        if (point.side() != Side.EFFECT && !visit.peaceful.calls.get(point.number() - 1).startsWith(told.story + " ")) {
            findings.violation("seed " + visit.seed + ": call " + point + " is not the call of this number in a life "
                    + "without a kill");
        }
    }

    private static String describe(Visit visit, KillPoint point) {
        if (point.side() == Side.EFFECT) {
            return point.toString();
        }
        String call = visit.peaceful.calls.get(point.number() - 1);
        return point + ", " + call.substring(call.indexOf(' ') + 1, Math.min(call.length(), LONGEST_CALL));
    }
}
