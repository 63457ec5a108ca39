// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.CompactConstructorDeclaration;
import com.github.javaparser.ast.body.ConstructorDeclaration;
import com.github.javaparser.ast.body.RecordDeclaration;
import com.github.javaparser.ast.nodeTypes.NodeWithSimpleName;
import com.github.javaparser.ast.Node;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How large things may get. Lines are counted without comments and blank lines, so that nobody saves on Javadoc.
 *
 * <p>A measured reason may raise a budget: here, with the reason beside it.
 */
class BudgetTest {

    /**
     * So that the engine can be read in an afternoon. It was 8,000 for one machine; many nodes took 800, steps that are
     * transactions 400, runs that start runs 500, signals between runs, events and bulk starts 600, schedules 1,000,
     * activities 850, queues 400, limits of runs 250, and what many runs hear at once 150.
     */
    private static final int ENGINE_LINES = 12_950;

    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 60;
    private static final int PARAMETERS = 5;
    private static final int FILES_IN_A_PACKAGE = 15;

    /**
     * The root package is the vocabulary of users: one word, one file. The turn has one small class for each thing that
     * a fiber can wait for; folding them together would save files and cost clarity. The contract of a store has one
     * class for each of its promises, because that is what the author of a store extends. To the store belongs the
     * vocabulary of those who write one; to wake everything that makes a run move, also across nodes. The store on
     * PostgreSQL has a class for each part of a batch, which writes for many runs together, and both have one for
     * queues. The engine has what users say of schedules beside what they say of runs.
     */
    private static final Map<String, Integer> FILES_IN_SPECIAL_PACKAGES =
            Map.of("engine/src/main/java/dev/perdure", 60, "engine/src/main/java/dev/perdure/turn", 24,
                    "engine/src/main/java/dev/perdure/store", 28, "engine/src/main/java/dev/perdure/wake", 23,
                    "engine/src/main/java/dev/perdure/engine", 17,
                    "store-tck/src/main/java/dev/perdure/store/tck", 22,
                    "store-sqlite/src/main/java/dev/perdure/store/sqlite", 16,
                    "store-postgres/src/main/java/dev/perdure/store/postgres", 18);

    @Test
    void the_engine_can_be_read_in_an_afternoon() {
        int lines = Project.mainSources("engine").stream().mapToInt(Source::codeLines).sum();
        assertThat(lines)
                .as("lines of code in the engine: say it with less, or move what is not the "
                        + "engine's into a module around it")
                .isLessThanOrEqualTo(ENGINE_LINES);
    }

    @Test
    void a_file_is_short() {
        assertThat(Project.mainSources().stream().flatMap(BudgetTest::longFile))
                .as("long files: find the second reason to change that lives in it and give it a file of its own")
                .isEmpty();
    }

    @Test
    void a_method_fits_on_a_screen() {
        assertThat(Project.mainSources().stream().flatMap(BudgetTest::longMethods))
                .as("long methods: give the parts names, by making them methods")
                .isEmpty();
    }

    @Test
    void a_method_takes_few_parameters() {
        assertThat(Project.mainSources().stream().flatMap(BudgetTest::greedyMethods))
                .as("long parameter lists: what travels together is a record that has a name")
                .isEmpty();
    }

    @Test
    void a_package_is_small_enough_to_be_one_sentence() {
        Map<String, Long> filesByPackage = Project.mainSources().stream().filter(source -> !source.isDescription())
                .collect(Collectors.groupingBy(Source::directory, Collectors.counting()));
        assertThat(filesByPackage.entrySet().stream()
                .filter(entry -> entry.getValue() > mostFilesIn(entry.getKey()))
                .map(entry -> "%s has %d files, at most %d".formatted(
                        entry.getKey(), entry.getValue(), mostFilesIn(entry.getKey()))))
                .as("crowded packages: nest what only one other type uses, or join what always changes together")
                .isEmpty();
    }

    @Test
    void what_is_over_budget_is_found() {
        Source source = planted("record R(int a, int b, int c, int d, int e, int f) {}\n"
                + "class C {\n    C(int a, int b, int c, int d, int e, int f) {}\n    void m() {\n"
                + "        // a comment\n\n        m();\n".repeat(METHOD_LINES - 1) + "    }\n}\n");
        assertThat(longMethods(source)).singleElement().asString().contains("m has 61 lines of code, at most 60");
        assertThat(greedyMethods(source)).singleElement().asString().contains("C takes 6 parameters, at most 5");
        String twoLines = "\n// a comment\nclass C {}\n/* one\n more */ class D {}\n";
        assertThat(longFile(planted(twoLines.repeat(FILE_LINES / 2 + 1)))).singleElement()
                .asString().contains("has 402 lines of code, at most 400");
    }

    private static int mostFilesIn(String directory) {
        return FILES_IN_SPECIAL_PACKAGES.getOrDefault(directory, FILES_IN_A_PACKAGE);
    }

    private static Stream<String> longFile(Source source) {
        int lines = source.codeLines();
        return lines <= FILE_LINES ? Stream.empty()
                : Stream.of("%s has %d lines of code, at most %d".formatted(source.path(), lines, FILE_LINES));
    }

    private static Stream<String> longMethods(Source source) {
        return bodies(source).filter(body -> Source.codeLines(body) > METHOD_LINES)
                .map(body -> "%s: %s has %d lines of code, at most %d".formatted(
                        source.at(body), nameOf(body), Source.codeLines(body), METHOD_LINES));
    }

    private static Stream<Node> bodies(Source source) {
        return Stream.concat(source.unit().findAll(CallableDeclaration.class).stream().map(Node.class::cast),
                source.unit().findAll(CompactConstructorDeclaration.class).stream());
    }

    private static Stream<String> greedyMethods(Source source) {
        // The parser's generic type is lost in findAll, which takes a plain class.
        List<? extends CallableDeclaration<?>> methods = source.unit().findAll(CallableDeclaration.class).stream()
                .map(method -> (CallableDeclaration<?>) method).toList();
        return methods.stream().filter(method -> method.getParameters().size() > PARAMETERS)
                .filter(method -> !isConstructorOfRecord(method))
                .map(method -> "%s: %s takes %d parameters, at most %d".formatted(
                        source.at(method), method.getNameAsString(), method.getParameters().size(), PARAMETERS));
    }

    private static boolean isConstructorOfRecord(Node method) {
        return method instanceof ConstructorDeclaration
                && method.getParentNode().filter(RecordDeclaration.class::isInstance).isPresent();
    }

    private static String nameOf(Node body) {
        return ((NodeWithSimpleName<?>) body).getNameAsString();
    }

    private static Source planted(String text) {
        return Source.of("engine", "engine/src/main/java/Planted.java", text);
    }
}
