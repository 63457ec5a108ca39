// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.Channel;
import dev.perdure.Promise;
import dev.perdure.Saga;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepContext;
import dev.perdure.Timer;
import dev.perdure.WorkflowContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Something that a workflow can ask for.
 *
 * @param name that of its conversation and of its golden journal
 * @param rows ids of what it must do
 * @param calls the methods that ask for it
 */
record Primitive(String name, List<String> rows, List<String> calls) {

    static final Path FILE = Path.of("src/test/resources/primitives.txt");

    /** All of them, one to a line of the file. */
    static List<Primitive> all() {
        try {
            return Files.readAllLines(FILE).stream().filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Primitive::parse).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Primitive parse(String line) {
        String[] columns = line.split("\\|");
        return new Primitive(columns[0].strip(), List.of(columns[1].strip().split(" ")),
                List.of(columns[2].strip().split(" ")));
    }

    /** Every method by which a workflow asks its context, or what it got from there, for anything. */
    static Set<String> everyCall() {
        Set<String> calls = new TreeSet<>();
        for (Class<?> type : List.of(WorkflowContext.class, Promise.class, Signals.class, Timer.class, Selection.class,
                Channel.class, Saga.class)) {
            add(calls, type);
        }
        // To the journal a transaction is a step, and a store without SQL cannot carry it out: see TransactionsTest.
        calls.removeAll(List.of("WorkflowContext.transaction", "WorkflowContext.runTransaction"));
        calls.addAll(List.of("StepSpec.retry", "StepSpec.timeout", "StepSpec.atMostOnce"));
        calls.add(StepContext.class.getSimpleName() + ".idempotencyKey");
        return calls;
    }

    private static void add(Set<String> calls, Class<?> type) {
        Arrays.stream(type.getDeclaredMethods()).filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !method.isSynthetic()).map(Method::getName).filter(name -> !name.equals("combiner"))
                .forEach(name -> calls.add(type.getSimpleName() + "." + name));
    }
}
