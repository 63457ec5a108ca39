// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.ceiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.benchmarks.ceiling.JdbcCeiling.Shape;
import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CeilingTest {

    private static final Map<String, String> DURABLE = Map.of("journal_mode", "wal", "synchronous", "FULL");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Shape.class)
    void many_runs_of_a_few_rows_each_are_written_in_turn(Shape shape) throws Exception {
        try (BenchDirectory place = BenchDirectory.make(directory, null);
                Ceiling ceiling = new JdbcCeiling(place, shape, DURABLE)) {
            // More than one generation of runs, or a key would have to come twice.
            ceiling.append(Ceiling.RUNS * Ceiling.ROWS_PER_RUN);
            assertThat(ceiling.rowsPerSecond(1024, Duration.ofMillis(1))).isPositive();
        }
    }

    @Test
    void a_ceiling_that_is_less_durable_than_the_store_is_refused() throws Exception {
        try (BenchDirectory place = BenchDirectory.make(directory, null)) {
            assertThatThrownBy(() -> new JdbcCeiling(place, Shape.KEYED, Map.of("journal_mode", "wal",
                    "synchronous", "OFF")))
                    .isInstanceOf(BrokenMeasurementException.class).hasMessageContaining("synchronous must be 2 and "
                        + "is 0");
        }
    }

    @Test
    void a_server_takes_rows_in_both_ways_and_as_durably_as_the_store() throws Exception {
        Map<String, String> durable = Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");
        try (BenchDirectory place = BenchDirectory.make(directory, null)) {
            for (PostgresCeiling.Way way : PostgresCeiling.Way.values()) {
                try (Ceiling ceiling = new PostgresCeiling(place, way, durable)) {
                    ceiling.append(Ceiling.RUNS * Ceiling.ROWS_PER_RUN);
                    ceiling.append(1);
                    assertThat(ceiling.rowsPerSecond(1024, Duration.ofMillis(1))).isPositive();
                }
            }
            assertThatThrownBy(() -> new PostgresCeiling(place, PostgresCeiling.Way.COPY, Map.of("fsync", "off",
                    "synchronous_commit", "on", "full_page_writes", "on")))
                    .isInstanceOf(BrokenMeasurementException.class).hasMessageContaining("fsync must be off and is on");
        }
    }

    @Test
    void the_memory_store_takes_units_directly() {
        try (StoreCeiling ceiling = new StoreCeiling()) {
            ceiling.append(Ceiling.RUNS * Ceiling.ROWS_PER_RUN + 1);
        }
    }
}
