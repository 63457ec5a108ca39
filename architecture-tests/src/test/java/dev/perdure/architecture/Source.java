// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import com.github.javaparser.JavaParser;
import com.github.javaparser.JavaToken;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.TokenRange;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * One Java file.
 *
 * @param module the directory of its module
 * @param path its path from the root of the project, with slashes
 * @param text what is in it
 * @param unit the same, parsed
 */
record Source(String module, String path, String text, CompilationUnit unit) {

    private static final ParserConfiguration JAVA_21 =
            new ParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21);

    static Source read(String module, Path file) {
        String path = Project.ROOT.relativize(file).toString().replace('\\', '/');
        return of(module, path, Project.read(file));
    }

    static Source of(String module, String path, String text) {
        var parsed = new JavaParser(JAVA_21).parse(text);
        return new Source(module, path, text, parsed.getResult().filter(unit -> parsed.isSuccessful())
                .orElseThrow(() -> new IllegalStateException(path + " is not Java 21: " + parsed.getProblems())));
    }

    boolean isMain() {
        return path.startsWith(module + "/src/main/");
    }

    /** Whether the file describes a package or a module, and declares no type. */
    boolean isDescription() {
        return path.endsWith("/package-info.java") || path.endsWith("/module-info.java");
    }

    /** The directory the file is in, from the root of the project. */
    String directory() {
        return path.substring(0, path.lastIndexOf('/'));
    }

    List<String> lines() {
        return text.lines().toList();
    }

    int codeLines() {
        return codeLines(unit);
    }

    /** On how many lines this part of a file has anything but blanks and comments. */
    static int codeLines(Node node) {
        BitSet lines = new BitSet();
        TokenRange tokens = node.getTokenRange().orElseThrow();
        for (JavaToken token : tokens) {
            if (!token.getCategory().isWhitespaceOrComment() && !token.getText().isEmpty()) {
                var range = token.getRange().orElseThrow();
                lines.set(range.begin.line, range.end.line + 1);
            }
        }
        return lines.cardinality();
    }

    /** A place in this file, as tools print it. */
    String at(Node node) {
        return path + ":" + node.getBegin().map(position -> position.line).orElse(1);
    }

    /** A place in this file, as tools print it; lines count from 1. */
    String at(int line) {
        return path + ":" + line;
    }
}
