// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.list;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints every row with what proves it, and every primitive with what tries it. */
@Command(name = "list",
        description = "Prints every row with the test, conversation, campaign or bench that covers it. Exit code 1: "
                + "one that is due is covered by nothing.")
public final class ListProofs implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--missing", description = "Prints only what is due and not covered.")
    private boolean onlyMissing;

    @Option(names = "--project", paramLabel = "DIRECTORY", defaultValue = "${sys:perdure.home:-.}",
            description = "Where the project lies.")
    private Path project;

    private ListProofs() {
    }

    @Override
    public Integer call() {
        Sources sources = new Sources(project);
        List<Row> rows = Row.all();
        Evidence evidence = Evidence.in(sources);
        List<Primitive> primitives = Primitive.all(sources);
        List<Row> missing = rows.stream().filter(row -> row.due() && evidence.of(row).isEmpty()).toList();
        List<Primitive> incomplete = primitives.stream().filter(each -> !each.isComplete()).toList();
        List<String> unknown = evidence.unknown(rows);

        PrintWriter out = spec.commandLine().getOut();
        (onlyMissing ? missing : rows).forEach(row -> print(out, row, evidence.of(row)));
        out.println();
        (onlyMissing ? incomplete : primitives).forEach(each -> out.println("primitive " + each.sentence()));
        unknown.forEach(each -> out.println("unknown row " + each));
        out.println();
        count(out, "rows", rows.size());
        count(out, "rows_due", rows.stream().filter(Row::due).count());
        count(out, "rows_covered", rows.stream().filter(row -> !evidence.of(row).isEmpty()).count());
        count(out, "rows_due_and_not_covered", missing.size());
        count(out, "rows_unknown", unknown.size());
        count(out, "primitives", primitives.size());
        count(out, "primitives_not_tried_everywhere", incomplete.size());
        out.flush();
        return missing.isEmpty() && incomplete.isEmpty() && unknown.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static void print(PrintWriter out, Row row, List<String> proofs) {
        out.printf("%-3s %s  %s%n", row.id(), row.due() ? "due  " : "later", row.title());
        if (proofs.isEmpty() && row.due()) {
            out.println("      NOTHING");
        }
        proofs.forEach(proof -> out.println("      " + proof));
    }

    private static void count(PrintWriter out, String name, long value) {
        out.println(name + " " + value + " count");
    }
}
