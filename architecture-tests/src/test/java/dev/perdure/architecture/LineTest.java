// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * The packages of the engine are the stations of a call, in order, and every dependency points left. A total order
 * cannot hold a cycle, so this list is all there is to say about the structure of the engine.
 */
class LineTest {

    /**
     * One station.
     *
     * @param number its place in the Line
     * @param packageName the package it is
     * @param mayUse the numbers of the stations its classes may mention, besides their own
     */
    private record Station(int number, String packageName, Set<Integer> mayUse) {}

    private static final List<Station> LINE = List.of(
            new Station(1, "dev.perdure", Set.of()),
            new Station(2, "dev.perdure.fiber", Set.of()),
            new Station(3, "dev.perdure.journal", Set.of(1)),
            new Station(4, "dev.perdure.turn", Set.of(1, 2, 3)),
            new Station(5, "dev.perdure.world", Set.of()),
            new Station(6, "dev.perdure.store", Set.of(1, 3, 5)),
            new Station(7, "dev.perdure.commit", Set.of(1, 3, 5, 6)),
            new Station(8, "dev.perdure.step", Set.of(1, 3, 5, 6, 7)),
            new Station(9, "dev.perdure.wake", Set.of(1, 2, 3, 4, 5, 6, 7, 8)),
            new Station(10, "dev.perdure.schedule", Set.of(1)),
            new Station(11, "dev.perdure.engine", Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)));

    private static final Map<String, Station> BY_PACKAGE =
            LINE.stream().collect(Collectors.toMap(Station::packageName, Function.identity()));

    /** What modules around the engine may use. The compiler sees to it in those with a module descriptor. */
    private static final Set<String> EXPORTED = Set.of(
            "dev.perdure", "dev.perdure.journal", "dev.perdure.world", "dev.perdure.store", "dev.perdure.engine");

    @Test
    void every_dependency_of_the_engine_points_left() {
        List<ClassFile> classes = Project.classesOf("engine");
        assertThat(classes).as("compiled classes of the engine: build it first, mvn verify does").isNotEmpty();
        assertThat(classes.stream().flatMap(file -> wrongEdges(file).stream()))
                .as("a dependency that points right makes two stations one: move the class to the right, or let "
                        + "the left station state what it needs as an interface of its own")
                .isEmpty();
    }

    @Test
    void every_package_of_the_engine_is_a_station() {
        assertThat(Project.classesOf("engine").stream().map(ClassFile::packageName).distinct())
                .as("packages of the engine: a new one is a decision, written into the Line of this test and "
                        + "of ARCHITECTURE")
                .isSubsetOf(BY_PACKAGE.keySet());
    }

    @Test
    void modules_around_the_engine_use_what_it_exports_and_nothing_else() {
        Set<String> inner = LINE.stream().map(Station::packageName).filter(name -> !EXPORTED.contains(name))
                .collect(Collectors.toSet());
        List<String> intrusions = Project.MODULES.stream().filter(module -> !module.equals("engine"))
                .flatMap(module -> Project.classesOf(module).stream())
                .flatMap(file -> file.mentions().stream()
                        .filter(used -> inner.contains(ClassFile.packageOf(used)))
                        .map(used -> file.name() + " uses " + used))
                .toList();
        assertThat(intrusions)
                .as("inner stations are free to change because nobody outside uses them: use Engine, Client or the "
                        + "SPI of a store instead")
                .isEmpty();
    }

    @Test
    void the_line_is_a_total_order() {
        assertThat(LINE).extracting(Station::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 11).boxed().toList());
        assertThat(LINE).allSatisfy(station ->
                assertThat(station.mayUse()).allSatisfy(used -> assertThat(used).isLessThan(station.number())));
    }

    @Test
    void an_edge_that_points_right_is_found_wherever_it_hides() {
        assertThat(wrongEdges(planted("dev/perdure/journal/Planted", "Ldev/perdure/store/Store;", null)))
                .containsExactly("dev.perdure.journal.Planted (station 3) uses dev.perdure.store.Store (station 6); "
                        + "station 3 may use: 1");
        assertThat(wrongEdges(planted("dev/perdure/fiber/Planted", "Ljava/util/List;",
                "Ljava/util/List<Ldev/perdure/Status;>;"))).singleElement().asString().contains("dev.perdure.Status");
    }

    @Test
    void an_edge_that_points_left_is_allowed() {
        assertThat(wrongEdges(planted("dev/perdure/wake/Planted", "Ldev/perdure/turn/Turn;", null))).isEmpty();
        assertThat(wrongEdges(planted("dev/perdure/wake/Planted", "Ldev/perdure/wake/Other;", null))).isEmpty();
    }

    private static List<String> wrongEdges(ClassFile file) {
        Station from = BY_PACKAGE.get(file.packageName());
        if (from == null) {
            return List.of();
        }
        return file.mentions().stream()
                .filter(used -> BY_PACKAGE.containsKey(ClassFile.packageOf(used)))
                .filter(used -> !mayUse(from, BY_PACKAGE.get(ClassFile.packageOf(used))))
                .map(used -> "%s (station %d) uses %s (station %d); station %d may use: %s".formatted(
                        file.name(), from.number(), used, BY_PACKAGE.get(ClassFile.packageOf(used)).number(),
                        from.number(), namesOf(from.mayUse())))
                .toList();
    }

    private static boolean mayUse(Station from, Station used) {
        return from.equals(used) || from.mayUse().contains(used.number());
    }

    private static String namesOf(Set<Integer> numbers) {
        return numbers.isEmpty() ? "nothing of ours"
                : numbers.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** A class with one field. */
    private static ClassFile planted(String internalName, String fieldType, String fieldSignature) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V21, Opcodes.ACC_PUBLIC, internalName, null, "java/lang/Object", null);
        writer.visitField(Opcodes.ACC_PRIVATE, "planted", fieldType, fieldSignature, null);
        return ClassFile.of(writer.toByteArray());
    }
}
