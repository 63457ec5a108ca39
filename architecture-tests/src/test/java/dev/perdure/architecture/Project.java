// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project as it lies on disk: its modules, their sources and what was compiled of them. */
final class Project {

    /** The directory of the parent pom. The tests of a module run in the module's directory, somewhere below. */
    static final Path ROOT = findRoot();

    /** The directories of all modules, in the order of the parent pom. */
    static final List<String> MODULES = Pattern.compile("<module>([^<]+)</module>")
            .matcher(read(ROOT.resolve("pom.xml")))
            .results().map(match -> match.group(1)).toList();

    /** Every Java file of every module. */
    static final List<Source> SOURCES = MODULES.stream().flatMap(Project::sourcesOf).toList();

    private Project() {}

    static List<Source> mainSources() {
        return SOURCES.stream().filter(Source::isMain).toList();
    }

    static List<Source> mainSources(String module) {
        return mainSources().stream().filter(source -> source.module().equals(module)).toList();
    }

    /** What was compiled of a module's main sources, its descriptor and package descriptions left out. */
    static List<ClassFile> classesOf(String module) {
        return files(ROOT.resolve(module).resolve("target/classes"), ".class")
                .filter(file -> !file.endsWith("module-info.class") && !file.endsWith("package-info.class"))
                .map(ClassFile::read)
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Stream<Source> sourcesOf(String module) {
        return files(ROOT.resolve(module).resolve("src"), ".java").map(file -> Source.read(module, file));
    }

    private static Stream<Path> files(Path directory, String ending) {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private static Path findRoot() {
        for (Path here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
            if (Files.isRegularFile(here.resolve("perdure")) && Files.isRegularFile(here.resolve("pom.xml"))) {
                return here;
            }
        }
        throw new IllegalStateException("run this inside the project: no directory above "
                + Path.of("").toAbsolutePath() + " holds both ./perdure and pom.xml");
    }
}
