// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.list;

import dev.perdure.proof.list.Sources.Source;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that a workflow can ask for, and what tries it.
 *
 * @param name that of its conversation and of its golden journal
 * @param rows ids of what it must do
 * @param conversation whether it has one
 * @param goldens the versions that have written a journal of it
 * @param calls by which it is asked for
 * @param fuzz those of them that are found in the source of random programs
 */
record Primitive(String name, List<String> rows, boolean conversation, List<String> goldens, List<String> calls,
        List<String> fuzz) {

    static final String CONVERSATIONS = "src/test/resources/conversations";
    private static final String GOLDENS = "src/test/resources/golden";
    private static final String PROGRAMS = "src/main/java/dev/perdure/proof/fuzz";

    /** All of them, in the order of their file. */
    static List<Primitive> all(Sources sources) {
        List<Source> lists = sources.files("src/test/resources", file -> file.endsWith("primitives.txt"));
        List<Source> conversations = sources.files(CONVERSATIONS, file -> true);
        List<Source> goldens = sources.files(GOLDENS, file -> true);
        String programs = sources.files(PROGRAMS, file -> true).stream().map(Source::text)
                .collect(Collectors.joining());
        return lists.stream().flatMap(list -> list.text().lines())
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\\s*\\|\\s*"))
                .map(columns -> new Primitive(columns[0], List.of(columns[1].split(" ")),
                        named(conversations, columns[0]).findAny().isPresent(),
                        named(goldens, columns[0]).map(file -> file.path().getParent().getFileName().toString())
                                .toList(),
                        List.of(columns[2].split(" ")), calls(List.of(columns[2].split(" ")), programs)))
                .toList();
    }

    private static Stream<Source> named(List<Source> files, String name) {
        return files.stream().filter(file -> file.name().equals(name));
    }

    private static List<String> calls(List<String> calls, String programs) {
        return calls.stream().filter(call -> inCode(call).matcher(programs).find())
                .map(call -> call.substring(call.indexOf('.') + 1)).toList();
    }

    /**
     * How a call looks in the source of random programs: on its type, or on something named after its type or after the
     * first or last word of that. A context is called {@code ctx}.
     */
    private static Pattern inCode(String call) {
        String type = call.substring(0, call.indexOf('.'));
        String[] words = type.split("(?<=[a-z])(?=[A-Z])");
        String names = String.join("|", "(?i:" + words[0], words[words.length - 1], type + ")",
                type.equals("WorkflowContext") ? "ctx" : type);
        return Pattern.compile("\\b(" + names + ")\\." + call.substring(call.indexOf('.') + 1) + "\\(");
    }

    /** Tried by everything that tries primitives, the random programs with each of its calls. */
    boolean isComplete() {
        return conversation && !goldens.isEmpty() && fuzz.size() == calls.size();
    }

    /** One line. */
    String sentence() {
        return String.format("%-16s conversation %-7s golden %-7s fuzz %s", name, conversation ? "yes" : "MISSING",
                goldens.isEmpty() ? "MISSING" : String.join(" ", goldens),
                (fuzz.size() < calls.size() ? "MISSING some, has " : "") + String.join(" ", fuzz));
    }
}
