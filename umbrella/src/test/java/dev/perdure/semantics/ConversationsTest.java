// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files below {@code src/test/resources/conversations} are what runs say and write, to the letter, on every store
 * and whatever happens to their engine whenever they rest.
 *
 * <p>To write a new one: say in a file what it shows, its play and its acts, run this test with
 * {@code -Dperdure.conversations.write=true}, and read whether the file now says what it ought to.
 */
class ConversationsTest {

    @TempDir
    Path directory;

    static List<Script> conversations() {
        return Script.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conversations")
    void a_run_says_and_writes_what_stands_in_its_file(Script script) throws Exception {
        if (Boolean.getBoolean("perdure.conversations.write")) {
            Files.writeString(script.file(), play(script, Backend.MEMORY, Life.LIVE));
        }
        for (Backend backend : Backend.values()) {
            for (Life life : List.of(Life.LIVE, Life.EVICTED, Life.CRASHED)) {
                if (backend.affords(life)) {
                    assertThat(play(script, backend, life)).as("%s on %s, %s", script, backend, life)
                            .isEqualTo(script.written());
                }
            }
        }
    }

    private String play(Script script, Backend backend, Life life) throws IOException, InterruptedException {
        Path place = Files.createTempDirectory(directory, "play");
        try (Stage stage = new Stage(backend, place)) {
            return new Conversation(script, stage, life).play();
        }
    }
}
