// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One bench: what all have in common is how they are asked, where their files are, and how they answer. */
public abstract class Measurement implements Callable<Integer> {

    @Mixin
    private Options options = new Options();

    @Spec
    private CommandSpec spec;

    private final Plan.Usual usual;

    public Measurement(Plan.Usual usual) {
        this.usual = usual;
    }

    /**
     * Measures and reports.
     *
     * @param plan how
     * @param place for the files
     * @param report takes the figures
     * @throws Exception if it could not be measured
     */
    public abstract void measure(Plan plan, BenchDirectory place, Report report) throws Exception;

    /**
     * Why it means nothing for a store.
     *
     * @param store which one
     * @return a sentence, or an empty string if it does mean something
     */
    public String objectionTo(StoreKind store) {
        return "";
    }

    @Override
    public final Integer call() throws Exception {
        Plan plan = options.plan(usual);
        String objection = objectionTo(plan.store()).isEmpty() ? plan.objection() : objectionTo(plan.store());
        if (!objection.isEmpty()) {
            throw new ParameterException(spec.commandLine(), objection);
        }
        Report report = new Report(spec.name(), spec.commandLine().getOut(), spec.commandLine().getErr());
        try (BenchDirectory place = BenchDirectory.make(options.dir, options.url)) {
            report.conditions(plan, place);
            measure(plan, place, report);
        }
        return ExitCode.OK;
    }
}
