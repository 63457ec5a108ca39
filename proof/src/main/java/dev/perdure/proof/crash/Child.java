// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.engine.Engine;
import dev.perdure.proof.crash.FaultyStore.Fault;
import dev.perdure.store.sqlite.SqliteStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * @param directory the database, the effects, and nothing else of other lives
     * @param number which life of these files, counted from 1
     * @param seed decides who moves when
     * @param clock what the clock says when it begins, in milliseconds since 1970
     * @param end where it is killed
     * @param fault what is wrong with it
     */
    record Life(Path directory, int number, long seed, long clock, KillPoint end, Fault fault) {

        static Life parse(String line) {
            String[] parts = line.split("\t");
            return new Life(Path.of(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]), KillPoint.parse(parts[4]), Fault.valueOf(parts[5]));
        }

        String line() {
            return directory + "\t" + number + "\t" + seed + "\t" + clock + "\t" + end + "\t" + fault.name();
        }
    }

    private final PrintStream parent;

    private Child(PrintStream parent) {
        this.parent = parent;
    }

    /** Ends when its standard input does. */
    public static void main(String... none) throws IOException {
        BufferedReader lives = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Child child = new Child(System.out);
        for (String line = lives.readLine(); line != null; line = lives.readLine()) {
            child.live(Life.parse(line));
        }
    }

    private void live(Life life) throws IOException {
        Path database = life.directory().resolve("runs.db");
        if (Files.exists(database)) {
            Facts.read(life.directory(), database, life.number()).forEach(fact -> parent.println("fact " + fact));
        }
        OneThread world = new OneThread(life.seed() * MANY + life.number(), life.clock());
        Mortal mortal = new Mortal(life.end(), parent, world);
        Effects effects = new Effects(life.directory(), life.number(), mortal, world);
        Program program = new Program(effects);
        Map<String, String> outcomes = new TreeMap<>();
        try (SqliteStore sqlite = SqliteStore.open(database)) {
            FaultyStore store = new FaultyStore(sqlite, world, mortal, life.fault(), effects);
            world.run(() -> {
                // So small a cache that runs leave memory all the time.
                Engine engine = Engine.builder().store(store).workflow(program.everything())
                        .workflow(program.cancelled()).world(world).cacheSize(1).recoveryLimit(MANY).start();
                outcomes.putAll(new Customers(engine, world, program).serve());
                engine.close();
            });
        }
        outcomes.forEach((run, outcome) -> parent.println("outcome " + run + " " + outcome));
        parent.println("ended " + mortal.calls() + " " + mortal.effects() + " " + mortal.story());
        parent.flush();
    }
}
