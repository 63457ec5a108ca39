// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.engine.Client;
import dev.perdure.store.RunFilter;
import dev.perdure.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in README.md, and what README.md says happens when it is killed. */
class ReadmeTest {

    @TempDir
    Path directory;

    @Test
    void killed_while_it_sleeps_the_program_goes_on_and_charges_nobody_twice() throws Exception {
        Process first = program("first.txt");
        try (var store = SqliteStore.open(directory.resolve("orders.db")); var client = Client.connect(store)) {
            Await.until("the run sleeps", () -> client.list(RunFilter.all(), 1).runs().stream()
                    .anyMatch(run -> run.status() == RunStatus.SUSPENDED));
        }
        first.destroyForcibly().waitFor();
        assertThat(said("first.txt")).contains("charging 1999 cents").doesNotContain("receipt");

        assertThat(program("second.txt").waitFor()).isZero();
        assertThat(said("second.txt")).contains("mailing the receipt of charge-4711", "done: charge-4711")
                .doesNotContain("charging");
    }

    private Process program(String output) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Checkout.class.getName()).directory(directory.toFile())
                .redirectError(directory.resolve("errors.txt").toFile())
                .redirectOutput(directory.resolve(output).toFile()).start();
    }

    private String said(String output) throws IOException {
        return Files.readString(directory.resolve(output));
    }
}
