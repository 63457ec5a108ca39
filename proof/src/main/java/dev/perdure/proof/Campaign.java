// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One campaign: what all have in common is how they are asked and how they answer. */
public abstract class Campaign implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N", description = "Repeats a campaign. Without it a new one is drawn.")
    private @Nullable Long seed;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "3600",
            description = "Ends after this time, with what was done until then. Without it: ${DEFAULT-VALUE}.")
    private long seconds;

    /** For subclasses. */
    protected Campaign() {
    }

    /**
     * Looks for faults.
     *
     * @param seed decides everything that is left to chance
     * @param limit when to stop, with what was done until then
     * @param findings takes counts and violations
     * @throws Exception if the campaign itself broke
     */
    protected abstract void look(long seed, Duration limit, Findings findings) throws Exception;

    @Override
    public final Integer call() throws Exception {
        long drawn = seed != null ? seed : ThreadLocalRandom.current().nextLong(1L << 48);
        Findings findings = new Findings(spec.name(), spec.commandLine().getOut(), spec.commandLine().getErr());
        findings.count("seed", drawn);
        look(drawn, Duration.ofSeconds(seconds), findings);
        return findings.end();
    }
}
