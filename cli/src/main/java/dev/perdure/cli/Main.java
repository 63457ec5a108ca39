// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import dev.perdure.PerdureException;
import dev.perdure.cli.command.CancelCommand;
import dev.perdure.cli.command.CountCommand;
import dev.perdure.cli.command.ExplainCommand;
import dev.perdure.cli.command.JournalCommand;
import dev.perdure.cli.command.ListCommand;
import dev.perdure.cli.command.ReadCommand;
import dev.perdure.cli.command.RedriveCommand;
import dev.perdure.cli.command.ResultCommand;
import dev.perdure.cli.command.SettingsCommand;
import dev.perdure.cli.command.ShowCommand;
import dev.perdure.cli.command.SignalCommand;
import dev.perdure.cli.command.StartCommand;
import dev.perdure.cli.command.TerminateCommand;
import dev.perdure.cli.copy.CopyCommand;
import dev.perdure.cli.shared.EventCommand;
import dev.perdure.cli.shared.QueueCommand;
import dev.perdure.cli.shared.ScheduleCommand;
import dev.perdure.cli.terminal.Database;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.GroupCommand;
import dev.perdure.cli.terminal.Spans;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The entry point of the command line tool. It is a client: it starts, signals and reads runs, and never runs a
 * workflow.
 *
 * <p>Exit codes: 0 done, 1 refused or failed, 2 a mistake in the arguments.
 */
@Command(name = "perdure", versionProvider = Main.Version.class,
        description = {
            "",
            "Reads and steers runs: durable executions of workflows. Runs are moved by the process that has their "
            + "code; "
                + "this tool talks to it through the database and may be used while it works, and while it does not.",
            ""},
        subcommands = {ListCommand.class, CountCommand.class, ShowCommand.class, ExplainCommand.class,
            JournalCommand.class, ReadCommand.class, ResultCommand.class, StartCommand.class, SignalCommand.class,
            CancelCommand.class, TerminateCommand.class, RedriveCommand.class, EventCommand.class,
            QueueCommand.class, ScheduleCommand.class, SettingsCommand.class, CopyCommand.class},
        footer = {
            "",
            "The database is given by --db FILE or by the environment, so that it need not be repeated:",
            "  export " + Database.VARIABLE + "=jdbc:sqlite:/var/lib/shop/orders.db",
            "  export " + Database.VARIABLE + "='jdbc:postgresql://db.example.org/shop?user=operator&password=...'",
            "",
            "  perdure list --status SUSPENDED          what waits",
            "  perdure explain order-4711               why it does not move",
            "  perdure signal order-4711 approval '{\"by\": \"Ada\", \"approved\": true}'",
            "  perdure list --json | jq '.runs[].runId'",
            "",
            "Exit code: 0 done, 1 refused or failed, 2 a mistake in the arguments."})
public final class Main extends GroupCommand {

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /**
     * Runs one command.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(commandLine(System.getenv()).execute(args));
    }

    /**
     * The tool as an object, for tests.
     *
     * @param environment variables, of which one is looked at
     * @return ready to execute
     */
    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new Main());
        line.registerConverter(Duration.class, Spans::parse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // In this tool @FILE is a value from a file, not more arguments.
        line.setExpandAtFiles(false);
        line.setDefaultValueProvider(argument -> argument instanceof OptionSpec option
                && option.longestName().equals(Database.OPTION) ? environment.get(Database.VARIABLE) : null);
        line.setParameterExceptionHandler(Main::mistaken);
        line.setExecutionExceptionHandler(Main::failed);
        return line;
    }

    /** The version of the build, which writes it into a resource. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            Properties build = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("build.properties")) {
                build.load(in);
            }
            return new String[] {"perdure " + build.getProperty("version")};
        }
    }

    private static int mistaken(ParameterException mistake, String[] args) {
        CommandLine line = mistake.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("perdure: " + mistake.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(mistake, err)) {
            err.println("See " + line.getCommandSpec().qualifiedName() + " --help");
        }
        return USAGE;
    }

    private static int failed(Exception failure, CommandLine line, ParseResult parsed) {
        PrintWriter err = line.getErr();
        boolean verbose = line.getCommand() instanceof DatabaseCommand command && command.isVerbose();
        if (failure instanceof PerdureException expected) {
            err.println("perdure: " + expected.getMessage());
        } else {
            err.println("perdure: something unexpected went wrong: " + failure
                    + (verbose ? "" : ". Run it again with --verbose to see where"));
        }
        if (verbose) {
            failure.printStackTrace(err);
        }
        return FAILED;
    }
}
