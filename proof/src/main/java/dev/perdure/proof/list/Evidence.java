// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.list;

import dev.perdure.proof.list.Sources.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What proves which row. Whatever proves one says so itself: a test and a conversation begin their name with ids, a
 * scenario its sentence; a campaign and a bench say in a comment which rows they prove.
 */
final class Evidence {

    /** A test's name begins with ids: {@code x25_c5_twenty_crashes_…}. */
    private static final Pattern TEST = Pattern.compile("void ((?:[a-jx]\\d{1,2}_)+)(\\w+)\\(");
    private static final Pattern SCENARIO = Pattern.compile("Scenario\\.of\\(\\s*\"([A-JX]\\d{1,2}) ([^\"]+)\"");
    private static final Pattern FILE = Pattern.compile("^((?:[a-jx]\\d{1,2}_)+)\\w+$");
    private static final Pattern PROVES = Pattern.compile("Proves ((?:[A-JX]\\d{1,2}(?:,| and|\\.)\\s*\\**\\s*)+)");
    private static final Pattern COMMAND = Pattern.compile("@Command\\(\\s*name = \"(\\w[\\w-]*)\"");
    private static final Pattern ID = Pattern.compile("[A-JXa-jx]\\d{1,2}");

    private final Map<String, List<String>> byRow = new TreeMap<>();

    private Evidence() {
    }

    /** Reads everything. */
    static Evidence in(Sources sources) {
        Evidence evidence = new Evidence();
        // The contract of a store is tests, too, and stands in a module's main sources.
        List.of("src/test/java", "src/interleavings/java", "src/main/java").forEach(directory ->
                sources.files(directory, Evidence::isJava).forEach(evidence::read));
        sources.files(Primitive.CONVERSATIONS, file -> true).forEach(evidence::converse);
        Primitive.all(sources).forEach(primitive -> {
            if (primitive.conversation()) {
                primitive.rows().forEach(row -> evidence.add(row, "conversation  " + primitive.name()));
            }
        });
        return evidence;
    }

    private static boolean isJava(Path file) {
        return file.toString().endsWith(".java");
    }

    private void read(Source source) {
        String place = source.module() + " " + source.name();
        TEST.matcher(source.text()).results().forEach(found ->
                addAll(found.group(1), "test          " + place + "." + found.group(1) + found.group(2)));
        SCENARIO.matcher(source.text()).results().forEach(found ->
                add(found.group(1), "scenario      " + place + ": " + found.group(2)));
        PROVES.matcher(source.text()).results().forEach(found -> addAll(found.group(1), program(source)));
    }

    /** A bench or a campaign, as one has to call it. */
    private static String program(Source source) {
        String name = COMMAND.matcher(source.text()).results().map(found -> found.group(1)).findFirst()
                .orElse(source.name());
        return source.module().equals("benchmarks") ? "bench         ./perdure bench " + name
                : "campaign      ./perdure prove " + name;
    }

    private void converse(Source source) {
        FILE.matcher(source.name()).results()
                .forEach(found -> addAll(found.group(1), "conversation  " + source.name()));
    }

    private void addAll(String ids, String proof) {
        ID.matcher(ids).results().forEach(found -> add(found.group(), proof));
    }

    private void add(String row, String proof) {
        byRow.computeIfAbsent(row.toUpperCase(Locale.ROOT), absent -> new ArrayList<>()).add(proof);
    }

    /** What proves that row, perhaps nothing. */
    List<String> of(Row row) {
        return byRow.getOrDefault(row.id(), List.of());
    }

    /** Ids that are proved and not known: somebody has mistyped one. */
    List<String> unknown(List<Row> rows) {
        List<String> known = rows.stream().map(Row::id).toList();
        return byRow.entrySet().stream().filter(entry -> !known.contains(entry.getKey()))
                .map(entry -> entry.getKey() + " of " + entry.getValue().getFirst()).toList();
    }
}
