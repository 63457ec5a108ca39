// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.nodeTypes.NodeWithSimpleName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents: their code is the code that runs, and their links lead somewhere. */
class DocumentsTest {

    private static final Snippets SNIPPETS = new Snippets(Project.ROOT);
    private static final String GUIDE_CODE = "examples/src/test/java/dev/perdure/guide/";
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

    @Test
    void the_code_in_a_page_is_the_code_that_runs() throws IOException {
        for (Path page : SNIPPETS.pages()) {
            String text = Project.read(page);
            assertThat(Snippets.unmarked(text)).as("lines of %s with Java that nobody compiles: move it to %s, and put "
                    + "<!-- snippet: FILE#NAME --> above the block", page, GUIDE_CODE).isEmpty();
            assertThat(text).as("%s shows other code than the source has: run ./perdure snippets", page)
                    .isEqualTo(SNIPPETS.refresh(text));
        }
    }

    @Test
    void every_snippet_is_shown_somewhere() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (Path page : SNIPPETS.pages()) {
            shown.addAll(Snippets.shown(Project.read(page)));
        }
        List<String> hidden = Project.SOURCES.stream().filter(source -> source.path().startsWith(GUIDE_CODE))
                .flatMap(source -> Snippets.named(source.text()).stream().map(name -> source.path() + "#" + name))
                .filter(snippet -> !shown.contains(snippet)).toList();
        assertThat(hidden).as("snippets that no page shows: show them, or remove their markers").isEmpty();
    }

    @Test
    void every_link_between_documents_leads_somewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : documents()) {
            Matcher link = LINK.matcher(FENCED.matcher(Project.read(page)).replaceAll(""));
            while (link.find()) {
                if (!isExternal(link.group(1)) && !leadsSomewhere(page, link.group(1))) {
                    broken.add(Project.ROOT.relativize(page) + ": " + link.group(1));
                }
            }
        }
        assertThat(broken).as("links to files or headings that are not there").isEmpty();
    }

    @Test
    void the_guide_and_the_decisions_are_listed_in_their_indexes() throws IOException {
        for (String directory : List.of("docs/guide", "docs/adr")) {
            String index = Project.read(Project.ROOT.resolve(directory).resolve("README.md"));
            try (Stream<Path> pages = Files.list(Project.ROOT.resolve(directory))) {
                assertThat(pages.map(page -> page.getFileName().toString()).filter(name -> name.endsWith(".md"))
                        .filter(name -> !name.equals("README.md") && !index.contains("(" + name + ")")))
                        .as("pages that %s/README.md does not list", directory).isEmpty();
            }
        }
    }

    @Test
    void what_can_be_set_and_observed_is_in_the_guide() {
        assertThat(methodsMissing("engine/src/main/java/dev/perdure/engine/EngineBuilder.java", "settings.md"))
                .as("settings that docs/guide/settings.md does not list").isEmpty();
        assertThat(methodsMissing("engine/src/main/java/dev/perdure/EngineObserver.java", "observing.md"))
                .as("events that docs/guide/observing.md does not list").isEmpty();
    }

    private static List<String> methodsMissing(String file, String page) {
        String text = Project.read(Project.ROOT.resolve("docs/guide").resolve(page));
        return Source.read("engine", Project.ROOT.resolve(file)).unit().findAll(MethodDeclaration.class).stream()
                .filter(method -> method.isPublic() || method.isDefault()).map(NodeWithSimpleName::getNameAsString)
                .distinct().filter(name -> !text.contains("`" + name)).toList();
    }

    @Test
    void the_test_command_of_the_readme_is_the_one_that_ci_runs() throws IOException {
        List<String> run = Project.read(Project.ROOT.resolve(".ci/run")).lines().toList();
        assertThat(run.getLast()).isEqualTo("exec mvn -B verify");
        assertThat(Project.read(Project.ROOT.resolve("README.md")).lines()).contains("mvn -B verify");
    }

    @Test
    void a_page_with_old_code_is_found_and_refreshed(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("A.java"),
                "class A {\n    // snippet:one\n    int now;\n\n        int in;\n    // end\n}\n");
        String before = "Text\n\n<!-- snippet: A.java#one -->\n```java\n";
        String after = "```\n\n```java\nint nobody;\n```\n";
        String page = before + "int old;\n" + after;
        assertThat(new Snippets(root).refresh(page)).isEqualTo(before + "int now;\n\n    int in;\n" + after);
        assertThat(Snippets.unmarked(page)).containsExactly(8);
    }

    /** Every Markdown file of the project, those of its modules, too. */
    private static List<Path> documents() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> top = Files.list(Project.ROOT);
                Stream<Path> below = Files.walk(Project.ROOT.resolve("docs"))) {
            Stream<Path> ofModules = Project.MODULES.stream()
                    .map(module -> Project.ROOT.resolve(module).resolve("README.md")).filter(Files::exists);
            Stream.of(top, below, ofModules).flatMap(each -> each).filter(file -> file.toString().endsWith(".md"))
                    .sorted().forEach(found::add);
        }
        assertThat(found).hasSizeGreaterThan(10);
        return found;
    }

    private static boolean isExternal(String link) {
        return link.startsWith("https://") || link.startsWith("http://") || link.startsWith("mailto:");
    }

    private static boolean leadsSomewhere(Path page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(target) && (parts.length == 1 || headings(target).contains(parts[1]));
    }

    /** The anchors that a page's headings make, in the way of GitHub. */
    private static Set<String> headings(Path page) {
        Set<String> anchors = new TreeSet<>();
        HEADING.matcher(FENCED.matcher(Project.read(page)).replaceAll("")).results().forEach(match -> anchors.add(
                match.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}\\- _]", "").replace(' ', '-')));
        return anchors;
    }
}
