// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.proof.fuzz.program.Printer;
import dev.perdure.proof.fuzz.program.Program;
import dev.perdure.proof.fuzz.program.Sower;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;

/** One program and everything that must hold for it; if something does not, the smallest program that shows it. */
final class Trial {

    /** Something does not hold; its message says what was expected and what was found. */
    static final class Violation extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** A thread is still busy: nothing can be tried again beside it. */
        final boolean endless;

        Violation(String message) {
            this(message, false);
        }

        Violation(String message, boolean endless) {
            super(message);
            this.endless = endless;
        }
    }

    private static final int MOST_SHRINKS = 400;

    private final long seed;
    private final Disk.Fault fault;
    /** A thread of one of the attempts is still busy, so another attempt would say nothing. */
    private boolean endless;

    Trial(long seed, Disk.Fault fault) {
        this.seed = seed;
        this.fault = fault;
    }

    /**
     * Tries the seed's program.
     *
     * @return what does not hold, with the program; usually empty
     */
    Optional<String> run(Tally tally) {
        Program program = Sower.program(seed);
        tally.count(program);
        return problem(program, tally).map(problem -> shrunk(program, problem));
    }

    boolean isEndless() {
        return endless;
    }

    private Optional<String> problem(Program program, Tally tally) {
        try {
            new Agreement(program, seed, fault, tally).check();
            new Storm(program, seed, fault, tally).check();
            return Optional.empty();
        } catch (Violation violation) {
            endless |= violation.endless;
            return Optional.of(violation.getMessage());
        } catch (RuntimeException broken) {
            StringWriter trace = new StringWriter();
            broken.printStackTrace(new PrintWriter(trace));
            return Optional.of("the campaign broke: " + trace);
        }
    }

    private String shrunk(Program failing, String itsProblem) {
        Program smallest = failing;
        String problem = itsProblem;
        int tries = 0;
        boolean found = true;
        while (found && !endless && tries < MOST_SHRINKS) {
            found = false;
            for (Program smaller : List.copyOf(smallest.smaller())) {
                Optional<String> still = tries++ < MOST_SHRINKS && !endless
                        ? problem(smaller, new Tally()) : Optional.empty();
                if (still.isPresent()) {
                    smallest = smaller;
                    problem = still.get();
                    found = true;
                    break;
                }
            }
        }
        return "program " + seed + " (--seed " + seed + " --programs 1), after " + tries + " attempts to make it "
                + "smaller:\n" + Printer.print(smallest) + problem;
    }
}
