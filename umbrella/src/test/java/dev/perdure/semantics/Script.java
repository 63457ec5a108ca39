// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.WorkflowContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The text of a conversation, as a person has written it: lines with a {@code #} say what is shown, {@code play} names
 * the code, lines with a {@code >} are what the world does. Everything else in the file was written by the run.
 */
record Script(String name, List<String> prose, String play, List<String> acts) {

    static final Path DIRECTORY = Path.of("src/test/resources/conversations");
    private static final Path CODE = Path.of("src/test/java/dev/perdure/semantics");
    private static final String ENDING = ".txt";

    /** Every conversation there is, in the order of their names. */
    static List<Script> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(ENDING)).sorted().map(Script::read).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Script named(String name) {
        return read(DIRECTORY.resolve(name + ENDING));
    }

    private static Script read(Path file) {
        List<String> prose = new ArrayList<>();
        List<String> acts = new ArrayList<>();
        String play = "";
        for (String line : text(file).lines().toList()) {
            if (line.startsWith("# ")) {
                prose.add(line);
            } else if (line.startsWith("play ")) {
                play = line.substring(5);
            } else if (line.startsWith("> ")) {
                acts.add(line.substring(2));
            }
        }
        return new Script(file.getFileName().toString().replace(ENDING, ""), prose, play, acts);
    }

    Path file() {
        return DIRECTORY.resolve(name + ENDING);
    }

    /** What stands in the file. */
    String written() {
        return text(file());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** How often steps are held up in all. */
    int patience() {
        return (int) acts.stream().filter(act -> act.startsWith("meanwhile ")).count();
    }

    /** The code of a play, as it stands in the source, a bar before each line. */
    static String code(String play) {
        Pattern method = Pattern.compile("\n    String " + play + "\\(WorkflowContext.*?\n    }\n", Pattern.DOTALL);
        for (Class<?> owner : List.of(Plays.class, ChangedPlays.class)) {
            Matcher found = method.matcher(text(CODE.resolve(owner.getSimpleName() + ".java")));
            if (found.find()) {
                StringBuilder barred = new StringBuilder();
                found.group().strip().lines()
                        .forEach(line -> barred.append("  | ").append(line.replaceFirst("^ {4}", "")).append('\n'));
                return barred.toString();
            }
        }
        throw new AssertionError("there is no play '" + play + "'. Write it as a method of Plays or ChangedPlays");
    }

    /** Calls the play of that name; whatever it throws is thrown. */
    static Object invoke(Plays plays, String play, WorkflowContext ctx, String input) throws Exception {
        try {
            return method(plays.getClass(), play).invoke(plays, ctx, input);
        } catch (InvocationTargetException thrown) {
            // Unwinding is an Error, and has to go through as it is.
            if (thrown.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown.getCause();
        }
    }

    private static Method method(Class<?> owner, String play) throws NoSuchMethodException {
        try {
            Method method = owner.getDeclaredMethod(play, WorkflowContext.class, String.class);
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException missing) {
            if (owner == Plays.class) {
                throw missing;
            }
            return method(owner.getSuperclass(), play);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
