// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Java code in the documents, which is copied from source that is compiled and run.
 *
 * <p>In the source it stands between {@code // snippet:NAME} and {@code // end}; in a page the block follows a line
 * {@code <!-- snippet: FILE#NAME -->}, the file named from the root of the project. {@code ./perdure snippets} runs
 * {@link #main}, by the source launcher and without a build, so this file uses nothing but the JDK.
 */
final class Snippets {

    private static final Pattern MARKER = Pattern.compile("<!-- snippet: (\\S+)#(\\S+) -->");
    private static final String BEGIN = "```java";
    private static final String END = "```";

    private final Path root;

    Snippets(Path root) {
        this.root = root;
    }

    /** Copies the code into the pages again, for people who changed it. */
    public static void main(String... args) throws IOException {
        Snippets snippets = new Snippets(Path.of(args[0]));
        for (Path page : snippets.pages()) {
            String before = Files.readString(page);
            String after = snippets.refresh(before);
            if (!after.equals(before)) {
                Files.writeString(page, after);
                System.out.println("rewrote " + snippets.root.relativize(page));
            }
        }
    }

    /** The pages that show code: README.md and the guide. */
    List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(root.resolve("README.md")));
        try (Stream<Path> guide = Files.list(root.resolve("docs/guide"))) {
            guide.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    /** The page with the code of today; a block of Java without a marker stays as it is. */
    String refresh(String page) throws IOException {
        List<String> fresh = new ArrayList<>();
        List<String> lines = page.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            fresh.add(lines.get(i));
            Matcher marker = MARKER.matcher(lines.get(i));
            if (marker.matches() && i + 1 < lines.size() && lines.get(i + 1).equals(BEGIN)) {
                fresh.add(BEGIN);
                fresh.addAll(source(marker.group(1), marker.group(2)));
                fresh.add(END);
                i += 2;
                while (!lines.get(i).equals(END)) {
                    i++;
                }
            }
        }
        return String.join("\n", fresh) + "\n";
    }

    /** The blocks of Java that no marker stands above, by line number. */
    static List<Integer> unmarked(String page) {
        List<Integer> found = new ArrayList<>();
        List<String> lines = page.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(BEGIN) && (i == 0 || !MARKER.matcher(lines.get(i - 1)).matches())) {
                found.add(i + 1);
            }
        }
        return found;
    }

    /** What the markers of a page name, as {@code FILE#NAME}. */
    static List<String> shown(String page) {
        return MARKER.matcher(page).results().map(match -> match.group(1) + "#" + match.group(2)).toList();
    }

    /** The names of the snippets in a source file. */
    static List<String> named(String source) {
        return Pattern.compile("(?m)^ *// snippet:(\\S+)$").matcher(source).results().map(match -> match.group(1))
                .toList();
    }

    /** The lines of a snippet, moved to the left. */
    List<String> source(String file, String name) throws IOException {
        List<String> lines = Files.readString(root.resolve(file)).lines().toList();
        int first = index(lines, 0, "// snippet:" + name, file);
        List<String> code = lines.subList(first + 1, index(lines, first, "// end", file));
        int indent = code.stream().filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length()).min().orElse(0);
        return code.stream().map(line -> line.isBlank() ? "" : line.substring(indent)).toList();
    }

    private static int index(List<String> lines, int from, String wanted, String file) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(wanted)) {
                return i;
            }
        }
        throw new IllegalArgumentException(file + " has no line '" + wanted + "' after line " + from
                + ". Correct the page's marker, or put the line there");
    }
}
