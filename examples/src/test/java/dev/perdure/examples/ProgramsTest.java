// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProgramsTest {

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void an_example_runs_as_a_program_and_says_what_happened(String name, Consumer<String[]> main, String said) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            main.accept(new String[] {directory.resolve(name + ".db").toString()});
        } finally {
            System.setOut(out);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains(said);
    }

    static Stream<Arguments> programs() {
        return Stream.of(
                program("Checkout", Checkout::main, "Receipt[charge=ch-1]"),
                program("MemoryOrSqlite", MemoryOrSqlite::main, "Good morning, file!"),
                program("Approval", Approval::main, "taxi: approved by Charles"),
                program("TripBooking", TripBooking::main, "cancelled the flight to Atlantis"),
                program("PriceComparison", PriceComparison::main, "Offer[shop=Market, cents=1042]"),
                program("ParcelPoller", ParcelPoller::main, "delivered, after asking 12 times"),
                program("CatalogueImport", CatalogueImport::main, "3 of 3"),
                program("NightlyReport", NightlyReport::main, "all shops on 2026-03-28: 2800 cents"),
                program("PageRenderer", PageRenderer::main, "18 pages, at most 1 of one tenant at a time"),
                program("WordCount", WordCount::main, "the=4, whale=2"),
                program("Agent", Agent::main, "done after refund(invoice 12): refunded"),
                program("SplitShipping", SplitShipping::main, "second: 2 parcels"));
    }

    private static Arguments program(String name, Consumer<String[]> main, String said) {
        return Arguments.of(name, main, said);
    }
}
