// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.StepContext;
import dev.perdure.proof.world.OneThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What runs do to the world: a line in a file that is only appended to. It is not synced, because a SIGKILL takes
 * nothing from the operating system.
 */
final class Effects {

    private final Path file;
    private final int life;
    private final Mortal mortal;
    private final OneThread world;

    /** How long an effect takes afterwards, so that other runs move meanwhile. */
    private static final long LASTS_MILLIS = 3;

    /** Only in the broken build that writes entries before effects: those that are still to be carried out. */
    private final Map<String, Runnable> late = new LinkedHashMap<>();
    private boolean tooLate;

    /**
     * One line: an effect that has happened.
     *
     * @param life in which life
     * @param run for which run
     * @param generation of which of its incarnations, counted from 1
     * @param key the idempotency key
     * @param attempt which attempt of the step
     * @param content what was asked for
     */
    record Line(int life, String run, int generation, String key, int attempt, String content) {

        private static Line parse(String text) {
            String[] parts = text.split("\t", -1);
            return new Line(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]), parts[3],
                    Integer.parseInt(parts[4]), parts[5]);
        }

        /** The effect whatever the incarnation is called: it may not be called differently in another life. */
        String effect() {
            return run + "/" + generation + key.substring(key.indexOf('/')) + " attempt " + attempt;
        }

        String incarnation() {
            return key.substring(0, key.indexOf('/'));
        }

        @Override
        public String toString() {
            return life + "\t" + run + "\t" + generation + "\t" + key + "\t" + attempt + "\t" + content + "\n";
        }
    }

    Effects(Path directory, int life, Mortal mortal, OneThread world) {
        this.file = fileIn(directory);
        this.life = life;
        this.mortal = mortal;
        this.world = world;
    }

    static Path fileIn(Path directory) {
        return directory.resolve("effects");
    }

    /** All effects of all lives, in the order in which they happened. */
    static List<Line> readAll(Path directory) throws IOException {
        List<Line> lines = new ArrayList<>();
        if (Files.exists(fileIn(directory))) {
            for (String line : Files.readAllLines(fileIn(directory))) {
                lines.add(Line.parse(line));
            }
        }
        return lines;
    }

    /** Called by the body of a step. */
    void happen(StepContext step, int generation, String content) {
        happen(step, step.runId(), generation, content);
    }

    /** Called on behalf of a run with a name that is made up, and another one for each database. */
    void happen(StepContext step, String run, int generation, String content) {
        Line line = new Line(life, run, generation, step.idempotencyKey(), step.attempt(), content);
        if (tooLate) {
            late.put(line.key(), () -> carryOut(line));
        } else {
            carryOut(line);
            world.pause(LASTS_MILLIS);
        }
    }

    private void carryOut(Line line) {
        try {
            Files.writeString(file, line.toString(), StandardCharsets.UTF_8, StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        mortal.effect();
    }

    /** From now on effects happen only when {@link #answered} is called for their keys: a deliberate fault. */
    void comeTooLate() {
        tooLate = true;
    }

    void answered(String key) {
        Runnable effect = late.remove(key);
        if (effect != null) {
            effect.run();
        }
    }
}
