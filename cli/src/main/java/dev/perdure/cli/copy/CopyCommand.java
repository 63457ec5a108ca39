// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.copy;

import dev.perdure.cli.terminal.Database;
import dev.perdure.store.Store;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perdure copy}. */
@Command(name = "copy", sortOptions = false, usageHelpWidth = 100, synopsisHeading = "%nUsage: ",
        optionListHeading = "%n",
        header = "Copy all runs into another database, for example from a file to PostgreSQL.",
        description = {"", "No engine may run on either of the two. The schema of the target is made if it is missing, "
            + "and must be empty. The source stays as it is.", "",
            "  perdure copy --from sqlite:orders.db --to 'postgres://db.example.org/shop?user=app'"})
public final class CopyCommand implements Callable<Integer> {

    @Option(names = "--from", required = true, paramLabel = "DATABASE",
            description = "Where the runs are: sqlite:FILE, a file, or postgres://HOST/DATABASE?user=NAME")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "DATABASE", description = "Where they go.")
    private String to = "";

    @Option(names = "--from-schema", paramLabel = "NAME", description = "The schema, if the source is PostgreSQL.")
    private @Nullable String fromSchema;

    @Option(names = Database.SCHEMA_OPTION, paramLabel = "NAME",
            description = "The schema of the target. Without it: perdure.")
    private @Nullable String schema;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        try (Store source = Database.open(from, fromSchema); Store target = Database.make(to, schema)) {
            long copied = new Copier(source, target).copy(runs -> {
                err.print("\r" + runs + " runs");
                err.flush();
            });
            err.println();
            PrintWriter out = spec.commandLine().getOut();
            out.println("copied " + copied + " runs");
            out.flush();
        }
        return 0;
    }
}
