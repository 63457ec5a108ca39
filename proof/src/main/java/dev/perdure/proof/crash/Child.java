// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.proof.crash.FaultyStore.Fault;
import dev.perdure.proof.crash.place.Place;
import dev.perdure.proof.world.OneThread;
import dev.perdure.store.SqlStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The process that is killed. It reads lives from its standard input, one to a line, lives them, and tells how they
 * ended on its standard output. A life that is to be killed ends with {@code reached}, and so does this process.
 */
final class Child {

    private static final int MANY = 1_000_000;

    /**
     * One life of the engine.
     *
     * @param place with what the lives before have left
     * @param number which life of this place, counted from 1
     * @param seed decides who moves when
     * @param clock what the clock says when it begins, in milliseconds since 1970
     * @param end where it is killed
     * @param fault what is wrong with it
     */
    record Life(Place place, int number, long seed, long clock, KillPoint end, Fault fault) {

        static Life parse(String line) {
            String[] parts = line.split("\t");
            return new Life(Place.parse(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]), KillPoint.parse(parts[4]), Fault.valueOf(parts[5]));
        }

        String line() {
            return place.line() + "\t" + number + "\t" + seed + "\t" + clock + "\t" + end + "\t" + fault.name();
        }
    }

    private final PrintStream parent;

    private Child(PrintStream parent) {
        this.parent = parent;
    }

    /** Ends when its standard input does. */
    public static void main(String... none) throws IOException, SQLException {
        BufferedReader lives = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Child child = new Child(System.out);
        for (String line = lives.readLine(); line != null; line = lives.readLine()) {
            child.live(Life.parse(line));
        }
    }

    private void live(Life life) throws IOException, SQLException {
        try (Place place = life.place()) {
            Facts.read(place, life.number()).forEach(fact -> parent.println("fact " + fact));
            OneThread world = new OneThread(life.seed() * MANY + life.number(), life.clock());
            Mortal mortal = new Mortal(life.end(), parent, world);
            Effects effects = new Effects(place.directory(), life.number(), mortal, world);
            Books books = new Books(place, mortal, world);
            Program program = new Program(effects, books);
            Map<String, String> outcomes = new TreeMap<>();
            try (SqlStore real = place.open()) {
                books.open();
                FaultyStore store = new FaultyStore(real, world, mortal, life.fault(), effects);
                world.run(() -> outcomes.putAll(
                        new Customers(() -> program.open(store, world), world, program, books).serve()));
            }
            outcomes.forEach((run, outcome) -> parent.println("outcome " + run + " " + outcome));
            books.all().forEach(deed -> parent.println("deed " + deed));
            parent.println("ended " + mortal.calls() + " " + mortal.effects() + " " + mortal.story());
            parent.flush();
        }
    }
}
