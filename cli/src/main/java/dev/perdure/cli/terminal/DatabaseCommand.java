// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import dev.perdure.engine.Client;
import dev.perdure.store.Store;
import dev.perdure.store.postgres.PostgresOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that needs the database: opens it, does its work, closes it. */
@Command(sortOptions = false, usageHelpWidth = 100, synopsisHeading = "%nUsage: ",
        parameterListHeading = "%n", optionListHeading = "%n")
public abstract class DatabaseCommand implements Callable<Integer> {

    @Option(names = Database.OPTION, paramLabel = "FILE", order = 100,
            description = "The database: a file, jdbc:sqlite:FILE, or jdbc:postgresql:... Without it, "
                    + Database.VARIABLE + " is used.")
    private @Nullable String database;

    @Option(names = Database.SCHEMA_OPTION, paramLabel = "NAME", order = 100,
            description = "The schema in a PostgreSQL database. Without it: " + PostgresOptions.SCHEMA + ".")
    private @Nullable String schema;

    @Option(names = "--verbose", order = 101, description = "Show where an error came from.")
    private boolean verbose;

    @Option(names = {"-h", "--help"}, order = 102, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() {
        try (Store store = Database.open(database, schema); Client client = Client.connect(store)) {
            run(client, store);
            out().flush();
        }
        return 0;
    }

    /**
     * Does what the command is for.
     *
     * @param client of the database
     * @param store the database, for what a client does not show
     */
    protected abstract void run(Client client, Store store);

    /**
     * Where results go.
     *
     * @return standard output
     */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /**
     * A mistake in the arguments, found late.
     *
     * @param message what is wrong and what to write instead
     * @return to be thrown
     */
    protected final ParameterException mistake(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /**
     * Whether the user wants stack traces.
     *
     * @return false unless asked for
     */
    public final boolean isVerbose() {
        return verbose;
    }
}
