// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that does not run protects nothing, and one that may fail twice hides a fault. */
class SkippedTestsTest {

    private static final Pattern SKIPS = Pattern.compile("(Disabled|Enabled)(If|On|For|In)?\\w*|Ignore");
    private static final Pattern REPEATS = Pattern.compile("rerunFailing|testFailureIgnore|rerunTestsCount");
    private static final Pattern ASSUMES = Pattern.compile("assum(e|ing)(That|True|False|NotNull|NoException)?");

    @Test
    void a_test_is_skipped_only_for_a_known_issue() {
        Path file = Project.ROOT.resolve("KNOWN-ISSUES.md");
        String known = Files.exists(file) ? Project.read(file) : "";
        assertThat(Project.SOURCES.stream().flatMap(source -> skips(source, known)))
                .as("skipped tests: repair the test, or name its class in KNOWN-ISSUES.md and say there why it "
                        + "does not run")
                .isEmpty();
    }

    @Test
    void no_test_is_run_again_until_it_passes() {
        assertThat(Stream.concat(Stream.of("pom.xml"), Project.MODULES.stream().map(module -> module + "/pom.xml"))
                .filter(pom -> REPEATS.matcher(Project.read(Project.ROOT.resolve(pom))).find()))
                .as("poms that let a test fail: find out why it fails now and then")
                .isEmpty();
    }

    @Test
    void a_skipped_test_is_found() {
        Source source = Source.of("engine", "engine/src/test/java/PlantedTest.java",
                "class PlantedTest { @Disabled void one() {} @DisabledOnOs(OS.MAC) void two() {} void three() { "
                        + "Assumptions.assumeTrue(false); } }");
        assertThat(skips(source, "")).hasSize(3);
        assertThat(skips(source, "PlantedTest does not run, because")).isEmpty();
    }

    private static Stream<String> skips(Source source, String known) {
        if (source.unit().findAll(TypeDeclaration.class).stream()
                .anyMatch(type -> known.contains(type.getNameAsString()))) {
            return Stream.empty();
        }
        return Stream.concat(
                source.unit().findAll(AnnotationExpr.class).stream()
                        .filter(annotation -> SKIPS.matcher(annotation.getName().getIdentifier()).matches())
                        .map(annotation -> source.at(annotation) + ": " + annotation),
                source.unit().findAll(MethodCallExpr.class).stream()
                        .filter(call -> !source.isMain() && ASSUMES.matcher(call.getNameAsString()).matches())
                        .map(call -> source.at(call) + ": " + call));
    }
}
