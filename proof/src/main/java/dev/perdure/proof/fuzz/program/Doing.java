// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import dev.perdure.RunInfo;
import dev.perdure.StepContext;
import java.util.List;

/** The world around a program that is played. */
public interface Doing {

    /**
     * The body of a step.
     *
     * @param step the attempt
     * @param site where in the program, and in which turn of its loops: one call of a step in one incarnation
     * @param once whether it is at-most-once
     * @return the result
     * @throws Exception to fail the attempt
     */
    String answer(StepContext step, String site, boolean once) throws Exception;

    /**
     * The program is about to do something, and is not being replayed.
     *
     * @param operations what, as {@link Census} calls it
     */
    void plays(List<String> operations);

    /**
     * Something that the program logs because it is not being replayed.
     *
     * @param line each once in the life of a run
     */
    void log(String line);

    /**
     * The program has been told something that cannot be.
     *
     * @param what was told, and what it contradicts
     */
    void wrong(String what);

    /**
     * How a run is to see itself. What replays a copy of a run tells it of the run.
     *
     * @param info what the run was told
     * @return the same, unless the run is a copy
     */
    RunInfo self(RunInfo info);

    /**
     * The version of the program's code, for its version markers; the code of version 1 has none.
     *
     * @return at least 1; grows from life to life
     */
    int version();

    /**
     * Whether several lives must write the same to the letter: side effects then always see the same, and nothing has a
     * limit that would begin anew after a crash.
     *
     * @return always the same
     */
    boolean isComparable();
}
