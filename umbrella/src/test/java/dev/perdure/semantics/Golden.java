// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.engine.JournalText;
import dev.perdure.journal.Unit;
import dev.perdure.journal.UnitFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A journal as a version has written it: for each unit its lines for people, and its bytes in base 64 behind an equals
 * sign. Only the bytes are read.
 *
 * @param primitive its name, which is also that of its conversation
 * @param version that wrote it
 * @param play the code that wrote it, and goes on with it
 * @param units all of them, to the run's end
 */
record Golden(String primitive, String version, String play, List<Unit> units) {

    static final Path DIRECTORY = Path.of("src/test/resources/golden");
    private static final String ENDING = ".journal";
    private static final int BYTES_IN_A_LINE = 78;

    /** Every golden journal of every version. */
    static List<Golden> all() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(ENDING)).sorted().map(Golden::read).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Path file(String version, String primitive) {
        return DIRECTORY.resolve(version).resolve(primitive + ENDING);
    }

    private static Golden read(Path file) {
        String play = "";
        List<Unit> units = new ArrayList<>();
        StringBuilder base64 = new StringBuilder();
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("play ")) {
                    play = line.substring(5);
                } else if (line.startsWith("= ")) {
                    base64.append(line, 2, line.length());
                } else if (line.isBlank() && !base64.isEmpty()) {
                    long seq = units.isEmpty() ? 1 : units.getLast().lastSeq() + 1;
                    units.add(UnitFormat.decode(seq, Base64.getDecoder().decode(base64.toString())));
                    base64.setLength(0);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return new Golden(file.getFileName().toString().replace(ENDING, ""),
                file.getParent().getFileName().toString(), play, List.copyOf(units));
    }

    void write() throws IOException {
        StringBuilder text = new StringBuilder("# The journal of '").append(primitive).append("', written by version ")
                .append(version).append(".\n# Every later version must go on with it: never change this file.\n\nplay ")
                .append(play).append("\n\n");
        for (Unit unit : units) {
            text.append(JournalText.of(List.of(unit)));
            String base64 = Base64.getEncoder().encodeToString(UnitFormat.encode(unit));
            for (int from = 0; from < base64.length(); from += BYTES_IN_A_LINE) {
                text.append("= ").append(base64, from, Math.min(from + BYTES_IN_A_LINE, base64.length())).append('\n');
            }
            text.append('\n');
        }
        Files.createDirectories(file(version, primitive).getParent());
        Files.writeString(file(version, primitive), text);
    }

    @Override
    public String toString() {
        return primitive + " of " + version;
    }
}
