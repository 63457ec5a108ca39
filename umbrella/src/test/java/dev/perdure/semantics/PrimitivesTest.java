// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything a workflow may ask of its context is answered the same, and leaves the same journal to the letter, whether
 * the run stays in memory, leaves it at every rest, or loses its engine at every rest, and on whatever store.
 */
class PrimitivesTest {

    @TempDir
    Path directory;

    static Stream<Scenario> scenarios() {
        return Stream.of(StepScenarios.all(), TimeScenarios.all(), FiberScenarios.all(), SignalScenarios.all(),
                StoppingScenarios.all(), ChangeScenarios.all()).flatMap(all -> all);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void the_same_live_evicted_restarted_and_crashed(Scenario scenario) throws Exception {
        Map<Life, String> memory = play(scenario, Backend.MEMORY, Life.values());
        String live = memory.get(Life.LIVE);
        assertThat(memory).allSatisfy((life, seen) -> assertThat(seen).as("%s in memory", life).isEqualTo(live));
        for (Backend disk : List.of(Backend.SQLITE, Backend.POSTGRES)) {
            assertThat(play(scenario, disk, Life.EVICTED, Life.CRASHED))
                    .allSatisfy((life, seen) -> assertThat(seen).as("%s on %s", life, disk).isEqualTo(live));
        }
    }

    private Map<Life, String> play(Scenario scenario, Backend backend, Life... lives) throws Exception {
        Map<Life, String> seen = new EnumMap<>(Life.class);
        for (Life life : lives) {
            if (!backend.affords(life)) {
                continue;
            }
            Path place = Files.createDirectory(directory.resolve(backend + "-" + life));
            try (Stage stage = new Stage(backend, place)) {
                seen.put(life, scenario.play(stage, life));
            }
        }
        return seen;
    }
}
