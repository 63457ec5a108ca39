// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.ast.body.TypeDeclaration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of style that a machine can tell. Each says what to do instead. */
class StyleTest {

    private static final int COLUMNS = 120;

    private static final String HEADER = "// SPDX-License-Identifier: Apache-2.0";

    /** Words that say nothing about what a type does, as a part of its name. */
    private static final Pattern EMPTY_WORDS = Pattern.compile("(?:^|(?<=[a-z0-9]))"
            + "(Impl|Manager|Utils?|Common|Helpers?|Handlers?|Service|Worker|Tasks?|Jobs?)(?=[A-Z0-9]|$)");

    // Put together, so that this file does not find itself.
    private static final Pattern PUT_OFF = Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern AMERICAN = Pattern.compile("(?i)cancel" + "(ed|ing)");

    @Test
    void a_line_fits() {
        assertThat(lines(line -> line.codePointCount(0, line.length()) > COLUMNS))
                .as("lines of more than %d columns: break them", COLUMNS)
                .isEmpty();
    }

    @Test
    void a_line_is_indented_by_spaces_and_ends_where_its_text_ends() {
        assertThat(lines(line -> line.indexOf('\t') >= 0 || line.endsWith(" ")))
                .as("tabs, or blanks at the end of a line: remove them")
                .isEmpty();
    }

    @Test
    void a_file_begins_with_its_licence() {
        assertThat(Project.SOURCES.stream()
                .filter(source -> !source.text().startsWith(HEADER + "\n"))
                .map(Source::path))
                .as("files without a header: the first line is %s", HEADER)
                .isEmpty();
    }

    @Test
    void nothing_is_put_off_in_a_comment() {
        assertThat(lines(line -> PUT_OFF.matcher(line).find()))
                .as("notes to do something later: do it, or write an issue or an entry of KNOWN-ISSUES")
                .isEmpty();
    }

    @Test
    void it_is_spelled_cancelled() {
        assertThat(lines(line -> AMERICAN.matcher(line).find()))
                .as("two spellings of one word: it has a double l here, in code, too")
                .isEmpty();
    }

    @Test
    void a_name_says_what_a_type_does() {
        assertThat(Project.SOURCES.stream().flatMap(StyleTest::emptyNames))
                .as("names that say nothing: say what it does (GroupCommitter), or what it is a method of")
                .isEmpty();
    }

    @Test
    void a_package_has_a_sentence() {
        List<Source> sources = Project.mainSources();
        Set<String> described = sources.stream().filter(source -> source.path().endsWith("/package-info.java"))
                .map(Source::directory).collect(Collectors.toSet());
        assertThat(sources.stream().filter(source -> !source.isDescription()).map(Source::directory).distinct()
                .filter(directory -> !described.contains(directory)))
                .as("packages without package-info.java: begin it with what the package decides, remembers or carries")
                .isEmpty();
    }

    @Test
    void an_empty_name_is_found_and_a_longer_word_is_not() {
        assertThat(emptyNames(planted("class StoreImpl { enum TaskKind {} interface RunHelper {} record X2Job() {} }")))
                .hasSize(4);
        assertThat(emptyNames(planted("class Simple { class Implant {} class Multitasking {} class Jobless {} }")))
                .isEmpty();
    }

    private static Stream<String> emptyNames(Source source) {
        return source.unit().findAll(TypeDeclaration.class).stream()
                .filter(type -> EMPTY_WORDS.matcher(type.getNameAsString()).find())
                .map(type -> source.at(type) + ": " + type.getNameAsString());
    }

    /** Every line of every source file that is wrong, with its place. */
    private static Stream<String> lines(Predicate<String> wrong) {
        return Project.SOURCES.stream().flatMap(source -> {
            List<String> lines = source.lines();
            return IntStream.range(0, lines.size()).filter(i -> wrong.test(lines.get(i)))
                    .mapToObj(i -> source.at(i + 1) + ": " + lines.get(i).strip());
        });
    }

    private static Source planted(String text) {
        return Source.of("engine", "engine/src/main/java/Planted.java", text);
    }
}
