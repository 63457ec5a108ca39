// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/**
 * The door to all benches: {@code ./perdure bench NAME}. Without a name it lists them.
 *
 * <p>Exit codes: 0, measured; 1, something that a bench checks does not hold, or it broke; 2, it was asked wrongly.
 */
@Command(name = "./perdure bench",
        description = "Measures the engine in lines 'name value unit', which benchmarks/README.md explains.",
        subcommands = {StepsBench.class, LatencyBench.class, SleepersBench.class, ReplayBench.class, RecoverBench.class,
            PoisonBench.class, RemoteBench.class, IdleBench.class, ActivitiesBench.class,
            FanoutBench.class, QueueBench.class})
public final class Bench implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Says all this.")
    private boolean help;

    private Bench() {
    }

    /**
     * Runs one bench and ends the process.
     *
     * @param arguments the name of the bench and its options
     */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(110)
                .setExecutionExceptionHandler(Bench::explain);
    }

    /** Whoever gives no name wants to know the names. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** A check that failed is said in its own words; anything else is a defect and shows its trace. */
    private static int explain(Exception thrown, CommandLine command, ParseResult parsed) {
        if (thrown instanceof BrokenMeasurementException) {
            command.getErr().println(command.getCommandName() + ": " + thrown.getMessage());
        } else {
            thrown.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
