// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.list;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The project as it lies on disk. */
final class Sources {

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private final Path root;

    /** The project in that directory: the one of the parent pom. */
    Sources(Path root) {
        this.root = root;
    }

    /** A file: where it lies below the root, and what stands in it. */
    record Source(String module, Path path, String text) {

        /** Its name without an ending. */
        String name() {
            String file = path.getFileName().toString();
            return file.substring(0, file.lastIndexOf('.'));
        }
    }

    /** Every file below a directory of any module, in order. */
    List<Source> files(String directory, Predicate<Path> wanted) {
        return MODULE.matcher(text(root.resolve("pom.xml"))).results().map(found -> found.group(1))
                .flatMap(module -> below(module, root.resolve(module).resolve(directory), wanted)).toList();
    }

    private Stream<Source> below(String module, Path directory, Predicate<Path> wanted) {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).filter(wanted).sorted().toList().stream()
                    .map(file -> new Source(module, root.relativize(file), text(file)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
    }
}
