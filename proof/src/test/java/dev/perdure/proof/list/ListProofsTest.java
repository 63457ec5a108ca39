// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of proofs: that it finds them, and that none is missing. */
class ListProofsTest {

    /** The tests of a module run in its directory. */
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

    @Test
    void every_row_that_is_due_is_proved_by_something() {
        Evidence evidence = Evidence.in(new Sources(PROJECT));
        assertThat(Row.all().stream().filter(Row::due).filter(row -> evidence.of(row).isEmpty()))
                .as("rows without a proof: begin a test's name with the id").isEmpty();
        assertThat(evidence.unknown(Row.all())).as("ids that no row has").isEmpty();
    }

    @Test
    void every_primitive_has_a_conversation_and_a_golden_journal_and_random_programs_make_each_of_its_calls() {
        List<Primitive> primitives = Primitive.all(new Sources(PROJECT));
        assertThat(primitives).hasSizeGreaterThan(20);
        assertThat(primitives.stream().filter(each -> !each.isComplete()).map(Primitive::sentence)).isEmpty();
    }

    @Test
    void a_primitive_that_no_random_program_calls_is_found(@TempDir Path root) throws IOException {
        write(root.resolve("pom.xml"), "<module>a</module>");
        write(root.resolve("a/src/test/resources/primitives.txt"), """
                sleep  | D1  | WorkflowContext.sleep
                saga   | C10 | Saga.run Saga.onFailure
                signal | D3  | Signals.receive
                """);
        for (String name : List.of("sleep", "saga", "signal")) {
            write(root.resolve("a/" + Primitive.CONVERSATIONS + "/" + name + ".txt"), "");
            write(root.resolve("a/src/test/resources/golden/1/" + name + ".txt"), "");
        }
        write(root.resolve("a/src/main/java/dev/perdure/proof/fuzz/Actor.java"),
                "ctx.sleep(one); ctx.run(saga); saga.onFailure(step); channel.receive();");
        assertThat(Primitive.all(new Sources(root)))
                .extracting(Primitive::name, Primitive::fuzz, Primitive::isComplete)
                .containsExactly(tuple("sleep", List.of("sleep"), true), tuple("saga", List.of("onFailure"), false),
                        tuple("signal", List.of(), false));
    }

    /** Ids are put together from two texts, so that this file is not taken for a proof of theirs. */
    @Test
    void proofs_are_found_wherever_they_stand(@TempDir Path root) throws IOException {
        write(root.resolve("pom.xml"), "<module>a</module><module>benchmarks</module>");
        write(root.resolve("a/src/test/java/ATest.java"),
                "class ATest { void " + "x1_c5_it_holds() {} void nothing() {} }");
        write(root.resolve("a/src/test/java/B.java"), "Scenario.of(\n    \"A7 the first wins\"");
        write(root.resolve("a/" + Primitive.CONVERSATIONS + "/x3_redriven.txt"), "");
        write(root.resolve("a/src/test/resources/primitives.txt"), "# words\nsleep | D1 | WorkflowContext.sleep\n");
        write(root.resolve("a/" + Primitive.CONVERSATIONS + "/sleep.txt"), "");
        write(root.resolve("benchmarks/src/main/java/S.java"),
                "/** Pro" + "ves X6, D2. */ @Command(name = \"sleepers\")");
        Evidence evidence = Evidence.in(new Sources(root));

        assertThat(evidence.of(row("X1"))).containsExactly("test          a ATest.x1_c5_it_holds");
        assertThat(evidence.of(row("C5"))).isEqualTo(evidence.of(row("X1")));
        assertThat(evidence.of(row("A7"))).containsExactly("scenario      a B: the first wins");
        assertThat(evidence.of(row("X3"))).containsExactly("conversation  x3_redriven");
        assertThat(evidence.of(row("D1"))).containsExactly("conversation  sleep");
        assertThat(evidence.of(row("D2"))).containsExactly("bench         ./perdure bench sleepers");
        assertThat(evidence.of(row("X2"))).isEmpty();
        assertThat(evidence.unknown(List.of(row("X1"), row("C5"), row("A7"), row("X3"), row("D1"), row("D2"))))
                .containsExactly("X6 of bench         ./perdure bench sleepers");
    }

    private static Row row(String id) {
        return new Row(id, true, "");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
