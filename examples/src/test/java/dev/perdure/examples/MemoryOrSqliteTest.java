// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryOrSqliteTest {

    @TempDir
    private Path directory;

    @Test
    void the_same_workflow_gives_the_same_result_on_both_stores() {
        assertThat(MemoryOrSqlite.inFile(directory.resolve("greetings.db"), "Ada"))
                .isEqualTo(MemoryOrSqlite.inMemory("Ada")).isEqualTo("Good morning, Ada!");
    }
}
